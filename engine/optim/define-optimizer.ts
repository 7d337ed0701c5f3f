/** @file defineOptimizer: an optimiser stated once, per parameter; training, inspector and exports are derived. */
import type { AttributeSpecs, AttributeValues, TorchText } from "../ir/op";
import type { Value } from "../ir/value";

/** State kept for one parameter, zero at first: of the parameter's shape, or one float. */
export interface OptimizerStateSpec {
  readonly name: string;
  readonly like: "parameter" | "scalar";
}

export interface OptimizerDeclaration<A extends AttributeSpecs = AttributeSpecs> {
  readonly summary: string;
  readonly formula: string;
  readonly label: string;
  readonly attributes: A;
  /** Float attributes that may change while training without a new plan: they reach `update` as scalar values. */
  readonly hyper: readonly (keyof A & string)[];
  /** `torch.optim.SGD({params}, lr={lr}, momentum={momentum})`. */
  readonly torch: TorchText;
  /** Refuses attributes that do not go together. */
  state(attributes: AttributeValues<A>): readonly OptimizerStateSpec[];
  /** Builds graph, in recordWith under no-grad: the parameter and its state after one step, as PyTorch's single-tensor path. */
  update(context: {
    readonly parameter: Value;
    readonly grad: Value;
    readonly state: Readonly<Record<string, Value>>;
    readonly hyper: Readonly<Record<string, Value>>;
    readonly attributes: AttributeValues<A>;
  }): { readonly parameter: Value; readonly state: Readonly<Record<string, Value>> };
  /** Settings for generated tests against PyTorch. */
  readonly samples: readonly Readonly<Record<string, unknown>>[];
}

/** A declared optimiser; its export name (SGD) makes the member type "optim.SGD". */
export interface Optimizer<A extends AttributeSpecs = AttributeSpecs> extends OptimizerDeclaration<A> {
  readonly isOptimizer: true;
}

/** Declares an optimiser. */
export function defineOptimizer<A extends AttributeSpecs>(declaration: OptimizerDeclaration<A>): Optimizer<A> {
  return { ...declaration, isOptimizer: true };
}
