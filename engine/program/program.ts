/** @file The program: a document's graph made executable. One trace is one step along one path. */
import type { Gradients } from "../autodiff/backward";
import type { Edge, GraphId } from "../document/document";
import type { DType } from "../ir/dtype";
import type { Diagnostic } from "../ir/diagnostic";
import type { Pieces } from "../ir/pieces";
import type { TensorData, TensorType } from "../ir/tensor";
import type { Origin, SlotId, Value } from "../ir/value";
import type { TorchGenerator } from "../random/torch-generator";
import type { Tape } from "../tape/tape";
import type { Cut, LoopTaker } from "./loops";

/** What the slots of a program are for. */
export type SlotRole = "parameter" | "buffer" | "grad" | "optimizer" | "once" | "hyper" | "counter" | "probe";

export interface SlotDeclaration {
  readonly slot: SlotId;
  readonly role: SlotRole;
  readonly type: TensorType;
  /** state_dict name for parameters, buffers and their gradients; a readable path for the rest. */
  readonly name: string;
  /** Whether backward accumulates into it (parameters). */
  readonly requiresGrad: boolean;
}

/** A question a step asks before it can go on. The answers along the way are the step's path. */
export type Decision =
  /** torch.randint(low, high, ()) from the host stream. */
  | { readonly kind: "draw"; readonly low: number; readonly high: number; readonly where: Origin }
  /** Whether a gradient slot holds a gradient when the step begins: 1 or 0. */
  | { readonly kind: "present"; readonly slot: SlotId }
  /** The number a value has in this step. */
  | { readonly kind: "read"; readonly value: Value; readonly where: Origin };

/** An effect that was refused, such as a second backward through a released graph. */
export interface EffectError {
  readonly where: Origin;
  /** The effect node's name. */
  readonly name: string;
  /** PyTorch's sentence where PyTorch has one, then what to do. */
  readonly message: string;
}

/** One value a screen, `grad` or `eval` can ask for. */
export interface TracedPort {
  readonly origin: Origin;
  readonly graph: GraphId;
  readonly name: string;
  readonly value: Value;
}

/** One edge of the document in one call of its graph: the value it carries, under its own identity. */
export interface TracedEdge {
  readonly graph: GraphId;
  readonly edge: Edge;
  readonly path: Origin["path"];
  readonly value: Value;
  /** Its consumer's contribution, summed over the step's backward calls; null where no gradient flows. */
  readonly gradient: Value | null;
}

/** The record of one step. */
export interface StepTrace {
  readonly tape: Tape;
  readonly loss: Value | null;
  /** What slots hold after the step; those not named keep what they have. */
  readonly writes: ReadonlyMap<SlotId, Value>;
  /** Gradient slots that hold a gradient, or none, after the step; those not named are as before. */
  readonly present: ReadonlyMap<SlotId, boolean>;
  readonly ports: readonly TracedPort[];
  readonly edges: readonly TracedEdge[];
  /** What each parameter's gradient is right after the step's last backward, by state_dict name; null where it has none. */
  readonly gradients: ReadonlyMap<string, Value | null>;
  /** The step's backward calls in order: what reached each value, and by which uses (the chain-rule cards). */
  readonly backwards: readonly Gradients[];
  readonly errors: readonly EffectError[];
  /** Where turns of loops that were taken over come in, in order. */
  readonly cuts: readonly Cut[];
}

export interface ProgramOptions {
  /** What float32 becomes: float64 in `--dtype float64` (draws and linspace are still made in float32 first). */
  readonly float: DType & ("float32" | "float64");
  /** Resource content by id, parsed. */
  readonly resources: ReadonlyMap<string, TensorData>;
}

export interface TraceOptions {
  readonly continueOnError?: boolean;
  /** Who takes loops over; without one their turns are recorded with the rest. */
  readonly loops?: LoopTaker;
}

export interface Program {
  /** Of what the document means: ops, attributes, wiring, members; not names, positions or hyperparameters. */
  readonly hash: string;
  /** Every slot known before a step; traces may add none. */
  readonly slots: readonly SlotDeclaration[];
  /** Parameters by state_dict name, in PyTorch's order. */
  readonly parameters: readonly SlotDeclaration[];
  /** Whether a step may run a loop. */
  readonly hasLoops: boolean;
  /** Makes members' initial values and once-draws, in draw order, advancing the generator as PyTorch would. */
  initialize(generator: TorchGenerator): ReadonlyMap<SlotId, TensorData>;
  /** Values of hyper slots (lr and the like) as the document now says. */
  hyper(): ReadonlyMap<SlotId, number>;
  /**
   * Records one step. With `continueOnError` (eval) refused effects are listed and the step goes on; otherwise
   * the first one ends the trace.
   */
  trace(decide: (decision: Decision) => number, options?: TraceOptions): StepTrace;
  /** The same in pieces: a long loop is not waited for. */
  traceInPieces(decide: (decision: Decision) => number, options?: TraceOptions): Pieces<StepTrace>;
  /** The module summaries with parameter values filled in, as printed at the end of a run. */
  summary(values: ReadonlyMap<string, TensorData>): string | null;
}

export type BuildResult =
  | { readonly ok: true; readonly program: Program; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };
