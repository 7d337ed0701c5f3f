/** @file Decides the path of each coming step: by the trie where a step has gone before, by tracing where none has. */
import type { Device } from "../backends/backend";
import { elementCount, printShape } from "../ir/shape";
import type { SlotId, Value } from "../ir/value";
import type { Pieces } from "../ir/pieces";
import type { Decision, Program, StepTrace } from "../program/program";
import { PlacedRefusal } from "../program/report";
import type { TorchGenerator } from "../random/torch-generator";
import type { Clock } from "./clock";
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
  /** Paths kept, by recency; where more come up, a step is traced and compiled again, and memory stays bounded. */
  readonly maxPaths: number;
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

  constructor(private readonly options: WalkerOptions) {
    this.trie = new PathTrie((prefix) => options.loader.unload(prefix));
    this.once = new Set(options.program.slots.filter((d) => d.role === "once").map((d) => d.slot));
  }

  /** How many paths have plans now. */
  get paths(): number {
    return this.size;
  }

  /** Kernels of all their plans. */
  get kernels(): number {
    return this.trie.leaves().reduce((sum, { path }) => sum + path.step.plan.plan.kernels.length, 0);
  }

  /**
   * Decides one step, drawing from the generator. Null when steps decided but not run yet (`pending`) must run
   * first; the draws made until then must be taken back by the caller.
   */
  async next(pending: boolean, watch: Watch = {}): Promise<Leaf<PathPlan> | null> {
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
      return node;
    }
    if (pending && this.size >= this.options.maxPaths) return null;
    return this.explore(answers, pending, watch);
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

  /** Makes the leaf's instrumented variant for the probe's layout, unless it is there. */
  async instrument(leaf: Leaf<PathPlan>, probe: Probe, watch: Watch): Promise<void> {
    const { path } = leaf;
    if (path.instrumented?.layout === probe.layout) return;
    this.dropInstrumented(path);
    const trace = await this.retrace(leaf.answers, watch);
    const instrument = probe.instrument(trace);
    const ring = [...(trace.loss ? [trace.loss] : []), ...instrument.scalars];
    const step = await this.load({ writes: writesOf(trace), ring }, watch);
    path.instrumented = { layout: probe.layout, instrument, step };
  }

  /** Unloads everything. */
  close(): void {
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

function writesOf(trace: StepTrace): { slot: SlotId; value: Value }[] {
  return [...trace.writes].map(([slot, value]) => ({ slot, value }));
}

/** Ends the run at the first effect that was refused. */
export function refuseErrors(trace: StepTrace): void {
  const first = trace.errors[0];
  if (first) throw new RunError(`${first.name}: ${first.message}`, first.where);
}

function oneNumber(loss: Value): Value {
  if (elementCount(loss.type.shape) === 1) return loss;
  const found = printShape(loss.type.shape);
  throw new RunError(`loss: found shape ${found}, expected one number. Add a sum or a mean before it.`, loss.origin);
}
