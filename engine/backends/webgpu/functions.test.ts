/** @file Every scalar function on the GPU against its closure: 4 ulp in its useful range, NaN and infinities as PyTorch. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scalarFunctions, type ScalarFunction } from "../../scalar/functions";
import { scalarTable } from "../../scalar/table";
import { ulpDistance } from "../../scalar/ulp";
import type { Device } from "../backend";
import { callPlan, edges, even, integers, judge as judgeExact, pairs, resultType, unary as floats, wrapped } from "../functions-fixture"; // prettier-ignore
import { openDevice, runPlan, whyNoGpu } from "./device-fixture";

/** Away from where results are denormal numbers or leave them. */
const unary = { ...floats, exp: [-80, 88], expm1: [-20, 80], log1p: [-0.9, 1e4] } as const;

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

  /** The function at every position of its argument columns. */
  async function apply(...call: Parameters<typeof callPlan>): Promise<ArrayLike<number>> {
    const { plan, given } = callPlan(...call);
    const [out] = await runPlan(device, plan, given, ["out"]);
    return out ?? [];
  }

  function judge(fn: ScalarFunction, found: ArrayLike<number>, columns: readonly (readonly number[])[]): void {
    // WGSL may flush denormal numbers to zero.
    const flushed = (value: number): boolean => Math.abs(value) < 1.2e-38;
    judgeExact(fn, found, columns, (got, exact) => (flushed(got) && flushed(exact) ? 0 : ulpDistance(got, exact)));
  }

  test.each(Object.entries(unary))("%s of a float is within 4 ulp, edges included", async (name, [low, high]) => {
    const fn = name as ScalarFunction;
    const x = [...even(low, high, 3001), ...edges];
    judge(fn, await apply(fn, [x], ["float32"], resultType(fn, "float32")), [x]);
  });

  test.each(["sin", "cos"] as const)("%s is within 4 ulp up to the largest float32", async (fn) => {
    const far = Array.from({ length: 3000 }, (_, i) => Math.fround(2 ** (-3 + (i * 130.9) / 3000)));
    const x = [...far, ...far.map((value) => -value), 1e5, 100_001, 3.4028234663852886e38].map(Math.fround);
    const found = await apply(fn, [x], ["float32"], "float32");
    judge(fn, found, [x]);
  });

  test.each(Object.entries(binary))("%s of two floats is within 4 ulp, edges included", async (name, [low, high]) => {
    const fn = name as ScalarFunction;
    const [x, y] = pairs([...even(low, high, 41), ...edges]);
    const found = await apply(fn, [x, y], ["float32", "float32"], resultType(fn, "float32"));
    judge(fn, found, [x, y]);
  });

  test.each(["add", "sub", "mul", "min", "max", "remainder", "eq", "lt", "ge"] as const)(
    "%s of integers is exact, and wraps at 32 bits",
    async (fn) => {
      const [x, y] = pairs(integers);
      const found = await apply(fn, [x, y], ["int32", "int32"], resultType(fn, "int32"));
      for (let i = 0; i < found.length; i++) {
        const [a = 0, b = 0] = [x[i], y[i]];
        if (fn === "remainder" && b === 0) continue;
        expect(found[i], `${fn}(${a}, ${b})`).toBe(wrapped(fn, a, b));
      }
    },
  );

  test("conversions truncate to integers, are exact to floats, and make every non-zero true", async () => {
    const x = [0, 0.5, -0.5, 1.9, -1.9, 100];
    expect(Array.from(await apply("convert", [x], ["float32"], "int32"))).toEqual([0, 0, 0, 1, -1, 100]);
    expect(Array.from(await apply("convert", [x], ["float32"], "bool"))).toEqual([0, 1, 1, 1, 1, 1]);
    expect(Array.from(await apply("convert", [[0, 1]], ["bool"], "float32"))).toEqual([0, 1]);
    expect(Array.from(await apply("convert", [[-3, 7]], ["int64"], "float32"))).toEqual([-3, 7]);
  });

  test("select takes only the chosen side, NaN beside it or not", async () => {
    const found = await apply("select", [[1, 0], [2, NaN], [NaN, 3]], ["bool", "float32", "float32"], "float32"); // prettier-ignore
    expect(Array.from(found)).toEqual([2, 3]);
  });

  test("philox draws the reference's numbers exactly", async () => {
    const index = Array.from({ length: 1000 }, (_, i) => i);
    const same = (value: number): number[] => index.map(() => value);
    const columns = [same(12345), same(-7), same(3), same(99), index];
    const found = await apply("philox", columns, columns.map(() => "int32"), "float32"); // prettier-ignore
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
    const found = await apply(fn, args, ["bool", "bool"], "bool");
    judge(fn, found, args);
  });

  test("negative control: the sine judged as a cosine is far off", async () => {
    const x = even(-3, 3, 101);
    const found = await apply("sin", [x], ["float32"], "float32");
    expect(() => judge("cos", found, [x])).toThrow(/exact/);
  });
});
