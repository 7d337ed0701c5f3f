/** @file Decides steps whose loops are run turn by turn: see Note [Plans per body]. */
import type { LoadedPlan } from "../backends/backend";
import type { SlotId, Value } from "../ir/value";
import { CannotTakeOver } from "../program/loops";
import { PlacedRefusal } from "../program/report";
import type { Decision, StepTrace } from "../program/program";
import { crossing } from "./crossing";
import type { DecidedStep, Draw } from "./decided-step";
import { fixedValues } from "./hoist";
import { drive, type Watch } from "./in-pieces";
import { PathTrie, questionOf, type ForkQuestion, type Leaf } from "./path-trie";
import { oneNumber, refuseErrors, writesOf, type WalkerOptions } from "./path-walker";
import { RunError } from "./run-error";
import { slotNamed, SlotPool, type Held } from "./slot-pool";
import type { LoadedStep } from "./step-loader";
import { plansOf, StepLoops, type LoopQuestion } from "./step-loops";
import { TurnPlans } from "./turn-plans";

/** The step around its loops: a plan before each run of turns, and the last one. */
interface OuterPath {
  readonly segments: readonly LoadedStep[];
  readonly held: readonly Held[];
  readonly hasLoss: boolean;
  readonly presentAfter: ReadonlyMap<SlotId, boolean>;
  lastUsed: number;
}

type Question = Exclude<ForkQuestion, { kind: "read" }> | LoopQuestion;

/** The steps of one program, turn by turn. */
export class LoopWalker {
  private readonly trie = new PathTrie<OuterPath, Question>();
  private readonly turnPlans: TurnPlans;
  private readonly pool: SlotPool;
  private size = 0;
  private uses = 0;
  private made = 0;

  constructor(
    private readonly options: WalkerOptions,
    private readonly once: ReadonlySet<SlotId>,
  ) {
    const { loader } = options;
    this.pool = new SlotPool(options.device);
    this.turnPlans = new TurnPlans({
      pool: this.pool,
      maxTurns: options.maxTurns,
      once,
      load: (wanted, watch) => loader.load({ ...wanted, ring: [] }, once, watch),
      unload: (step) => loader.unload(step),
    });
  }

  get paths(): number {
    return this.size;
  }

  get turns(): number {
    return this.turnPlans.turns;
  }

  get kernels(): number {
    const around = this.trie.leaves().flatMap(({ path }) => path.segments);
    return this.turnPlans.kernels + around.reduce((sum, { plan }) => sum + plan.plan.kernels.length, 0);
  }

  /** As PathWalker.next. Throws CannotTakeOver where a loop cannot be run turn by turn. */
  async next(pending: boolean, watch: Watch): Promise<DecidedStep | null> {
    try {
      return await this.decide(pending, watch);
    } catch (error) {
      if (error instanceof PlacedRefusal) throw new RunError(error.message, null);
      throw error;
    }
  }

  private async decide(pending: boolean, watch: Watch): Promise<DecidedStep | null> {
    if (this.turnPlans.isFull || this.size > this.options.maxPaths) {
      if (pending) return null;
      if (this.turnPlans.isFull) this.turnPlans.trim();
      this.forgetPaths();
    }
    const drawn: { readonly low: number; readonly high: number; readonly value: number }[] = [];
    const draw: Draw = (low, high) => {
      const value = this.options.generator.randint(low, high, 1)[0] ?? 0;
      drawn.push({ low, high, value });
      return value;
    };
    let loops = new StepLoops(this.turnPlans, draw);
    let node = this.trie.start();
    while (node?.kind === "fork") {
      node = this.trie.child(node, await this.answer(node.question, loops, draw, watch));
    }
    if (!node) {
      const replay = [...drawn];
      loops = new StepLoops(this.turnPlans, (low, high) => replay.shift()?.value ?? draw(low, high));
      node = await this.explore(loops, replay, draw, watch);
    }
    const { path } = node;
    path.lastUsed = ++this.uses;
    await this.turnPlans.load(loops.runs, watch);
    const plans: LoadedPlan[] = [];
    path.segments.forEach((segment, i) => {
      const run = loops.runs[i];
      plans.push(segment.plan, ...(run ? plansOf(run) : []));
    });
    const { hasLoss, presentAfter } = path;
    return { plans, draws: drawn, hasLoss, presentAfter, steady: false, leaf: null };
  }

