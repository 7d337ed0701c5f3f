/** @file The tape: one step's record. Records primitives, opens composites, and ties each value to what made it. */
import type { DType } from "../ir/dtype";
import type { Pieces } from "../ir/pieces";
import type { Recorder } from "../ir/recorder";
import type { TensorData, TensorType } from "../ir/tensor";
import type { Boundary, Origin, SlotId, Value } from "../ir/value";

/** Where in the document and in the step something is recorded; `ops` are composites already entered. */
export type Place = Pick<Origin, "phase" | "path" | "node" | "port"> & { readonly ops?: readonly string[] };

/** A record under construction. Use with recordWith(tape, …). */
export interface Tape extends Recorder {
  /** What float32 is recorded as: float64 in `--dtype float64`. */
  readonly float: DType & ("float32" | "float64");
  /** False inside noGrad. */
  readonly gradEnabled: boolean;
  /** All values, operands before their users. */
  readonly values: readonly Value[];
  /** How many draws "each step" there are; a tape with any reads the slots of randomSlots. */
  readonly draws: number;
  /** State as it is when the step begins; the same slot gives the same value. A leaf when it requires a gradient. */
  slot(slot: SlotId, type: TensorType, requiresGrad: boolean): Value;
  data(data: TensorData): Value;
  /** The same tensor under an identity of its own, so that its gradient can be told apart: an edge. */
  alias(value: Value): Value;
  /** torch's detach: no gradient passes. */
  detach(value: Value): Value;
  /** A leaf that requires a gradient, equal to the value: leaf(x), requires_grad_. */
  leaf(value: Value): Value;
  /** Runs `body` with nothing recorded as requiring a gradient (torch.no_grad). */
  noGrad<T>(body: () => T): T;
  /** Runs `body` with gradients recorded again, inside noGrad (torch.enable_grad). */
  withGrad<T>(body: () => T): T;
  /** Ends a stretch with its own backward: a custom Function, or a composite with its own rules. */
  boundary(boundary: Omit<Boundary, "outputs">): readonly Value[];
  /** Runs `body` with this place as the origin of what it records. */
  at<T>(place: Place, body: () => T): T;
  /** The same for work in pieces. */
  piecesAt<T>(place: Place, work: Pieces<T>): Pieces<T>;
  /** noGrad for work in pieces. */
  piecesWithoutGrad<T>(work: Pieces<T>): Pieces<T>;
}
