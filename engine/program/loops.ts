/**
 * @file Loops taken over: a turn recorded by itself, and the step that sees only what goes into the loop and comes out.
 * See Note [Plans per body] in engine/train/turn-plans.ts.
 */
import { backwardFrom } from "../autodiff/walk";
import type { GraphNode } from "../document/document";
import { finish, type Pieces } from "../ir/pieces";
import { recordWith } from "../ir/recorder";
import type { TensorType } from "../ir/tensor";
import type { SlotId, Value } from "../ir/value";
import { zeros } from "../ops";
import { createTape } from "../tape/record";
import type { Tape } from "../tape/tape";
import { innerFrame, type Frame, type NodeRun, type Results } from "./frame";
import type { Decision } from "./program";
import type { Scope } from "./scope";
import { Step } from "./step";

/** What a port holds, without the value. */
export interface PortType {
  readonly type: TensorType;
  readonly requiresGrad: boolean;
}

/** By port of the body. */
export type Signature = ReadonlyMap<string, PortType>;

/** Ends the recording of a loop whose turns cannot be recorded one by one. */
export class CannotTakeOver extends Error {}

/** A loop at one place of a step. */
export interface Loop {
  /** Of the place: the calls that lead to it, and its node. */
  readonly key: string;
  /** Inputs that are the outputs of the same name of the turn before. */
  readonly carried: ReadonlySet<string>;
  /** The index of each turn; draws their number where the document says so. */
  turns(draw: (low: number, high: number) => number): readonly number[];
  /** Records one turn. `slotOf` says where an input lies. Throws CannotTakeOver. */
  record(
    turn: { readonly number: number; readonly index: number; readonly inputs: Signature },
    slotOf: (port: string, type: TensorType) => SlotId,
    draw: (low: number, high: number) => number,
  ): Pieces<Turn>;
}

/** One turn on a tape of its own. */
export interface Turn {
  readonly tape: Tape;
  readonly outputs: ReadonlyMap<string, Value>;
  /** Parameters it reads and may learn, by slot. */
  readonly parameters: ReadonlyMap<SlotId, TensorType>;
  /** Gradients of what the turn reads, from those of its outputs, which lie in slots. */
  backward(cotangents: ReadonlyMap<string, SlotId>): Pieces<TurnGradients>;
}

export interface TurnGradients {
  readonly inputs: ReadonlyMap<string, Value>;
  readonly parameters: ReadonlyMap<SlotId, Value>;
}

/** A place in memory that a turn leaves something in, for the step outside. */
export interface Place {
  readonly slot: SlotId;
  readonly type: TensorType;
}

/** A loop whose turns are decided. */
export interface Entered {
  /** Where its inputs are to be put before the turns run. */
  readonly inputs: ReadonlyMap<string, SlotId>;
  /** Where its outputs lie then. */
  readonly outputs: ReadonlyMap<string, Place & { readonly requiresGrad: boolean }>;
  readonly parameters: ReadonlyMap<SlotId, TensorType>;
  /** Its backward, from these outputs that have a gradient. */
  unwind(ports: readonly string[]): Pieces<Unwound>;
}

export interface Unwound {
  /** Where the outputs' gradients are to be put before it runs. */
  readonly cotangents: ReadonlyMap<string, SlotId>;
  /** Where gradients add up: to be zero before it runs. */
  readonly sums: readonly Place[];
  /** Where the gradients of inputs and parameters lie then; what none reaches is not in it. */
  readonly inputs: ReadonlyMap<string, Place>;
  readonly parameters: ReadonlyMap<SlotId, Place>;
}

/** Who takes loops over. */
export interface LoopTaker {
  /** Decides every turn of a loop; null where it has none. Throws CannotTakeOver. */
  enter(loop: Loop, inputs: Signature): Pieces<Entered | null>;
}

/** Where a step is cut: what has to lie in memory before the turns of a loop run, forward or backward. */
export type Cut = readonly { readonly slot: SlotId; readonly value: Value }[];

function portType({ type, requiresGrad }: Value): PortType {
  return { type, requiresGrad };
}

/** The loop that a repeat node is at the place of this run; `turns` gives the indices. */
export function loopAt(run: NodeRun, scope: Scope, turns: Loop["turns"]): Loop {
  const { step, path, phase, scope: around, run: runGraph } = run.frame;
  const { root, library, tape } = step;
  const { id, node, frozen } = run;
  const { float, gradEnabled } = tape;
  const record: Loop["record"] = function* ({ number, index, inputs }, slotOf, draw) {
    const own = createTape({ float });
    const decide = (decision: Decision): number => {
      if (decision.kind !== "draw") throw new CannotTakeOver();
      return draw(decision.low, decision.high);
    };
    const inside = new Step(own, root, library, { decide, continueOnError: false, check: null });
    // Of the step that asked nothing is kept: the loop outlives it.
    const outer: Frame = {
      step: inside, scope: around, path, phase, frozen, run: runGraph,
      inputs: new Map(), values: new Map(), outputs: new Map(), saved: new Map(),
    }; // prettier-ignore
    const values = new Map<string, Value>();
    for (const { name, role } of scope.plan.graph.inputs) {
      const held = inputs.get(name);
      if (role === "index") values.set(name, own.literal(index, !Number.isInteger(index)));
      else if (held) values.set(name, own.slot(slotOf(name, held.type), held.type, held.requiresGrad));
    }
    const frame = innerFrame({ frame: outer, id, node, inputs: new Map(), frozen }, scope, values, number);
    yield* gradEnabled ? frame.run(frame) : own.piecesWithoutGrad(frame.run(frame));
    return turnOf(own, inside, frame, scope, values);
  };
  const { inputs: ports } = scope.plan.graph;
  const carried = new Set(ports.filter(({ role }) => role === "carried").map(({ name }) => name));
  return { key: JSON.stringify([path, id]), carried, turns, record };
}

