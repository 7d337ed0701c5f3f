/** @file Decides the path of each coming step: by the trie where a step has gone before, by tracing where none has. */
import type { Device } from "../backends/backend";
import { elementCount, printShape } from "../ir/shape";
import type { SlotId, Value } from "../ir/value";
import type { Pieces } from "../ir/pieces";
import type { Decision, Program, StepTrace } from "../program/program";
import { PlacedRefusal } from "../program/report";
import type { TorchGenerator } from "../random/torch-generator";
import type { Clock } from "./clock";
import { CannotTakeOver } from "../program/loops";
import type { DecidedStep } from "./decided-step";
import { LoopWalker } from "./loop-walker";
import { pathPlan, type PathPlan } from "./path-plan";
import { questionOf, PathTrie, type Fork, type ForkQuestion, type Leaf } from "./path-trie";
import type { Probe } from "./probe";
import { RunError } from "./run-error";
import { drive, type Watch } from "./in-pieces";
import type { LoadedStep, StepLoader } from "./step-loader";

type ReadDecision = Extract<Decision, { readonly kind: "read" }>;

/** Ends a trace at a number that must first be read back. */
class ReadFirst extends Error {
  constructor(readonly decision: ReadDecision) {
    super("Invariant: a read decision escaped the walker");
  }
}

/** What a walker decides with. */
export interface WalkerOptions {
  readonly device: Device;
  readonly clock: Clock;
  readonly loader: StepLoader;
  program: Program;
  readonly generator: TorchGenerator;
  readonly present: (slot: SlotId) => boolean;
  /**
   * Paths kept, by recency. Where a step's draws allow more, its loops run turn by turn (Note [Plans per body]); what
   * cannot is traced and compiled again, and memory stays bounded.
   */
  readonly maxPaths: number;
  /** Ways of single turns kept, by recency. */
  readonly maxTurns: number;
}

interface Exploration {
  readonly trace: StepTrace;
  readonly questions: readonly ForkQuestion[];
}

/** The paths of one program. */
export class PathWalker {
  private readonly trie: PathTrie<PathPlan>;
  private readonly once: ReadonlySet<SlotId>;
  private size = 0;
  private uses = 0;
  /** Runs loops turn by turn, once there are more paths than are kept. */
  private loops: LoopWalker | null = null;
  private mayTakeOver: boolean;

  constructor(private readonly options: WalkerOptions) {
    this.trie = new PathTrie((question) => {
      if (question.kind === "read") options.loader.unload(question.prefix);
    });
    this.mayTakeOver = options.program.hasLoops;
    this.once = new Set(options.program.slots.filter((d) => d.role === "once").map((d) => d.slot));
  }

  /** How many paths have plans now. */
  get paths(): number {
    return this.size + (this.loops?.paths ?? 0);
  }

  /** Ways of single turns that have plans now: none while steps are whole. */
  get turns(): number {
    return this.loops?.turns ?? 0;
  }

  /** Kernels of all their plans. */
  get kernels(): number {
    const whole = this.trie.leaves().reduce((sum, { path }) => sum + path.step.plan.plan.kernels.length, 0);
    return whole + (this.loops?.kernels ?? 0);
  }

  /**
   * Decides one step, drawing from the generator. Null when steps decided but not run yet (`pending`) must run
   * first; the draws made until then must be taken back by the caller. `whole` asks for one plan of the whole step.
   */
  async next(pending: boolean, watch: Watch = {}, whole = false): Promise<DecidedStep | null> {
    if (!this.loops) return this.nextWhole(pending, watch);
    if (!pending) this.forgetWhole();
    if (whole) return this.nextWhole(pending, watch);
    const before = this.options.generator.save();
    try {
      return await this.loops.next(pending, watch);
    } catch (error) {
      if (!(error instanceof CannotTakeOver)) throw error;
      // With steps that wait for their plans these must stay; the next call comes without.
      this.options.generator.restore(before);
      if (pending) return null;
      this.loops.close();
      this.loops = null;
      this.mayTakeOver = false;
      return this.nextWhole(pending, watch);
    }
  }

