/** @file The types of functions and methods, derived from the declarations of ops. */
import type { AttributeSpecs, AttributeValues, Op, OperandSpec } from "../ir/op";
import type * as families from "../ops/families";
import type { NestedNumbers, Tensor } from "./tensor";

/** The declared ops by name. */
export type Ops = {
  readonly [K in keyof typeof families as (typeof families)[K] extends Op ? K : K]: (typeof families)[K];
};

/** What an operand may be written as: a tensor, a number, or nested lists. */
export type OperandArgument = Tensor | NestedNumbers;

type OperandArguments<O extends readonly OperandSpec[]> = { [I in keyof O]: OperandArgument };
type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest] ? Rest : [];

/** Attributes in their declared order, or by name in one object at the end; operands may be named there too. */
type AttributeArguments<O extends readonly OperandSpec[], A extends AttributeSpecs> = readonly (
  | AttributeValues<A>[keyof A]
  | (Partial<AttributeValues<A>> & { readonly [S in O[number] as S["name"]]?: OperandArgument } & CreationOptions)
)[];

/** What any function that makes a tensor takes besides. */
export interface CreationOptions {
  readonly requiresGrad?: boolean;
  /** Of draws: from PyTorch's stream, or each step on the device. */
  readonly draw?: "once" | "each step";
}

type OpFunction<F> =
  F extends Op<infer O, infer A>
    ? (...args: [...Partial<OperandArguments<O>>, ...AttributeArguments<O, A>]) => Tensor
    : never;

type OpMethod<F, Self> =
  F extends Op<infer O, infer A>
    ? (...args: [...Partial<OperandArguments<Tail<O>>>, ...AttributeArguments<O, A>]) => Self
    : never;

/** Every op as a function. */
export type OpFunctions = { readonly [K in keyof Ops]: OpFunction<Ops[K]> };

type OpsOfTensors = { [K in keyof Ops]: Ops[K] extends Op<readonly [], AttributeSpecs> ? never : K }[keyof Ops];

/** Every op that takes a tensor, as a method of its first operand, and with "_" as its in-place form. */
export type TensorMethods = { [K in OpsOfTensors]: OpMethod<Ops[K], Tensor> } & {
  [K in OpsOfTensors as `${K}_`]: OpMethod<Ops[K], Tensor>;
};
