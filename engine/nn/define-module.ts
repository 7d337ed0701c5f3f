/** @file defineModule: an nn module stated once; its node, state_dict, initial draws and exports are derived. */
import type { WithFormulas } from "../ir/formulas";
import type { AttributeSpecs, AttributeValues, SampleTensor, TorchText } from "../ir/op";
import type { DType } from "../ir/dtype";
import type { TypedArray } from "../ir/tensor";
import type { Value } from "../ir/value";
import type { TorchGenerator } from "../random/torch-generator";

export const moduleCategories = ["layer", "activation", "shape", "loss", "container"] as const;
export type ModuleCategory = (typeof moduleCategories)[number];

/** One parameter or buffer of a module. */
export interface StateSpec {
  /** Its state_dict name below the module: "weight". */
  readonly name: string;
  readonly kind: "parameter" | "buffer";
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** PyTorch's reset_parameters: draws exactly what PyTorch draws. */
  initialize(generator: TorchGenerator): TypedArray;
}

export interface ModuleDeclaration<A extends AttributeSpecs = AttributeSpecs> extends WithFormulas {
  readonly summary: string;
  readonly label: string;
  readonly glyph: string;
  readonly category: ModuleCategory;
  readonly search?: readonly string[];
  /** Input ports in order; the output port is "out". */
  readonly inputs: readonly string[];
  readonly attributes: A;
  /** `torch.nn.Linear({inFeatures}, {outFeatures}, bias={bias})`. */
  readonly torch: TorchText;
  /** Parameters and buffers in the order PyTorch creates (and draws) them. */
  state(attributes: AttributeValues<A>): readonly StateSpec[];
  /** Builds graph from inputs and state by name; in recordWith. Refuses inputs that do not fit, naming features and weight. */
  forward(context: {
    readonly inputs: Readonly<Record<string, Value>>;
    readonly state: Readonly<Record<string, Value>>;
    readonly attributes: AttributeValues<A>;
    readonly training: boolean;
  }): Value;
  /** Attributes and inputs for generated tests against PyTorch. */
  readonly samples: readonly {
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly inputs: readonly SampleTensor[];
  }[];
}

/** A declared module; its export name (Linear) makes the member type "nn.Linear". A container's children run in order. */
export interface Module<A extends AttributeSpecs = AttributeSpecs> extends ModuleDeclaration<A> {
  readonly isModule: true;
  readonly container: boolean;
}

/** Declares a module. */
export function defineModule<A extends AttributeSpecs>(declaration: ModuleDeclaration<A>): Module<A> {
  return { ...declaration, isModule: true, container: declaration.category === "container" };
}