  /** The step as one plan, found by its path, or made. */
  private async nextWhole(pending: boolean, watch: Watch): Promise<DecidedStep | null> {
    const answers: number[] = [];
    let node = this.trie.start();
    while (node?.kind === "fork") {
      const answer = this.answerAtOnce(node.question) ?? (pending ? null : await this.readBack(node));
      if (answer === null) return null;
      answers.push(answer);
      node = this.trie.child(node, answer);
    }
    if (node) {
      node.path.lastUsed = ++this.uses;
      return decided(node);
    }
    if (pending && this.size >= this.options.maxPaths) return null;
    const leaf = await this.explore(answers, pending, watch);
    return leaf && decided(leaf);
  }

  /** The record of the step about to be made, along the path it would take; draws are made from the generator. */
  async traceNext(continueOnError: boolean): Promise<StepTrace> {
    const answers: number[] = [];
    for (;;) {
      const found = await drive(this.tryTrace(answers, [], continueOnError), this.options.clock, {});
      if (!(found instanceof ReadFirst)) return found;
      const prefix = await this.loadPrefix(found.decision);
      answers.push(await this.readNumber(prefix));
      this.options.loader.unload(prefix);
    }
  }

  /** Another reading of the same program: equal hash, other hyperparameters or names. */
  rebind(program: Program): void {
    this.options.program = program;
  }

  /** The record of a path known by its answers. */
  retrace(answers: readonly number[], watch: Watch): Promise<StepTrace> {
    let i = 0;
    return drive(
      this.options.program.traceInPieces(() => answers[i++] ?? 0),
      this.options.clock,
      watch,
    );
  }

  /** A plan for values of a trace, its fixed part computed beforehand. */
  load(wanted: Parameters<StepLoader["load"]>[0], watch: Watch = {}): Promise<LoadedStep> {
    return this.options.loader.load(wanted, this.once, watch);
  }

  unload(step: LoadedStep): void {
    this.options.loader.unload(step);
  }

  /** The leaf's instrumented variant for the probe's layout, made unless it is there. */
  async instrument(leaf: Leaf<PathPlan>, probe: Probe, watch: Watch): Promise<NonNullable<PathPlan["instrumented"]>> {
    const { path } = leaf;
    if (path.instrumented?.layout === probe.layout) return path.instrumented;
    this.dropInstrumented(path);
    const trace = await this.retrace(leaf.answers, watch);
    const instrument = probe.instrument(trace);
    const ring = [...(trace.loss ? [trace.loss] : []), ...instrument.scalars];
    const step = await this.load({ writes: writesOf(trace), ring }, watch);
    path.instrumented = { layout: probe.layout, instrument, step };
    return path.instrumented;
  }

  /** Unloads everything. */
  close(): void {
    this.forgetWhole();
    this.loops?.close();
  }

  private forgetWhole(): void {
    for (const leaf of this.trie.leaves()) this.forget(leaf);
  }

  private dropInstrumented(path: PathPlan): void {
    if (path.instrumented) this.options.loader.unload(path.instrumented.step);
    path.instrumented = null;
  }

  private answerAtOnce(question: ForkQuestion): number | null {
    switch (question.kind) {
      case "draw":
        return this.options.generator.randint(question.low, question.high, 1)[0] ?? 0;
      case "present":
        return this.options.present(question.slot) ? 1 : 0;
      case "read":
        return null;
    }
  }

  private async readBack(fork: Fork<PathPlan>): Promise<number | null> {
    return fork.question.kind === "read" ? this.readNumber(fork.question.prefix) : null;
  }

  private async readNumber(prefix: LoadedStep): Promise<number> {
    const report = await this.options.device.run([{ plan: prefix.plan, count: 1 }]);
    return report.ring[0] ?? NaN;
  }

  private loadPrefix(decision: ReadDecision, watch: Watch = {}): Promise<LoadedStep> {
    return this.load({ writes: [], ring: [decision.value] }, watch);
  }

  /** Traces with these answers, deciding what comes after them and adding to both lists. */
  private *tryTrace(answers: number[], decisions: Decision[], continueOnError = false): Pieces<StepTrace | ReadFirst> {
    const given = answers.length;
    const decide = (decision: Decision): number => {
      const i = decisions.push(decision) - 1;
      if (i < given) return answers[i] ?? 0;
      if (decision.kind === "read") throw new ReadFirst(decision);
      const answer = this.answerAtOnce(questionOf(decision)) ?? 0;
      answers.push(answer);
      return answer;
    };
    try {
      return yield* this.options.program.traceInPieces(decide, { continueOnError });
    } catch (error) {
      if (error instanceof ReadFirst) return error;
      // A loop that is too long, or concrete data that do not fit.
      if (error instanceof PlacedRefusal) throw new RunError(error.message, null);
      throw error;
    }
  }

