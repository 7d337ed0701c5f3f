/** @file The plans of single turns: recorded, differentiated and compiled once for each way a turn can go. */
import type { Pieces } from "../ir/pieces";
import { recordWith } from "../ir/recorder";
import type { SlotId, Value } from "../ir/value";
import { add } from "../ops";
import type { Loop, PortType, Signature, Turn, TurnGradients } from "../program/loops";
import { crossing } from "./crossing";
import type { Draw } from "./decided-step";
import { fixedValues } from "./hoist";
import type { Watch } from "./in-pieces";
import { PathTrie, type ForkQuestion } from "./path-trie";
import { slotNamed, type Held, type SlotPool } from "./slot-pool";
import type { LoadedStep } from "./step-loader";
import { cotangentSlot, inputSlot, outputSlot, signatureKey, sumSlot } from "./turn-slots";

/*
 * Note [Plans per body] — Two loops of 1 to 100 turns have 10,000 paths, and no cache of whole steps would ever be
 * warm. So where paths explode a turn is recorded alone, on a tape whose inputs are slots, and has two plans: one
 * forward, one backward, each for its number (the index is a plain number, as in a whole step), the types that come
 * in and the answers inside it. The step around a loop is recorded with the loop as one custom function: what goes in
 * is put into slots, the turns run, what comes out is read from slots; the same again for its backward, whose turns
 * run in reverse and add to the gradients of what all of them read. Two such loops have 400 plans at most, and the
 * step around them one. A turn's forward keeps what its backward needs, as a whole step's plan would.
 */

/** Values on the tapes of turns that are kept from step to step. */
const mostKeptValues = 250_000;

/** A turn's backward from some of its outputs, compiled when it is first run. */
export interface TurnBackward {
  readonly gradients: TurnGradients;
  /** What it leaves behind. */
  readonly writes: readonly { readonly slot: SlotId; readonly value: Value }[];
  /** Ports whose gradient it reads, and the slots these lie in. */
  readonly cotangents: ReadonlyMap<string, SlotId>;
  loaded: Loaded | null;
}

/** One way a turn can go. */
export interface TurnPath {
  readonly id: number;
  readonly loop: Loop;
  readonly number: number;
  readonly turn: Turn;
  readonly inputs: Signature;
  readonly outputs: Signature;
  readonly backwards: Map<string, TurnBackward>;
  loaded: (Loaded & { readonly kept: ReadonlyMap<Value, SlotId> }) | null;
  lastUsed: number;
}

interface Site {
  readonly tries: Map<string, PathTrie<TurnPath>>;
}

/** What a loop did in one step: the plans to run are known once all are loaded. */
export interface LoopRun {
  readonly forward: boolean;
  readonly turns: readonly { readonly path: TurnPath; readonly backward: TurnBackward | null }[];
}

export interface TurnPlansOptions {
  /** Ways of turns kept from step to step; the rest are made again when they come up. */
  readonly maxTurns: number;
  readonly pool: SlotPool;
  readonly once: ReadonlySet<SlotId>;
  load(
    wanted: { readonly writes: readonly { slot: SlotId; value: Value }[]; readonly given: ReadonlyMap<Value, SlotId> },
    watch: Watch,
  ): Promise<LoadedStep>;
  unload(step: LoadedStep): void;
}

/** Turns of all loops of one program. */
export class TurnPlans {
  private readonly sites = new Map<string, Site>();
  private readonly answers = new Map<string, number>();
  private size = 0;
  private values = 0;
  private made = 0;
  private uses = 0;

  constructor(private readonly options: TurnPlansOptions) {}

  /** Ways of turns that are kept now. */
  get turns(): number {
    return this.size;
  }

  /** True where some are to be forgotten. */
  get isFull(): boolean {
    return this.size > this.options.maxTurns || this.values > mostKeptValues;
  }

