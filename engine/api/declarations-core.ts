/** @file The part of index.d.ts that no registry declares: tensors, Functions, modules, runs. */

/** Declarations before those of ops. */
export const typesText = `/** Element types. */
export type DType = DTYPES;
/** Numbers as nested lists, outermost dimension first. */
export type NestedNumbers = number | readonly NestedNumbers[];
/** What an operand may be written as. */
export type Operand = Tensor | NestedNumbers;
/** Host arrays: int64 as integers in a Float64Array, bool as 0 and 1. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

export interface BackwardSettings {
  /** Keeps the graph, so that a further backward may pass through it. */
  readonly retainGraph?: boolean;
  /** Records the gradients as differentiable themselves. */
  readonly createGraph?: boolean;
  /** The tensors whose gradients are wanted; without it, every leaf. */
  readonly inputs?: readonly Tensor[];
}

export interface TensorOptions {
  /** Without it: float32, or int64 where every number is an integer and no gradient is asked for. */
  readonly dtype?: DType;
  readonly requiresGrad?: boolean;
}

/** A value. Calling a method records; numbers come with \`await\`. */
export declare class Tensor {
  protected constructor();
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly requiresGrad: boolean;
  readonly isLeaf: boolean;
  /** PyTorch's name of its backward node, such as AddBackward0; null for leaves. */
  readonly gradFn: string | null;
  /** The gradient that backward accumulated; null before, and after it is cleared. */
  grad: Tensor | null;
  /** Its gradient as it is now, whatever a later backward adds; throws where backward has not left one. */
  gradient(): Tensor;
  /** Gradients of every leaf it was made of, added to their grad. A cotangent is needed unless it has one element. */
  backward(cotangent?: Tensor | null, settings?: BackwardSettings): void;
  /** Makes it a leaf that requires a gradient (or not, with false); returns itself. */
  requiresGrad_(on?: boolean): this;
  /** Takes the contents of another tensor, broadcast and converted. */
  copy_(source: Tensor): this;
  /** Keeps the content for use in later steps. */
  keep(): this;
  /** The number a tensor of one element holds. */
  item(): Promise<number>;
  /** A copy of the contents as a flat, row-major array. */
  toArray(): Promise<TypedArray>;
  /** The contents as nested lists. */
  tolist(): Promise<NestedNumbers>;
`;

/** Declarations after those of ops. */
export const programText = `/** torch.tensor: a tensor from a number or nested lists. */
export declare function tensor(values: NestedNumbers, options?: TensorOptions): Tensor;
/** A tensor of a shape from a flat, row-major array. */
export declare function fromArray(array: ArrayLike<number>, shape: readonly number[], options?: TensorOptions): Tensor;
/** torch.empty(shape).uniform_(low, high): drawn evenly from low to high. */
export declare function uniform(shape: readonly number[], low: number, high: number, options?: TensorOptions): Tensor;
/** torch.manual_seed: every later draw equals PyTorch's after the same seed. */
export declare function manualSeed(seed: number | bigint): void;
/** int(torch.randint(low, high, ())): one integer in [low, high), for control flow. */
export declare function randomInt(low: number, high: number): number;
/** Runs the body with no gradients recorded; in-place writes made inside end the step. */
export declare function noGrad<T>(body: () => T): T;
/** Runs the body with gradients recorded, inside noGrad. */
export declare function enableGrad<T>(body: () => T): T;
/** A use of a module that teaches it nothing: its parameters get no gradient from this forward, its inputs do. */
export declare function frozen<M extends nn.Module & { readonly forward: (...inputs: never) => unknown }>(
  module: M,
): Pick<M, "forward">;
/** Chooses where everything runs; returns the backend's name. */
export declare function useDevice(name: "auto" | "webgpu" | "wasm" | "reference"): Promise<string>;
/** Runs what has been recorded; reading a number does so by itself. */
export declare function synchronize(): Promise<void>;
/** A template such as "y = {a} + {b} x" with the numbers of these tensors. */
export declare function summarize(template: string, tensors: Readonly<Record<string, Tensor>>): Promise<string>;

/** What forward hands to backward. */
export declare class Context {
  readonly needsInputGrad: readonly boolean[];
  readonly savedTensors: readonly Tensor[];
  saveForBackward(...tensors: readonly Tensor[]): void;
}

type ArgumentsOf<F> = F extends (ctx: Context, ...args: infer Args) => unknown ? Args : never;
type ResultOf<F> = F extends (...args: never) => infer Result ? Result : never;

/** Base of a custom Function: extend it with static forward and backward, then call apply. */
declare class AutogradFunction {
  static apply<C extends { readonly forward: (ctx: Context, ...args: never) => unknown }>(
    this: C,
    ...args: ArgumentsOf<C["forward"]>
  ): ResultOf<C["forward"]>;
}
export { AutogradFunction as Function };

/** One run of a training program. */
export declare class Run {
  readonly seed: number;
  readonly steps: number;
  /** Begins a step of the loop: what is drawn "each step" is new. */
  beginStep(): void;
  /** Reports the loss of this step when its turn has come; a NaN ends the run. */
  log(step: number, loss: Tensor): Promise<void>;
  /** Reports what was learnt. */
  finish(state: Readonly<Record<string, Tensor>>, summary?: string): Promise<void>;
}
/** Reads the command line's switches over these defaults, opens the device and announces the run. */
export declare function startRun(defaults: {
  readonly seed: number;
  readonly steps: number;
  readonly logEvery: number;
  readonly device: "auto" | "webgpu" | "wasm" | "reference";
  /** Whether a NaN loss ends the run; true without it. */
  readonly stopOnNaN?: boolean;
}): Promise<Run>;
`;

/** The classes of nn that no registry declares. */
export const moduleText = `  /** A tensor that learns. */
  class Parameter extends Tensor {
    constructor(from: Tensor, requiresGrad?: boolean);
  }
  /** A tensor of a module that is saved with it and does not learn. */
  class Buffer extends Tensor {
    constructor(from: Tensor);
  }
  /** Base of all modules: parameters and modules that are fields are found by their names. */
  class Module {
    training: boolean;
    parameters(): Parameter[];
    namedParameters(): Generator<[string, Parameter]>;
    getParameter(name: string): Parameter;
    stateDict(prefix?: string): Record<string, Tensor>;
    zeroGrad(): void;
    train(on?: boolean): this;
    eval(): this;
  }
  /** Layers one after another, named "0", "1", …. */
  class Sequential extends Module {
    constructor(...layers: readonly (Module & { forward(input: Tensor): Tensor })[]);
    forward(input: Tensor): Tensor;
  }
`;
