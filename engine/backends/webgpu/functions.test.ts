/** @file Every scalar function on the GPU against its closure: 4 ulp in its useful range, NaN and infinities as PyTorch. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KernelNode } from "../../compile/plan";
import type { DType } from "../../ir/dtype";
import { scalarFunctions, type ScalarFunction } from "../../scalar/functions";
import { scalarTable } from "../../scalar/table";
import { ulpDistance } from "../../scalar/ulp";
import type { Device } from "../backend";
import { openDevice, runPlan, whyNoGpu } from "./device-fixture";
import { loop, makePlan, rowMajor, slot } from "../plan-fixtures";

const booleans: ReadonlySet<ScalarFunction> = new Set([
  "eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not", "isNan", "isInf",
]); // prettier-ignore

/** The function at every position of its argument arrays. */
async function apply(
  device: Device,
  fn: ScalarFunction,
  args: readonly (readonly number[])[],
  argTypes: readonly DType[],
  type: DType,
): Promise<ArrayLike<number>> {
  const count = args[0]?.length ?? 0;
  const body: KernelNode[] = args.map((_, buffer) => ({
    kind: "load",
    buffer,
    access: rowMajor([count]),
    dtype: argTypes[buffer] ?? type,
  }));
  body.push({ kind: "call", fn, args: args.map((_, i) => i), dtype: type });
  const buffers = [...args.map((_, i) => slot(`a${i}`, count, argTypes[i] ?? type)), slot("out", count, type)];
  const stores = [{ buffer: args.length, access: rowMajor([count]), node: args.length }];
  const given = Object.fromEntries(args.map((values, i) => [`a${i}`, values]));
  const plan = makePlan(buffers, [loop({ axes: [count], body, stores })]);
  const [out] = await runPlan(device, plan, given, ["out"]);
  return out ?? [];
}

function even(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.fround(low + ((high - low) * i) / (count - 1)));
}

const edges = [0, -0, 1, -1, 0.5, -0.5, 2, -2, 1.5, 2.5, -2.5, Infinity, -Infinity, NaN];

/** Useful ranges of the functions of one float, and the edges to add. */
const unary: Partial<Record<ScalarFunction, readonly [low: number, high: number]>> = {
  neg: [-10, 10],
  abs: [-10, 10],
  sign: [-3, 3],
  floor: [-1000, 1000],
  ceil: [-1000, 1000],
  round: [-20, 20],
  trunc: [-1000, 1000],
  sqrt: [0, 1e6],
  exp: [-80, 88],
  log: [1e-6, 1e6],
  expm1: [-20, 80],
  log1p: [-0.9, 1e4],
  sin: [-100, 100],
  cos: [-100, 100],
  tanh: [-12, 12],
  sigmoid: [-80, 80],
  isNan: [-1, 1],
  isInf: [-1, 1],
};

const binary: Partial<Record<ScalarFunction, readonly [low: number, high: number]>> = {
  add: [-10, 10],
  sub: [-10, 10],
  mul: [-10, 10],
  div: [-10, 10],
  remainder: [-10, 10],
  min: [-10, 10],
  max: [-10, 10],
  pow: [-6, 6],
  eq: [-3, 3],
  ne: [-3, 3],
  lt: [-3, 3],
  le: [-3, 3],
  gt: [-3, 3],
  ge: [-3, 3],
};