  close(): void {
    for (const leaf of this.trie.leaves()) this.forget(leaf);
    this.turnPlans.close();
  }

  private async answer(question: Question, loops: StepLoops, draw: Draw, watch: Watch): Promise<number> {
    switch (question.kind) {
      case "draw":
        return draw(question.low, question.high);
      case "present":
        return this.options.present(question.slot) ? 1 : 0;
      case "enter":
      case "unwind":
        return drive(loops.decide(question), this.options.clock, watch);
    }
  }

  private async explore(
    loops: StepLoops,
    replay: { value: number }[],
    draw: Draw,
    watch: Watch,
  ): Promise<Leaf<OuterPath>> {
    const questions: Question[] = [];
    const answers: number[] = [];
    const note = (question: Question, answer: number): number => {
      questions.push(question);
      answers.push(answer);
      return answer;
    };
    loops.onAnswer = note;
    const decide = (decision: Decision): number => {
      // A number read back would have to wait for the turns before it.
      if (decision.kind === "read") throw new CannotTakeOver();
      const question = questionOf(decision);
      if (question.kind === "present") return note(question, this.options.present(question.slot) ? 1 : 0);
      return note(question, replay.shift()?.value ?? draw(question.low, question.high));
    };
    const { program, clock } = this.options;
    const trace = await drive(program.traceInPieces(decide, { loops }), clock, watch);
    refuseErrors(trace);
    const path = await this.load(trace, watch);
    this.trie.extend(questions, answers);
    this.size++;
    return this.trie.add(path, answers);
  }

  /** The plans around the turns: each keeps what a later one needs. */
  private async load(trace: StepTrace, watch: Watch): Promise<OuterPath> {
    const id = ++this.made;
    const ring = trace.loss ? [oneNumber(trace.loss)] : [];
    const parts = [...trace.cuts.map((writes) => ({ writes, ring: [] })), { writes: writesOf(trace), ring }];
    const roots = parts.map(({ writes, ring: reported }) => [...writes.map(({ value }) => value), ...reported]);
    const fixed = new Set(fixedValues(roots.flat(), this.once));
    const given = new Map<Value, SlotId>();
    const held: Held[] = [];
    const segments: LoadedStep[] = [];
    const hold = (slots: readonly Held[]): void => {
      this.pool.hold(slots);
      held.push(...slots);
    };
    try {
      hold(partsRead(trace));
      for (const [at, { writes, ring: reported }] of parts.entries()) {
        const late = roots.slice(at + 1).flat();
        const crossed = crossing(roots[at] ?? [], late, (value) => fixed.has(value) || given.has(value));
        const kept = crossed.map((value, i) => ({ slot: slotNamed(`step:${id}:${at}:${i}`, value.type), value }));
        hold([...(at < trace.cuts.length ? writes : []), ...kept].map(({ slot, value: { type } }) => ({ slot, type })));
        const wanted = { writes: [...writes, ...kept], ring: reported, given: new Map(given) };
        segments.push(await this.options.loader.load(wanted, this.once, watch));
        for (const { slot, value } of kept) given.set(value, slot);
      }
    } catch (error) {
      for (const segment of segments) this.options.loader.unload(segment);
      this.pool.drop(held);
      throw error;
    }
    return { segments, held, hasLoss: trace.loss !== null, presentAfter: trace.present, lastUsed: 0 };
  }

  /** Drops the paths used longest ago, half of those that may be kept. */
  private forgetPaths(): void {
    const { maxPaths } = this.options;
    const oldest = [...this.trie.leaves()].sort((a, b) => a.path.lastUsed - b.path.lastUsed);
    for (const leaf of oldest.slice(0, Math.max(0, this.size - Math.ceil(maxPaths / 2)))) this.forget(leaf);
  }

  private forget(leaf: Leaf<OuterPath>): void {
    this.trie.remove(leaf);
    this.size--;
    for (const segment of leaf.path.segments) this.options.loader.unload(segment);
    this.pool.drop(leaf.path.held);
  }
}

/** Slots that turns fill and the step around them reads. */
function partsRead({ tape }: StepTrace): Held[] {
  return tape.values.flatMap(({ definition, type }) =>
    definition.kind === "slot" && definition.slot.startsWith("part:") ? [{ slot: definition.slot, type }] : [],
  );
}
