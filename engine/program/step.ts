/** @file One step while it is recorded: what slots and gradients hold so far, and what a trace hands out. */
import type { Gradients } from "../autodiff/backward";
import type { Edge, GraphId } from "../document/document";
import type { Library } from "../document/library";
import type { Diagnostic } from "../ir/diagnostic";
import { invariant, refuse } from "../ir/refusal";
import { recordWith } from "../ir/recorder";
import type { Origin, SlotId, Value } from "../ir/value";
import { randomSlots } from "../tape/record";
import type { ViewStep } from "../tape/shared-storage";
import type { Tape } from "../tape/tape";
import { add } from "../ops";
import type { Decision, EffectError, SlotDeclaration, StepTrace, TracedEdge, TracedPort } from "./program";
import type { Cut, LoopTaker } from "./loops";
import { learns, statesOfScope, type Scope, type StateInstance } from "./scope";

/**
 * The most values one step may record; where loops ask for more, the trace is refused. A value on its way to a plan
 * takes about 6 KB and 0.2 ms (E17 with 900 turns): the limit stands for 1.5 GB and a minute.
 */
const valueLimit = 250_000;

export type Path = Origin["path"];

/** A parameter or buffer, and the views through which a value reads it. */
export interface StateView {
  readonly slot: SlotDeclaration;
  readonly steps: readonly ViewStep[];
}

/** How a step is recorded. */
export interface StepOptions {
  readonly decide: (decision: Decision) => number;
  /** Refused effects are listed and the step goes on. */
  readonly continueOnError: boolean;
  /** Set while building: both sides of a branch, one turn of a loop, and every error is collected. */
  readonly check: { add(diagnostic: Diagnostic): void } | null;
  /** Who runs the turns of loops; without one they are recorded with the rest. */
  readonly loops?: LoopTaker;
}

/** Thrown to end a trace at a refused effect. */
export class StepEnded extends Error {}

/** The state of a step that is being recorded. */
export class Step {
  readonly writes = new Map<SlotId, Value>();
  /** What in-place ops made of state or of a part of it: writing to that changes the state again. */
  readonly versions = new Map<Value, StateView>();
  readonly errors: EffectError[] = [];
  readonly backwards: Gradients[] = [];
  readonly cuts: Cut[] = [];
  private readonly ports = new Map<string, TracedPort>();
  private readonly edges: Omit<TracedEdge, "gradient">[] = [];
  /** Gradients as they stand: none is null; what was never asked is not in the map. */
  private readonly gradients = new Map<SlotId, Value | null>();
  private readonly asked = new Map<SlotId, Value | null>();
  private readonly leafGradients = new Map<Value, Value | null>();
  private lastGradients = new Map<string, Value | null>();

  constructor(
    readonly tape: Tape,
    readonly root: Scope,
    readonly library: Library,
    readonly options: StepOptions,
  ) {}

  /** A slot as it was when the step began. */
  atBegin({ slot, type, requiresGrad }: SlotDeclaration): Value {
    return this.tape.slot(slot, type, requiresGrad);
  }

  /** A slot as it is at this point of the effects. */
  current(declaration: SlotDeclaration): Value {
    return this.writes.get(declaration.slot) ?? this.atBegin(declaration);
  }

  write(declaration: SlotDeclaration, value: Value): void {
    this.writes.set(declaration.slot, value);
  }

  /** The accumulated gradient of a parameter, or null; asks whether one was there when the step began, if it matters. */
  gradient(state: StateInstance): Value | null {
    const { grad } = state;
    if (!grad) return null;
    const known = this.gradients.get(grad.slot);
    if (known !== undefined) return known;
    const present = this.options.decide({ kind: "present", slot: grad.slot }) !== 0;
    const value = present ? this.atBegin(grad) : null;
    this.asked.set(grad.slot, value);
    this.gradients.set(grad.slot, value);
    return value;
  }

  setGradient(state: StateInstance, value: Value | null): void {
    if (state.grad) this.gradients.set(state.grad.slot, value);
  }

  accumulate(state: StateInstance, value: Value): void {
    const before = this.gradient(state);
    this.setGradient(state, before ? recordWith(this.tape, () => add(before, value)) : value);
  }

  /** The gradient of a leaf that lives for this step only. */
  leafGradient(leaf: Value): Value | null {
    return this.leafGradients.get(leaf) ?? null;
  }

  accumulateLeaf(leaf: Value, value: Value): void {
    const before = this.leafGradients.get(leaf);
    this.leafGradients.set(leaf, before ? recordWith(this.tape, () => add(before, value)) : value);
  }

  clearLeaves(leaves: readonly Value[] | "all"): void {
    for (const leaf of leaves === "all" ? [...this.leafGradients.keys()] : leaves) this.leafGradients.delete(leaf);
  }

  backwardDone(gradients: Gradients): void {
    this.backwards.push(gradients);
    this.lastGradients = new Map();
    for (const state of statesOfScope(this.root).filter(learns)) {
      const value = state.grad ? this.gradients.get(state.grad.slot) : null;
      this.lastGradients.set(state.slot.name, value ?? null);
    }
  }

  /** Refuses a step that grows past all measure, as soon as the values still to come from a loop say so. */
  checkSize(ahead = 0): void {
    const found = this.tape.values.length + ahead;
    if (found > valueLimit) refuse("trace.size", { found, limit: valueLimit });
  }

  tracePort(graph: GraphId, name: string, origin: Origin, value: Value): void {
    const key = JSON.stringify([graph, origin.path, origin.node, origin.port]);
    this.ports.set(key, { origin, graph, name, value });
  }

  traceEdge(graph: GraphId, edge: Edge, path: Path, value: Value): void {
    this.edges.push({ graph, edge, path, value });
  }

  /** What a consumer's edge was given by the step's backward calls together. */
  private edgeGradient(value: Value): Value | null {
    const parts = this.backwards.flatMap((gradients) => gradients.of(value) ?? []);
    const [first, ...others] = parts;
    if (!first) return null;
    return recordWith(this.tape, () => others.reduce((sum, part) => add(sum, part), first));
  }

  /** The finished record. */
  finish(loss: Value | null): StepTrace {
    const edges = this.edges.map((edge) => ({ ...edge, gradient: this.edgeGradient(edge.value) }));
    const present = new Map<SlotId, boolean>();
    for (const [slot, value] of this.gradients) {
      if (this.asked.get(slot) === value) continue;
      present.set(slot, value !== null);
      if (value) this.writes.set(slot, value);
    }
    this.countDraws();
    const { tape, writes, errors, backwards, cuts, lastGradients: gradients } = this;
    return { tape, loss, writes, present, ports: [...this.ports.values()], edges, gradients, backwards, errors, cuts };
  }

  /** A step that drew from Philox leaves the counter one higher. */
  private countDraws(): void {
    const { tape } = this;
    if (tape.draws === 0) return;
    const counter = tape.slot(randomSlots.counter, { dtype: "int32", shape: [] }, false);
    const next = tape.at({ phase: "update", path: [], node: null, port: null }, () =>
      recordWith(tape, () => add(counter, 1)),
    );
    invariant(next.type.dtype === "int32", "the step counter stays int32");
    this.writes.set(randomSlots.counter, next);
  }
}