function turnOf(tape: Tape, step: Step, frame: Frame, scope: Scope, inputs: ReadonlyMap<string, Value>): Turn {
  const changes = step.writes.size > 0 || step.backwards.length > 0 || step.errors.length > 0;
  const leaves = tape.values.filter((value) => value.isLeaf);
  const strange = leaves.some((leaf) => leaf.definition.kind !== "slot");
  // A draw made each step is numbered among all of the step.
  if (changes || strange || tape.draws > 0) throw new CannotTakeOver();
  const outputs = new Map<string, Value>();
  for (const { name } of scope.plan.graph.outputs) {
    const value = frame.outputs.get(name);
    if (!value) throw new CannotTakeOver();
    outputs.set(name, value);
  }
  const given = new Set(inputs.values());
  const learned = leaves.flatMap((leaf) => (leaf.definition.kind === "slot" && !given.has(leaf) ? [[leaf.definition.slot, leaf] as const] : [])); // prettier-ignore
  return {
    tape,
    outputs,
    parameters: new Map(learned.map(([slot, leaf]) => [slot, leaf.type])),
    *backward(cotangents) {
      const roots = [...cotangents].flatMap(([port, slot]) => {
        const value = outputs.get(port);
        return value?.requiresGrad ? [{ value, cotangent: tape.slot(slot, value.type, false) }] : [];
      });
      const gradients = yield* backwardFrom(tape, roots);
      const reached = <K>(entries: Iterable<readonly [K, Value]>): Map<K, Value> =>
        new Map([...entries].flatMap(([key, leaf]) => (gradients.of(leaf) ? [[key, gradients.of(leaf) ?? leaf]] : [])));
      return {
        inputs: reached([...inputs].filter(([, value]) => value.isLeaf)),
        parameters: reached(learned),
      };
    },
  };
}

/** A repeat node whose turns someone else runs: its outputs are what lies in memory after them. */
export function* runTaken(
  run: NodeRun,
  node: GraphNode & { kind: "repeat" },
  loop: Loop,
  taker: LoopTaker,
  inputs: ReadonlyMap<string, Value>,
): Pieces<Results | null> {
  const { step } = run.frame;
  const { tape } = step;
  const entered = yield* taker.enter(loop, new Map([...inputs].map(([port, value]) => [port, portType(value)])));
  if (!entered) return null;
  step.cuts.push([...entered.inputs].flatMap(([port, slot]) => {
    const value = inputs.get(port);
    return value ? [{ slot, value }] : [];
  })); // prettier-ignore
  const held = new Map([...entered.outputs].map(([port, { slot, type }]) => [port, tape.slot(slot, type, false)]));
  const flowing = [...entered.outputs].filter(([, { requiresGrad }]) => requiresGrad).map(([port]) => port);
  const ports = [...inputs.keys()];
  const parameters = [...entered.parameters];
  const outputs = tape.boundary({
    name: `${node.name}Backward`,
    inputs: [...inputs.values(), ...parameters.map(([slot, type]) => tape.slot(slot, type, true))],
    inner: flowing.flatMap((port) => held.get(port) ?? []),
    backward: (gradients) => {
      const reached = new Map(flowing.flatMap((port, i) => (gradients[i] ? [[port, gradients[i]] as const] : [])));
      const unwound = finish(entered.unwind([...reached.keys()]));
      const zero = (type: TensorType): Value => recordWith(tape, () => zeros({ size: type.shape, dtype: type.dtype }));
      step.cuts.push([
        ...[...unwound.cotangents].flatMap(([port, slot]) => {
          const value = reached.get(port);
          return value ? [{ slot, value }] : [];
        }),
        ...unwound.sums.map(({ slot, type }) => ({ slot, value: zero(type) })),
      ]);
      const at = (place: Place | undefined): Value | null => place ? tape.slot(place.slot, place.type, false) : null; // prettier-ignore
      return [
        ...ports.map((port) => at(unwound.inputs.get(port))),
        ...parameters.map(([slot]) => at(unwound.parameters.get(slot))),
      ];
    },
  });
  flowing.forEach((port, i) => {
    const output = outputs[i];
    if (output) held.set(port, output);
  });
  return held;
}