  private async explore(answers: number[], pending: boolean, watch: Watch): Promise<Leaf<PathPlan> | null> {
    for (;;) {
      const decisions: Decision[] = [];
      const found = await drive(this.tryTrace(answers, decisions), this.options.clock, watch);
      if (!(found instanceof ReadFirst)) {
        const questions = this.questions(decisions, answers);
        this.trie.extend(questions, answers);
        return this.addPath({ trace: found, questions }, answers, watch);
      }
      const before = this.questions(decisions.slice(0, -1), answers);
      const prefix = await this.loadPrefix(found.decision, watch);
      this.trie.extend([...before, { kind: "read", prefix }], answers);
      if (pending) return null;
      answers.push(await this.readNumber(prefix));
    }
  }

  /** The questions of these decisions; those of reads are in the trie already. */
  private questions(decisions: readonly Decision[], answers: readonly number[]): readonly ForkQuestion[] {
    return decisions.map((decision, i) => {
      if (decision.kind !== "read") return questionOf(decision);
      const fork = this.trie.find(answers.slice(0, i));
      if (fork?.kind !== "fork") throw new Error("Invariant: a read was answered that no fork asks");
      return fork.question;
    });
  }

  private async addPath(
    { trace, questions }: Exploration,
    answers: readonly number[],
    watch: Watch,
  ): Promise<Leaf<PathPlan>> {
    refuseErrors(trace);
    if (this.size >= this.options.maxPaths) this.forgetOldest();
    const ring = trace.loss ? [oneNumber(trace.loss)] : [];
    const step = await this.load({ writes: writesOf(trace), ring }, watch);
    const path = pathPlan(step, trace, questions, answers);
    path.lastUsed = ++this.uses;
    this.size++;
    if (this.mayTakeOver && waysOf(questions) > this.options.maxPaths) {
      this.loops ??= new LoopWalker(this.options, this.once);
    }
    return this.trie.add(path, answers);
  }

  private forgetOldest(): void {
    const leaves = this.trie.leaves();
    const oldest = leaves.reduce<Leaf<PathPlan> | null>(
      (found, leaf) => (found && found.path.lastUsed <= leaf.path.lastUsed ? found : leaf),
      null,
    );
    if (oldest) this.forget(oldest);
  }

  private forget(leaf: Leaf<PathPlan>): void {
    this.trie.remove(leaf);
    this.size--;
    this.options.loader.unload(leaf.path.step);
    this.dropInstrumented(leaf.path);
  }
}

export function writesOf(trace: StepTrace): { slot: SlotId; value: Value }[] {
  return [...trace.writes].map(([slot, value]) => ({ slot, value }));
}

/** Ends the run at the first effect that was refused. */
export function refuseErrors(trace: StepTrace): void {
  const first = trace.errors[0];
  if (first) throw new RunError(`${first.name}: ${first.message}`, first.where);
}

export function oneNumber(loss: Value): Value {
  if (elementCount(loss.type.shape) === 1) return loss;
  const found = printShape(loss.type.shape);
  throw new RunError(`loss: found shape ${found}, expected one number. Add a sum or a mean before it.`, loss.origin);
}

/** How many ways the draws of a step may go. */
function waysOf(questions: readonly ForkQuestion[]): number {
  return questions.reduce(
    (ways, question) => (question.kind === "draw" ? ways * (question.high - question.low) : ways),
    1,
  );
}

const steps = new WeakMap<Leaf<PathPlan>, DecidedStep>();

/** The same object each time, so that steps along one path are counted together. */
function decided(leaf: Leaf<PathPlan>): DecidedStep {
  const known = steps.get(leaf);
  if (known) return known;
  const { step, draws, hasLoss, presentAfter, steady } = leaf.path;
  const made = { plans: [step.plan], draws, hasLoss, presentAfter, steady, leaf };
  steps.set(leaf, made);
  return made;
}