  /** Kernels of all their plans. */
  get kernels(): number {
    let kernels = 0;
    for (const { leaf } of this.leaves()) {
      for (const { step } of loadedOf(leaf.path)) kernels += step.plan.plan.kernels.length;
    }
    return kernels;
  }

  /** The way this turn goes, by draws where it has gone before, by recording it where it has not. */
  *pathOf(loop: Loop, number: number, index: number, inputs: Signature, draw: Draw): Pieces<TurnPath> {
    const site = this.sites.get(loop.key) ?? { tries: new Map<string, PathTrie<TurnPath>>() };
    this.sites.set(loop.key, site);
    const key = `${number} ${index} ${signatureKey(inputs)}`;
    const trie = site.tries.get(key) ?? new PathTrie<TurnPath>();
    site.tries.set(key, trie);
    const answers: number[] = [];
    let node = trie.start();
    while (node?.kind === "fork" && node.question.kind === "draw") {
      const answer = draw(node.question.low, node.question.high);
      answers.push(answer);
      node = trie.child(node, answer);
    }
    if (node?.kind === "leaf") {
      node.path.lastUsed = ++this.uses;
      return node.path;
    }
    const questions: ForkQuestion[] = [];
    const known = answers.length;
    const decide: Draw = (low, high) => {
      const at = questions.push({ kind: "draw", low, high }) - 1;
      if (at >= known) answers.push(draw(low, high));
      return answers[at] ?? 0;
    };
    const slotOf = (port: string, type: PortType["type"]): SlotId => inputSlot(loop, number, port, { type });
    const turn = yield* loop.record({ number, index, inputs }, slotOf, decide);
    const outputs = new Map([...turn.outputs].map(([port, { type, requiresGrad }]) => [port, { type, requiresGrad }]));
    const path: TurnPath = {
      id: ++this.made, loop, number, turn, inputs, outputs,
      backwards: new Map(), loaded: null, lastUsed: ++this.uses,
    }; // prettier-ignore
    trie.extend(questions, answers);
    trie.add(path, answers);
    this.size++;
    this.values += turn.tape.values.length;
    return path;
  }

  /** A turn's backward from these outputs. */
  *backwardOf(path: TurnPath, ports: readonly string[]): Pieces<TurnBackward> {
    const key = ports.join(" ");
    const known = path.backwards.get(key);
    if (known) return known;
    const cotangents = new Map(
      ports.flatMap((port) => {
        const held = path.outputs.get(port);
        return held?.requiresGrad ? [[port, cotangentSlot(path.loop, port, held)]] : [];
      }),
    );
    const { values } = path.turn.tape;
    const before = values.length;
    const gradients = yield* path.turn.backward(cotangents);
    const made: TurnBackward = { gradients, cotangents, writes: writesOf(path, gradients), loaded: null };
    this.values += values.length - before;
    path.backwards.set(key, made);
    return made;
  }

  /** The same number for the same text. */
  answer(text: string): number {
    const known = this.answers.get(text) ?? this.answers.size;
    this.answers.set(text, known);
    return known;
  }

  /** Compiles what a step's loops need and do not have. */
  async load(runs: readonly LoopRun[], watch: Watch): Promise<void> {
    for (const { turns } of runs) for (const { path } of turns) if (!path.loaded) await this.loadForward(path, watch);
    for (const { turns } of runs) {
      for (const { path, backward } of turns) if (backward && !backward.loaded) await this.loadBackward(path, backward, watch); // prettier-ignore
    }
  }

  /** Forgets the half used longest ago; none may be in a batch that waits. */
  trim(): void {
    this.forget(Math.ceil(this.size / 2));
  }

  close(): void {
    this.forget(this.size);
  }

  private forget(count: number): void {
    const all = this.leaves().sort((a, b) => a.leaf.path.lastUsed - b.leaf.path.lastUsed);
    for (const { trie, leaf } of all.slice(0, count)) {
      trie.remove(leaf);
      this.size--;
      this.values -= leaf.path.turn.tape.values.length;
      this.unload(leaf.path);
    }
  }

