/** @file The generator against PyTorch's own draws (torch-streams.py). */
import { describe, expect, it } from "vitest";
import { createTorchGenerator, type TorchGenerator } from "./torch-generator";
import reference from "./torch-streams.json";

interface Ends {
  readonly count: number;
  readonly sum: number;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

function expectEnds(found: ArrayLike<number>, expected: Ends, tolerance: number): void {
  const values = Array.from(found);
  expect(values.length).toBe(expected.count);
  const near = (a: number, b: number | undefined) => expect(Math.abs(a - (b ?? NaN))).toBeLessThanOrEqual(tolerance);
  values.slice(0, 16).forEach((value, i) => near(value, expected.first[i]));
  values.slice(-20).forEach((value, i) => near(value, expected.last[i]));
  const sum = values.reduce((total, value) => total + value, 0);
  expect(Math.abs(sum - expected.sum)).toBeLessThanOrEqual(tolerance * values.length + 1e-9 * Math.abs(expected.sum));
}

/** One unit in the last place of float32 at 4, the largest normal met here. */
const ulp = 2 ** -21;

function linear(generator: TorchGenerator, inFeatures: number, outFeatures: number) {
  const bound = Math.sqrt(3) * (Math.sqrt(2 / (1 + 5)) / Math.sqrt(inFeatures));
  const weight = generator.uniform(-bound, bound, inFeatures * outFeatures);
  const biasBound = 1 / Math.sqrt(inFeatures);
  return { weight, bias: generator.uniform(-biasBound, biasBound, outFeatures) };
}

describe.each(reference.streams)("manualSeed($seed)", (stream) => {
  const fresh = () => createTorchGenerator(BigInt(stream.seed));

  it("draws rand exactly", () => {
    for (const [count, ends] of Object.entries(stream.rand)) expectEnds(fresh().rand(Number(count)), ends, 0);
  });

  it("draws randn within 1 ulp below 16 elements and exactly from 16 on", () => {
    for (const [count, ends] of Object.entries(stream.randn)) {
      expectEnds(fresh().randn(Number(count)), ends, Number(count) < 16 ? ulp : 0);
    }
  });

  it("draws uniform_, randint and randperm exactly", () => {
    for (const [low, high, ends] of stream.uniform as [number, number, Ends][]) {
      expectEnds(fresh().uniform(low, high, ends.count), ends, 0);
    }
    for (const [low, high, values] of stream.randint as [number, number, number[]][]) {
      expect(Array.from(fresh().randint(low, high, values.length))).toEqual(values);
    }
    for (const [n, ends] of Object.entries(stream.randperm)) expectEnds(fresh().randperm(Number(n)), ends, 0);
  });

  it("keeps the second normal of a pair across other draws", () => {
    const generator = fresh();
    const draws = [3, 16, 1, 1].map((count) => generator.randn(count));
    const all = [...draws, generator.rand(2), generator.randn(2)];
    all.forEach((found, i) => {
      const expected = stream.mixed[i] ?? [];
      expectEnds(
        found,
        { count: expected.length, sum: expected.reduce((a, b) => a + b, 0), first: expected, last: expected },
        ulp,
      );
    });
  });

  it("gives the initial weights of nn.Linear exactly", () => {
    for (const [features, expected] of Object.entries(stream.linear)) {
      const [inFeatures = 0, outFeatures = 0] = features.split(",").map(Number);
      const found = linear(fresh(), inFeatures, outFeatures);
      expectEnds(found.weight, expected.weight, 0);
      expectEnds(found.bias, expected.bias, 0);
    }
  });
});

describe("the state of a generator", () => {
  it("goes on where it was saved, the kept normal included", () => {
    const generator = createTorchGenerator(5);
    generator.rand(1000);
    generator.randn(3);
    const state = generator.save();
    const draw = () => [generator.randn(5), generator.rand(700), generator.randperm(20)];
    const first = draw();
    generator.restore(state);
    expect(draw()).toEqual(first);
    const other = createTorchGenerator(6);
    other.restore(state);
    expect(other.randn(5)).toEqual(first[0]);
  });

  it("refuses a state of another size", () => {
    expect(() => createTorchGenerator(0).restore(new Uint8Array(3))).toThrow("found 3 bytes");
  });
});

describe("seeds", () => {
  it.each([1.5, NaN, 2 ** 60, 2n ** 64n, -(2n ** 63n) - 1n])("refuses %s", (seed) => {
    expect(() => createTorchGenerator(seed)).toThrow("expected an integer");
  });

  it("differ: another seed, another stream", () => {
    expect(createTorchGenerator(0).rand(5)).not.toEqual(createTorchGenerator(1).rand(5));
  });
});
