/** @file What tests of scalar functions on a backend share: a plan that calls one, the ranges worth trying, and the judge. */
import { expect } from "vitest";
import type { KernelNode, Plan } from "../compile/plan";
import type { DType } from "../ir/dtype";
import type { ScalarFunction } from "../scalar/functions";
import { scalarTable } from "../scalar/table";
import { ulpDistance } from "../scalar/ulp";
import { loop, makePlan, rowMajor, slot } from "./plan-fixtures";

const booleans: ReadonlySet<ScalarFunction> = new Set([
  "eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not", "isNan", "isInf",
]); // prettier-ignore

/** The dtype that a function gives of operands of this one. */
export function resultType(fn: ScalarFunction, type: DType): DType {
  return booleans.has(fn) ? "bool" : type;
}

/** A plan that leaves the function at every position of its argument columns in slot "out", and the slots it reads. */
export function callPlan(
  fn: ScalarFunction,
  columns: readonly (readonly number[])[],
  argTypes: readonly DType[],
  type: DType,
): { readonly plan: Plan; readonly given: Readonly<Record<string, readonly number[]>> } {
  const count = columns[0]?.length ?? 0;
  const access = rowMajor([count]);
  const load = (buffer: number): KernelNode => ({ kind: "load", buffer, access, dtype: argTypes[buffer] ?? type });
  const args = columns.map((_, i) => i);
  const body: KernelNode[] = [...args.map(load), { kind: "call", fn, args, dtype: type }];
  const buffers = [...args.map((i) => slot(`a${i}`, count, argTypes[i] ?? type)), slot("out", count, type)];
  const stores = [{ buffer: args.length, access, node: args.length }];
  const given = Object.fromEntries(columns.map((values, i) => [`a${i}`, values]));
  return { plan: makePlan(buffers, [loop({ axes: [count], body, stores })]), given };
}

/** Numbers at even distances, both ends included. */
export function even(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.fround(low + ((high - low) * i) / (count - 1)));
}

/** Two columns that meet every pair of the values. */
export function pairs(values: readonly number[]): [number[], number[]] {
  return [values.flatMap((x) => values.map(() => x)), values.flatMap(() => values)];
}

/** Where floats change their behaviour. */
export const edges = [0, -0, 1, -1, 0.5, -0.5, 2, -2, 1.5, 2.5, -2.5, Infinity, -Infinity, NaN];

/** Where integers do. */
export const integers = [-7, -2, -1, 0, 1, 2, 3, 5, 1000, 2147483647, -2147483648];

type Ranges = Partial<Record<ScalarFunction, readonly [low: number, high: number]>>;

/** Useful ranges of the functions of one float. */
export const unary = {
  neg: [-10, 10],
  abs: [-10, 10],
  sign: [-3, 3],
  floor: [-1000, 1000],
  ceil: [-1000, 1000],
  round: [-20, 20],
  trunc: [-1000, 1000],
  sqrt: [0, 1e6],
  exp: [-103, 88.7],
  log: [1e-6, 1e6],
  expm1: [-20, 88.7],
  log1p: [-0.999, 1e4],
  sin: [-100, 100],
  cos: [-100, 100],
  tanh: [-12, 12],
  sigmoid: [-80, 80],
  isNan: [-1, 1],
  isInf: [-1, 1],
} as const satisfies Ranges;

/** What an integer function gives at 32 bits: it wraps. */
export function wrapped(fn: ScalarFunction, x: number, y: number): number {
  return fn === "mul" ? Math.imul(x, y) : scalarTable[fn].closure(x, y) | 0;
}

/** Holds what was found to the closure, in units in the last place; `distance` may forgive, or be stricter. */
export function judge(
  fn: ScalarFunction,
  found: ArrayLike<number>,
  columns: readonly (readonly number[])[],
  distance: (found: number, exact: number) => number = ulpDistance,
): void {
  let worst = 0;
  let at = "";
  for (let i = 0; i < found.length; i++) {
    const values = columns.map((column) => column[i] ?? NaN);
    const exact = scalarTable[fn].closure(...values);
    const gap = distance(found[i] ?? NaN, exact);
    if (gap > worst) {
      worst = gap;
      at = `${fn}(${values.join(", ")}) = ${found[i]}, exact ${exact}`;
    }
  }
  expect(worst, at).toBeLessThanOrEqual(4);
}