  private leaves() {
    const tries = [...this.sites.values()].flatMap((site) => [...site.tries.values()]);
    return tries.flatMap((trie) => trie.leaves().map((leaf) => ({ trie, leaf })));
  }

  private unload(path: TurnPath): void {
    for (const { step, held } of loadedOf(path)) {
      this.options.unload(step);
      this.options.pool.drop(held);
    }
    path.loaded = null;
    path.backwards.clear();
  }

  /** Outputs go to the next turn and to where the step reads the last one's. */
  private async loadForward(path: TurnPath, watch: Watch): Promise<void> {
    const { loop, number, turn } = path;
    const writes = [...turn.outputs].flatMap(([port, value]) => {
      const out = { slot: outputSlot(loop, port, value), value };
      return loop.carried.has(port) ? [out, { slot: inputSlot(loop, number + 1, port, value), value }] : [out];
    });
    const early = writes.map(({ value }) => value);
    const late = [...path.backwards.values()].flatMap((backward) => backward.writes.map(({ value }) => value));
    const fixed = new Set(fixedValues([...early, ...late], this.options.once));
    const crossed = crossing(early, late, (value) => fixed.has(value));
    const kept = new Map(crossed.map((value, i) => [value, slotNamed(`kept:${path.id}:${i}`, value.type)]));
    const keeping = [...kept].map(([value, slot]) => ({ slot, value }));
    const step = await this.loadHeld(path, [...writes, ...keeping], new Map(), watch);
    path.loaded = { ...step, kept };
  }

  private async loadBackward(path: TurnPath, backward: TurnBackward, watch: Watch): Promise<void> {
    const kept = path.loaded?.kept ?? new Map<Value, SlotId>();
    backward.loaded = await this.loadHeld(path, backward.writes, kept, watch, backward.cotangents);
  }

  private async loadHeld(
    path: TurnPath,
    writes: readonly { readonly slot: SlotId; readonly value: Value }[],
    given: ReadonlyMap<Value, SlotId>,
    watch: Watch,
    cotangents: ReadonlyMap<string, SlotId> = new Map(),
  ): Promise<{ step: LoadedStep; held: readonly Held[] }> {
    const read = [...path.inputs].map(([port, held]) => ({ slot: inputSlot(path.loop, path.number, port, held), type: held.type })); // prettier-ignore
    const ends = [...cotangents].flatMap(([port, slot]) => {
      const type = path.outputs.get(port)?.type;
      return type ? [{ slot, type }] : [];
    });
    const written = writes.map(({ slot, value: { type } }) => ({ slot, type }));
    const held = [...read, ...ends, ...written, ...[...given].map(([{ type }, slot]) => ({ slot, type }))];
    this.options.pool.hold(held);
    try {
      return { step: await this.options.load({ writes, given }, watch), held };
    } catch (error) {
      this.options.pool.drop(held);
      throw error;
    }
  }
}

interface Loaded {
  readonly step: LoadedStep;
  readonly held: readonly Held[];
}

/** What of a turn is on the device. */
function loadedOf({ loaded, backwards }: TurnPath): readonly Loaded[] {
  return [loaded, ...[...backwards.values()].map((backward) => backward.loaded)].filter((each) => each !== null);
}

/** What a turn's backward leaves: the gradients of what goes round, and its share of the others'. */
function writesOf({ loop, turn }: TurnPath, gradients: TurnGradients): TurnBackward["writes"] {
  const { tape } = turn;
  const added = (name: string, value: Value): { slot: SlotId; value: Value } => {
    const slot = sumSlot(loop, name, value);
    return { slot, value: recordWith(tape, () => tape.noGrad(() => add(tape.slot(slot, value.type, false), value))) };
  };
  return [
    ...[...gradients.inputs].map(([port, value]) =>
      loop.carried.has(port) ? { slot: cotangentSlot(loop, port, value), value } : added(port, value),
    ),
    ...[...gradients.parameters].map(([slot, value]) => added(slot, value)),
  ];
}