if (whyNoGpu) console.warn(`skipped: ${whyNoGpu}`);
describe.skipIf(whyNoGpu !== null)("scalar functions on WebGPU", () => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice();
  });
  afterAll(() => device.close());

  function judge(fn: ScalarFunction, found: ArrayLike<number>, args: readonly (readonly number[])[]): void {
    let worst = 0;
    let at = "";
    for (let i = 0; i < found.length; i++) {
      const values = args.map((column) => column[i] ?? NaN);
      const exact = scalarTable[fn].closure(...values);
      // WGSL may flush denormal numbers to zero.
      if (Math.abs(exact) < 1.2e-38 && Math.abs(found[i] ?? NaN) < 1.2e-38) continue;
      const distance = ulpDistance(found[i] ?? NaN, exact);
      if (distance > worst) {
        worst = distance;
        at = `${fn}(${values.join(", ")}) = ${found[i]}, exact ${exact}`;
      }
    }
    expect(worst, at).toBeLessThanOrEqual(4);
  }

  test.each(Object.entries(unary))("%s of a float is within 4 ulp, edges included", async (name, [low, high]) => {
    const fn = name as ScalarFunction;
    const x = [...even(low, high, 3001), ...edges];
    judge(fn, await apply(device, fn, [x], ["float32"], booleans.has(fn) ? "bool" : "float32"), [x]);
  });

  test.each(["sin", "cos"] as const)("%s is within 4 ulp up to the largest float32", async (fn) => {
    const far = Array.from({ length: 3000 }, (_, i) => Math.fround(2 ** (-3 + (i * 130.9) / 3000)));
    const x = [...far, ...far.map((value) => -value), 1e5, 100_001, 3.4028234663852886e38].map(Math.fround);
    const found = await apply(device, fn, [x], ["float32"], "float32");
    judge(fn, found, [x]);
  });

  test.each(Object.entries(binary))("%s of two floats is within 4 ulp, edges included", async (name, [low, high]) => {
    const fn = name as ScalarFunction;
    const line = [...even(low, high, 41), ...edges];
    const x = line.flatMap((v) => line.map(() => v));
    const y = line.flatMap(() => line);
    const found = await apply(device, fn, [x, y], ["float32", "float32"], booleans.has(fn) ? "bool" : "float32");
    judge(fn, found, [x, y]);
  });

  const integers = [-7, -2, -1, 0, 1, 2, 3, 5, 1000, 2147483647, -2147483648];
  test.each(["add", "sub", "mul", "min", "max", "remainder", "eq", "lt", "ge"] as const)(
    "%s of integers is exact, and wraps at 32 bits",
    async (fn) => {
      const x = integers.flatMap((v) => integers.map(() => v));
      const y = integers.flatMap(() => integers);
      const found = await apply(device, fn, [x, y], ["int32", "int32"], booleans.has(fn) ? "bool" : "int32");
      for (let i = 0; i < found.length; i++) {
        const [a = 0, b = 0] = [x[i], y[i]];
        if (fn === "remainder" && b === 0) continue;
        const exact = fn === "mul" ? Math.imul(a, b) : scalarTable[fn].closure(a, b) | 0;
        expect(found[i], `${fn}(${a}, ${b})`).toBe(exact);
      }
    },
  );

  test("conversions truncate to integers, are exact to floats, and make every non-zero true", async () => {
    const x = [0, 0.5, -0.5, 1.9, -1.9, 100];
    expect(Array.from(await apply(device, "convert", [x], ["float32"], "int32"))).toEqual([0, 0, 0, 1, -1, 100]);
    expect(Array.from(await apply(device, "convert", [x], ["float32"], "bool"))).toEqual([0, 1, 1, 1, 1, 1]);
    expect(Array.from(await apply(device, "convert", [[0, 1]], ["bool"], "float32"))).toEqual([0, 1]);
    expect(Array.from(await apply(device, "convert", [[-3, 7]], ["int64"], "float32"))).toEqual([-3, 7]);
  });

  test("select takes only the chosen side, NaN beside it or not", async () => {
    const found = await apply(device, "select", [[1, 0], [2, NaN], [NaN, 3]], ["bool", "float32", "float32"], "float32"); // prettier-ignore
    expect(Array.from(found)).toEqual([2, 3]);
  });

  test("philox draws the reference's numbers exactly", async () => {
    const index = Array.from({ length: 1000 }, (_, i) => i);
    const same = (value: number): number[] => index.map(() => value);
    const columns = [same(12345), same(-7), same(3), same(99), index];
    const found = await apply(device, "philox", columns, columns.map(() => "int32"), "float32"); // prettier-ignore
    index.forEach((i) => {
      expect(found[i]).toBe(scalarTable.philox.closure(12345, -7, 3, 99, i));
    });
  });

  test("every scalar function that an op may call is tested here or is a bit operation", () => {
    const elsewhere: readonly ScalarFunction[] = [
      "select", "convert", "philox", "and", "or", "not",
      "bitAnd", "bitOr", "bitXor", "shiftLeft", "shiftRight", "shiftRightLogical", "mulHigh", "floatBits", "bitsFloat",
    ]; // prettier-ignore
    const tested = [...Object.keys(unary), ...Object.keys(binary), ...elsewhere].sort();
    expect(tested).toEqual([...scalarFunctions].sort());
  });

  test.each(["and", "or", "not"] as const)("%s of bools", async (fn) => {
    const args = fn === "not" ? [[0, 1]] : [[0, 0, 1, 1], [0, 1, 0, 1]]; // prettier-ignore
    const found = await apply(device, fn, args, ["bool", "bool"], "bool");
    judge(fn, found, args);
  });

  test("negative control: the sine judged as a cosine is far off", async () => {
    const x = even(-3, 3, 101);
    const found = await apply(device, "sin", [x], ["float32"], "float32");
    expect(() => judge("cos", found, [x])).toThrow(/exact/);
  });
});
