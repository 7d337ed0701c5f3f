/** @file What an op declares: one record from which kernels, gradients, ports, exports and tests are derived. */
import type { WithFormulas } from "./formulas";
import type { ScalarBuilder } from "../scalar/builder";
import type { ScalarExpression } from "../scalar/expression";
import type { TorchGenerator } from "../random/torch-generator";
import type { Attributes, AttributeSpec } from "./attribute";
import type { TensorType, TypedArray } from "./tensor";
import type { Value } from "./value";

/** One operand: a port. `scalar` operands may be written as a plain number where nothing is wired. */
export interface OperandSpec<N extends string = string, Optional extends boolean = boolean> {
  readonly name: N;
  readonly optional: Optional;
  readonly scalar: boolean;
  /** The number taken where nothing is wired and nothing is written. */
  readonly default?: number;
  readonly summary?: string;
}

/** A tensor operand. */
export function operand<const N extends string>(name: N, summary?: string): OperandSpec<N, false> {
  return { name, optional: false, scalar: false, ...(summary === undefined ? {} : { summary }) };
}

/** An operand that takes a tensor or a plain number. */
export function scalarOperand<const N extends string>(name: N, defaultValue?: number): OperandSpec<N, false> {
  return { name, optional: false, scalar: true, ...(defaultValue === undefined ? {} : { default: defaultValue }) };
}

/** Something per operand, by operand name; null where an optional operand is missing. */
export type PerOperand<O extends readonly OperandSpec[], T> = {
  readonly [S in O[number] as S["name"]]: S["optional"] extends false ? T : T | null;
};

export type AttributeSpecs = Readonly<Record<string, AttributeSpec<unknown>>>;
export type AttributeValues<A extends AttributeSpecs> = {
  readonly [K in keyof A]: A[K] extends AttributeSpec<infer T> ? T : never;
};

export const opCategories = [
  "creation", "random", "pointwise", "comparison", "reduce", "view", "linear algebra", "activation", "loss", "gradient",
] as const; // prettier-ignore
export type OpCategory = (typeof opCategories)[number];

/** The first half of a declaration: what a person sees and a file may hold. */
export interface OpSignature<
  O extends readonly OperandSpec[] = readonly OperandSpec[],
  A extends AttributeSpecs = AttributeSpecs,
> extends WithFormulas {
  readonly operands: O;
  readonly attributes: A;
  /** One sentence. */
  readonly summary: string;
  readonly category: OpCategory;
  /** The node's title: "Pow". */
  readonly label: string;
  /** A maths glyph of one to three characters: "xⁿ". */
  readonly glyph: string;
  /** The attribute or number operand shown as a chip in the node's header, if one matters most. */
  readonly chip?: string;
  /** Further words that the search finds it by. */
  readonly search?: readonly string[];
  /** Whether PyTorch's result may share the memory of operand 0, so that writing to one changes the other. */
  readonly shares?: true;
}

/** How a view reads its operand; none of them copies. */
export type ViewMap =
  | { readonly kind: "permute"; readonly order: readonly number[] }
  | { readonly kind: "reshape" }
  /** Broadcast to the output shape, aligned at the last axis. */
  | { readonly kind: "expand" }
  | { readonly kind: "slice"; readonly dim: number; readonly start: number; readonly step: number }
  /** The adjoint of slice: the operand at start, start + step, … of a dimension, zero elsewhere. */
  | { readonly kind: "pad"; readonly dim: number; readonly start: number; readonly step: number }
  | { readonly kind: "identity" };

export type Monoid = "sum" | "prod" | "max" | "min";

/** What a rule is told of one use: the types of its operands by name, its attributes, and the type of its output. */
export interface RuleContext<
  O extends readonly OperandSpec[] = readonly OperandSpec[],
  A extends AttributeSpecs = AttributeSpecs,
> {
  readonly operands: PerOperand<O, TensorType>;
  readonly attributes: AttributeValues<A>;
  readonly out: TensorType;
}

export type PrimitiveCompute<
  O extends readonly OperandSpec[] = readonly OperandSpec[],
  A extends AttributeSpecs = AttributeSpecs,
> =
  /**
   * One output element from the elements it broadcasts with. Before, operands are converted: "same" to their
   * promoted dtype, "float" to that or, for integers, to the default float; "none" leaves them as they are. The
   * result is converted to the output's dtype.
   */
  | {
      readonly kind: "pointwise";
      readonly promotion: "same" | "float" | "none";
      expression(
        s: ScalarBuilder,
        operands: PerOperand<O, ScalarExpression>,
        context: RuleContext<O, A>,
      ): ScalarExpression;
    }
  /** Folds dimensions of operand 0 with a monoid, after converting it to the output's dtype. */
  | { readonly kind: "reduce"; readonly monoid: Monoid; dims(context: RuleContext<O, A>): readonly number[] }
  | { readonly kind: "view"; view(context: RuleContext<O, A>): ViewMap }
  /** A sum of products by index letters, two operands: `mk,kn->mn`, `bmk,bkn->bmn`, `mk,k->m`, `k,k->`. */
  | { readonly kind: "contract"; readonly equation: string }
  /**
   * Drawn once: `host`, from PyTorch's stream. Drawn each step: `device`, from Philox uniforms in [0, 1):
   * uniform(0), uniform(1), … are independent for each element.
   */
  | {
      readonly kind: "random";
      /** True where elements are not independent, so that `device` cannot draw them and refuses. */
      readonly onceOnly?: boolean;
      host(generator: TorchGenerator, context: RuleContext<O, A>): TypedArray;
      device(s: ScalarBuilder, uniform: (n: number) => ScalarExpression, context: RuleContext<O, A>): ScalarExpression;
    };

