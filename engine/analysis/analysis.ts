/** @file What analysis finds: types of ports, broadcasts, costs and diagnostics. Data, safe to keep and compare. */
import type { GraphId, NodeId } from "../document/document";
import type { Diagnostic } from "../ir/diagnostic";
import type { Shape } from "../ir/shape";
import type { TensorType } from "../ir/tensor";

/** What is known of a value at a port before it is computed. */
export interface PortFacts {
  readonly type: TensorType;
  readonly requiresGrad: boolean;
  /** PyTorch's name of the backward node, such as AddBackward0. */
  readonly gradFn: string | null;
}

/** What one node costs in a step, in its first use. */
export interface Cost {
  /** Numbers that learn, each counted once however often it is used. */
  readonly parameters: number;
  /** Floating point operations, a multiply-add counted as two. */
  readonly flops: number;
  readonly backwardFlops: number;
  /** Bytes of the values it makes. */
  readonly forwardBytes: number;
  /** Bytes of values, its own or its inputs', that its backward reads: kept until then. */
  readonly savedBytes: number;
}

export const noCost: Cost = { parameters: 0, flops: 0, backwardFlops: 0, forwardBytes: 0, savedBytes: 0 };

/** An operand that is broadcast: `[3] → [64, 3]`. */
export interface Broadcast {
  readonly from: Shape;
  readonly to: Shape;
  /** Axes of `to` along which the operand is repeated. */
  readonly axes: readonly number[];
}

/** Facts of one graph, in its first use. */
export interface GraphFacts {
  /** Output ports by node; null where the type is not known. */
  readonly outputs: ReadonlyMap<NodeId, Readonly<Record<string, PortFacts | null>>>;
  /** Broadcast operands by node and input port. */
  readonly broadcasts: ReadonlyMap<NodeId, Readonly<Record<string, Broadcast>>>;
  readonly costs: ReadonlyMap<NodeId, Cost>;
  readonly cost: Cost;
}

export interface Analysis {
  readonly graphs: ReadonlyMap<GraphId, GraphFacts>;
  /** Errors first, then warnings, then hints; each in the order of the document. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface AnalysisOptions {
  /** Bytes one step may take before a warning: parameters with their state, and what is kept for backward. */
  readonly budgetBytes?: number;
}
