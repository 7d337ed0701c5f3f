/** @file Every scalar function on every dtype, in vectors and in single lanes, against its closure. */
import { describe, expect, test } from "vitest";
import type { DType } from "../../ir/dtype";
import { scalarFunctions, type ScalarFunction } from "../../scalar/functions";
import { scalarTable } from "../../scalar/table";
import { ulpDistance } from "../../scalar/ulp";
import { callPlan, edges as commonEdges, even, integers, judge, pairs, resultType, unary as floats, wrapped } from "../functions-fixture"; // prettier-ignore
import { wasmBackend } from "./index";
import { runPlan } from "./judge-fixture";

/** The function at every position of its argument columns; an odd count, so that vectors and single lanes both run. */
async function apply(...call: Parameters<typeof callPlan>): Promise<ArrayLike<number>> {
  const { plan, given } = callPlan(...call);
  const slots = await runPlan(wasmBackend, plan, given);
  return slots.get("out") ?? [];
}

const edges = [...commonEdges, ...[1e-45, -1e-40].map(Math.fround)];

const unary = { ...floats, not: [-1, 1] } as const;

const binary: readonly ScalarFunction[] = [
  "add", "sub", "mul", "div", "remainder", "min", "max", "pow", "eq", "ne", "lt", "le", "gt", "ge", "and", "or",
]; // prettier-ignore

/** 0 where float64 results are the same number, ∞ elsewhere: they come from the closures, or are correctly rounded. */
function same(found: number, exact: number): number {
  return Object.is(found, exact) || found === exact ? 0 : Infinity;
}

describe.each(["float32", "float64"] as const)("on %s", (type) => {
  const distance = type === "float32" ? ulpDistance : same;

  test.each(Object.entries(unary))("%s is within 4 ulp, edges included", async (name, [low, high]) => {
    const fn = name as ScalarFunction;
    const x = [...even(low, high, 3001), ...edges];
    judge(fn, await apply(fn, [x], [type], resultType(fn, type)), [x], distance);
  });

  test.each(binary)("%s is within 4 ulp, edges included", async (fn) => {
    const columns = pairs([...even(-10, 10, 41), ...edges]);
    judge(fn, await apply(fn, columns, [type, type], resultType(fn, type)), columns, distance);
  });
});

test.each(["sin", "cos"] as const)("%s of large arguments is within 4 ulp, alone and beside small ones", async (fn) => {
  const x = even(1, 39, 77).map((exponent, i) => Math.fround((i % 3 === 0 ? 1 : -1) * 1.7 * 2 ** exponent));
  const mixed = x.flatMap((v) => [v, 1e9, 0.5]);
  judge(fn, await apply(fn, [mixed], ["float32"], "float32"), [mixed]);
});

describe.each(["int32", "int64"] as const)("on %s", (type) => {
  test.each([...binary.filter((fn) => fn !== "pow"), "bitAnd", "bitOr", "bitXor", "mulHigh"] as const)(
    "%s is exact, and wraps at 32 bits",
    async (fn) => {
      const [x, y] = pairs(integers);
      const found = await apply(fn, [x, y], [type, type], resultType(fn, type));
      for (let i = 0; i < found.length; i++) {
        const [a = 0, b = 0] = [x[i], y[i]];
        // The one quotient that does not fit: it saturates.
        if (fn === "div" && a === -(2 ** 31) && b === -1) continue;
        expect(found[i], `${fn}(${a}, ${b})`).toBe(wrapped(fn, a, b));
      }
    },
  );

  test.each(["neg", "abs", "sign", "floor", "round", "isNan", "isInf", "not"] as const)("%s is exact", async (fn) => {
    const found = await apply(fn, [integers], [type], resultType(fn, type));
    expect(Array.from(found)).toEqual(integers.map((x) => scalarTable[fn].closure(x) | 0));
  });

  test("pow is exact where it fits", async () => {
    const [x, y] = pairs([0, 1, 2, 3, 5, 7, 10]);
    const found = await apply("pow", [x, y], [type, type], type);
    x.forEach((a, i) => {
      const exact = a ** (y[i] ?? 0);
      if (exact < 2 ** 31) expect(found[i]).toBe(exact);
    });
  });

  test.each(["shiftLeft", "shiftRight", "shiftRightLogical"] as const)("%s by a constant is exact", async (fn) => {
    const found = await apply(fn, [integers, integers.map(() => 3)], [type, type], type);
    expect(Array.from(found)).toEqual(integers.map((x) => scalarTable[fn].closure(x, 3)));
  });
});

