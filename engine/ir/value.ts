/** @file A value: one tensor of one step, tied to what made it. The record of a step is a list of these. */
import type { Attributes } from "./attribute";
import type { AnyOp } from "./op";
import type { TensorData, TensorType } from "./tensor";

/**
 * Where a value came from: the phase of the step, the stack of (node, turn) calls of the document that led there,
 * and the node and port itself. Every result a screen shows has such an address (design.md, Identity and time).
 */
export interface Origin {
  readonly phase: "forward" | "backward" | "update";
  readonly path: readonly (readonly [node: string, turn: number])[];
  readonly node: string | null;
  readonly port: string | null;
  /** Names of the ops entered on the way to this primitive, outermost first: a composite shows as its own name. */
  readonly ops: readonly string[];
}

/** A named place on the device whose content lives longer than a step: a parameter, a gradient, optimiser state, a draw. */
export type SlotId = string & { readonly __brand?: "SlotId" };

/** A custom backward: outputs that stand for inner values, and the rule that carries their gradients to the inputs. */
export interface Boundary {
  readonly name: string;
  readonly inputs: readonly Value[];
  /** The values inside that the outputs equal. */
  readonly inner: readonly Value[];
  /** Filled when the boundary is recorded: one value per inner value. */
  readonly outputs: readonly Value[];
  /** What its backward needs kept, besides inputs and outputs, until the graph is released. */
  readonly saved?: readonly Value[];
  /** Builds graph: gradients of the inputs from those of the outputs; null where none flows. */
  readonly backward: (gradients: readonly (Value | null)[]) => readonly (Value | null)[];
}

/** What made a value. Only primitives are recorded as ops: a composite leaves the ops of its body. */
export type Definition =
  | {
      readonly kind: "op";
      readonly op: AnyOp;
      readonly operands: readonly (Value | null)[];
      readonly attributes: Attributes;
    }
  /**
   * A random op drawn anew each step, by its `device` rule. Its uniforms come from Philox with the key (low, high), the
   * step's counter and this stream number, which no other draw of the step has; key and counter are int32 scalars.
   */
  | {
      readonly kind: "random";
      readonly op: AnyOp;
      readonly operands: readonly (Value | null)[];
      readonly attributes: Attributes;
      readonly stream: number;
      readonly key: readonly [low: Value, high: Value];
      readonly counter: Value;
    }
  /** State, as it was when the step began. */
  | { readonly kind: "slot"; readonly slot: SlotId }
  /** A plain number. */
  | { readonly kind: "literal"; readonly value: number }
  | { readonly kind: "data"; readonly data: TensorData; readonly hash: string }
  /** The same tensor under an identity of its own: an edge of the document, or, with `cut`, detach. */
  | { readonly kind: "alias"; readonly of: Value; readonly cut: boolean }
  | { readonly kind: "boundary"; readonly boundary: Boundary; readonly output: number };

export interface Value {
  /** Position in the record it belongs to; operands have smaller ids. */
  readonly id: number;
  readonly type: TensorType;
  readonly definition: Definition;
  readonly requiresGrad: boolean;
  /** True where backward stops and accumulates: parameters and leaf(x). */
  readonly isLeaf: boolean;
  /** PyTorch's name of the backward node, such as AddBackward0; null for leaves and values without gradient. */
  readonly gradFn: string | null;
  readonly origin: Origin;
}