/** Built from other ops. */
export interface CompositeCompute<
  O extends readonly OperandSpec[] = readonly OperandSpec[],
  A extends AttributeSpecs = AttributeSpecs,
> {
  readonly kind: "composite";
  body(operands: PerOperand<O, Value>, context: RuleContext<O, A>): Value;
}

export interface GradientContext<
  O extends readonly OperandSpec[] = readonly OperandSpec[],
  A extends AttributeSpecs = AttributeSpecs,
> {
  /** The cotangent of the output: its shape and dtype. */
  readonly grad: Value;
  readonly operands: PerOperand<O, Value>;
  readonly out: Value;
  readonly attributes: AttributeValues<A>;
}

/**
 * Builds graph: the cotangent of one operand. It may have the shape the operands broadcast to; backward sums it
 * back (Note [Un-broadcasting] in autodiff).
 */
export type GradientRule<
  O extends readonly OperandSpec[] = readonly OperandSpec[],
  A extends AttributeSpecs = AttributeSpecs,
> = {
  // Written as a method so that the rule of a particular op is also one of AnyOp.
  rule(context: GradientContext<O, A>): Value;
}["rule"];

export interface NotDifferentiable {
  readonly notDifferentiable: string;
}

/** States that no gradient flows to this operand, and why (shown in the reference and the inspector). */
export function notDifferentiable(why: string): NotDifferentiable {
  return { notDifferentiable: why };
}

/** The Python that computes it: operands and attributes in braces, `torch.sum({input}, dim={dims}, keepdim={keepdim})`. */
export type TorchText = { readonly python: string } | { readonly notInTorch: string };

/** A tensor of a sample: values written out, or drawn evenly from a range with a fixed seed. */
export interface SampleTensor {
  readonly shape: readonly number[];
  readonly dtype: TensorType["dtype"];
  readonly values?: readonly number[];
  readonly low?: number;
  readonly high?: number;
  readonly seed?: number;
}

/** One use of the op that generated tests run: {shape, gradient, second order, PyTorch, backends}. */
export interface Sample {
  readonly operands: readonly (SampleTensor | number | null)[];
  readonly attributes?: Attributes;
  /** False where the point is a kink or a bound, so that central differences do not apply; PyTorch's value still does. */
  readonly smooth?: boolean;
}

interface RulesBase<O extends readonly OperandSpec[], A extends AttributeSpecs> {
  /** The output's type; refuses operands that do not fit. */
  type(context: Omit<RuleContext<O, A>, "out">): TensorType;
  readonly torch: TorchText;
  /** PyTorch's name of the backward node, which may depend on the use; by default the label and "Backward0". */
  readonly gradFn?: string | GradientName<O, A>;
  readonly samples: readonly Sample[];
}

/** Names the backward node of one use. */
type GradientName<O extends readonly OperandSpec[], A extends AttributeSpecs> = {
  // Written as a method, as GradientRule is.
  name(context: Omit<RuleContext<O, A>, "out">): string;
}["name"];

type GradientTable<O extends readonly OperandSpec[], A extends AttributeSpecs> = {
  readonly [N in O[number]["name"]]: GradientRule<O, A> | NotDifferentiable;
};

/** The second half of a declaration. Every operand has a gradient rule; only a composite may inherit its body's. */
export type OpRules<
  O extends readonly OperandSpec[] = readonly OperandSpec[],
  A extends AttributeSpecs = AttributeSpecs,
> =
  | (RulesBase<O, A> & { readonly compute: PrimitiveCompute<O, A>; readonly gradients: GradientTable<O, A> })
  | (RulesBase<O, A> & {
      readonly compute: CompositeCompute<O, A>;
      readonly gradients: GradientTable<O, A> | "inherit";
    });

type OperandArguments<O extends readonly OperandSpec[]> = { [I in keyof O]: Value | number | null };

/** A declared op: call it inside recordWith to build graph, or read its declaration. */
export interface Op<
  O extends readonly OperandSpec[] = readonly OperandSpec[],
  A extends AttributeSpecs = AttributeSpecs,
> {
  (...args: [...OperandArguments<O>, Partial<AttributeValues<A>>?]): Value;
  /** Its export name, given by the registry. */
  readonly opName: string;
  readonly signature: OpSignature<O, A>;
  readonly rules: OpRules<O, A>;
}

/** Any op, when only its declaration matters. */
export interface AnyOp {
  readonly opName: string;
  readonly signature: OpSignature;
  readonly rules: AnyRules;
}

/** OpRules with callbacks that take unparsed types; the registry narrows to it. */
export interface AnyRules {
  type(context: Omit<RuleContext, "out">): TensorType;
  readonly compute: PrimitiveCompute | CompositeCompute;
  readonly gradients: Readonly<Record<string, GradientRule | NotDifferentiable>> | "inherit";
  readonly torch: TorchText;
  readonly gradFn?: string | ((context: Omit<RuleContext, "out">) => string);
  readonly samples: readonly Sample[];
}

/** Whether an op is a draw that a device can make each step. */
export function canDrawEachStep(op: AnyOp): boolean {
  const { compute } = op.rules;
  return compute.kind === "random" && compute.onceOnly !== true;
}