describe("on bool", () => {
  const [x, y] = pairs([0, 1, 0, 1, 1]);
  test.each(["and", "or", "eq", "ne", "lt", "le", "gt", "ge", "add", "mul", "min", "max"] as const)(
    "%s is its truth table",
    async (fn) => {
      const found = await apply(fn, [x, y], ["bool", "bool"], "bool");
      expect(Array.from(found)).toEqual(x.map((a, i) => Math.min(1, scalarTable[fn].closure(a, y[i] ?? 0))));
    },
  );

  test("not is its truth table", async () => {
    expect(Array.from(await apply("not", [x], ["bool"], "bool"))).toEqual(x.map((a) => 1 - a));
  });
});

describe("between dtypes", () => {
  const types: readonly DType[] = ["bool", "int32", "int64", "float32", "float64"];
  const numbers = [0, 1, 0, 1, -3, 7, 100];

  test.each(types.flatMap((from) => types.map((to) => [from, to] as const)))("%s converts to %s", async (from, to) => {
    const x = from === "bool" ? numbers.map((v) => Number(v !== 0)) : numbers;
    const found = await apply("convert", [x], [from], to);
    expect(Array.from(found)).toEqual(to === "bool" ? x.map((v) => Number(v !== 0)) : x);
  });

  test("floats truncate to integers, and every one but 0 is true, NaN too", async () => {
    const x = [0, 0.5, -0.5, 1.9, -1.9, 100, NaN, -0];
    expect(Array.from(await apply("convert", [x.slice(0, 6)], ["float32"], "int32"))).toEqual([0, 0, 0, 1, -1, 100]);
    expect(Array.from(await apply("convert", [x], ["float32"], "bool"))).toEqual([0, 1, 1, 1, 1, 1, 1, 0]);
  });

  test.each(types)("select of %s takes only the chosen side", async (type) => {
    const condition = [1, 0, 1, 0, 1];
    const found = await apply("select", [condition, [1, 0, 1, 1, 0], [0, 1, 1, 0, 1]], ["bool", type, type], type);
    expect(Array.from(found)).toEqual([1, 1, 1, 0, 0]);
  });

  test("bits go from float32 to int32 and back", async () => {
    const x = [1, -2.5, Infinity, 0, 1e-40].map(Math.fround);
    const bits = await apply("floatBits", [x], ["float32"], "int32");
    expect(Array.from(bits)).toEqual(x.map((v) => scalarTable.floatBits.closure(v)));
    expect(Array.from(await apply("bitsFloat", [Array.from(bits)], ["int32"], "float32"))).toEqual(x);
  });

  test("philox draws the closure's numbers exactly", async () => {
    const index = Array.from({ length: 1001 }, (_, i) => i);
    const columns = [12345, -7, 3, 99].map((value) => index.map(() => value));
    const found = await apply("philox", [...columns, index], new Array<DType>(5).fill("int32"), "float32");
    for (const i of index) expect(found[i]).toBe(scalarTable.philox.closure(12345, -7, 3, 99, i));
  });
});

test("every scalar function is tested here", () => {
  const elsewhere: readonly ScalarFunction[] = [
    "select", "convert", "philox",
    "bitAnd", "bitOr", "bitXor", "shiftLeft", "shiftRight", "shiftRightLogical", "mulHigh", "floatBits", "bitsFloat",
  ]; // prettier-ignore
  expect([...Object.keys(unary), ...binary, ...elsewhere].sort()).toEqual([...scalarFunctions].sort());
});

test("negative control: the sine judged as a cosine is far off", async () => {
  const x = even(-3, 3, 101);
  const found = await apply("sin", [x], ["float32"], "float32");
  expect(() => judge("cos", found, [x])).toThrow(/exact/);
});
