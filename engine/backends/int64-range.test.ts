/** @file What a plan makes of constants and coordinates is refused where 32 bits do not hold it, and nothing else is. */
import { expect, it } from "vitest";
import type { KernelNode, LoopKernel } from "../compile/plan";
import { requireInt64Range } from "./int64-range";
import { loop, makePlan, rowMajor, slot } from "./plan-fixtures";

const most = 2 ** 31 - 1;
const constant = (value: number): KernelNode => ({ kind: "constant", value, dtype: "int64" });
const call = (fn: "add" | "mul" | "convert", args: readonly number[]): KernelNode => ({ kind: "call", fn, args, dtype: "int64" }); // prettier-ignore

/** start + step · i along an axis, as arange makes it. */
function counted(start: number, step: number): readonly KernelNode[] {
  const index: KernelNode = { kind: "coordinate", axis: 0, dtype: "int32" };
  return [index, call("convert", [0]), constant(step), call("mul", [1, 2]), constant(start), call("add", [3, 4])];
}

function load(body: readonly KernelNode[], count: number, kernel: Partial<LoopKernel> = {}): void {
  const stores = [{ buffer: 0, access: rowMajor([count]), node: body.length - 1 }];
  const loops = loop({ axes: [count], body: [...body], stores, ...kernel });
  requireInt64Range(makePlan([slot("n", count, "int64")], [loops]), "wasm");
}

it("a range that ends past them", () => {
  expect(() => load(counted(most - 3, 1), 4)).not.toThrow();
  expect(() => load(counted(most - 3, 1), 5)).toThrow("wasm: an int64 comes to 2147483648, expected integers within");
  expect(() => load(counted(-most, -1), 3)).toThrow("comes to -2147483649");
});

it("but not what wraps on the way and comes back", () => {
  expect(() => load(counted(-most, most), 3)).not.toThrow();
});

it("a sum of too many", () => {
  const reduced = (extent: number) => ({
    axes: [],
    reduceAxes: [extent],
    stores: [],
    reductions: [{ monoid: "sum", node: 0, dtype: "int64" } as const],
    epilogue: [{ kind: "reduction", index: 0, dtype: "int64" } as const],
    epilogueStores: [{ buffer: 0, access: rowMajor([]), node: 0 }],
  });
  expect(() => load([constant(2 ** 20)], 1, reduced(2 ** 10))).not.toThrow();
  expect(() => load([constant(2 ** 20)], 1, reduced(2 ** 11))).toThrow("comes to 2147483648");
});

it("nothing of what is loaded", () => {
  const loaded: KernelNode = { kind: "load", buffer: 0, access: rowMajor([2]), dtype: "int64" };
  expect(() => load([loaded, constant(most), call("mul", [0, 1])], 2)).not.toThrow();
});
