/** @file Evenly spaced numbers: linspace, arange. */
import { attribute } from "../ir/attribute";
import { defineOp } from "../ir/define-op";
import { isFloat, type DType } from "../ir/dtype";
import { currentRecorder } from "../ir/recorder";
import { refuse } from "../ir/refusal";
import { convertTo, tensorData } from "../ir/tensor";
import { fused, fusedDouble } from "../random/fused";
import { tensorType } from "./output-types";
import { sample } from "./samples";

/** linspace is made on the host, so that every backend has PyTorch's very numbers; this bounds the memory it takes. */
const mostSteps = 2 ** 26;

/** Numbers in one vector of PyTorch's AVX2 kernels; its loop takes two a turn, and what is left over one by one. */
const lanes = { float32: 8, float64: 4, int32: 8, int64: 4, bool: 1 } as const satisfies Record<DType, number>;

/** A number as an argument of the dtype: a C++ cast. Refuses what no integer is near. */
function bound(name: string, value: number, dtype: DType): number {
  if (!isFloat(dtype) && !Number.isFinite(value)) {
    refuse("attribute.invalid", { attribute: name, found: String(value), expected: `a finite number for ${dtype}` });
  }
  return convertTo(dtype, value);
}

/**
 * PyTorch's linspace_kernel, bit for bit in float32: from the start in the first half and from the end in the second,
 * by the first lane of each vector, whose product and sum the compiler has fused. Integers are made in double; each
 * vector starts at a whole number.
 */
function spaced(dtype: DType, start: number, end: number, steps: number): ArrayLike<number> {
  const low = bound("start", start, dtype);
  const high = bound("end", end, dtype);
  if (steps === 1) return [low];
  const single = dtype === "float32";
  const f = single ? Math.fround : (x: number) => x;
  const sum = single ? fused : fusedDouble;
  const step = f(f(high - low) / (steps - 1));
  const half = Math.floor(steps / 2);
  const width = lanes[dtype];
  const whole = steps - (steps % (2 * width));
  const alone = (i: number) => convertTo(dtype, i < half ? sum(step, i, low) : sum(-step, steps - i - 1, high));
  return Float64Array.from({ length: steps }, (_, i) => {
    const lane = i < whole ? i % width : 0;
    return lane === 0 ? alone(i) : convertTo(dtype, alone(i - lane) + f(step * lane));
  });
}

export const linspace = defineOp({
  operands: [],
  attributes: {
    start: attribute.float({ default: 0 }),
    end: attribute.float({ default: 1 }),
    steps: attribute.int({ default: 100, min: 0, max: mostSteps }),
    dtype: attribute.dtype({ default: "float32" }),
  },
  summary: "Evenly spaced numbers from start to end, both included.",
  formula: "y_i = a + i \\, \\frac{b - a}{n - 1}",
  gradientFormula: "\\text{none}",
  category: "creation",
  label: "Linspace",
  glyph: "⋯",
  search: ["range", "evenly spaced", "grid", "points"],
}).rules({
  type: ({ attributes: { start, end, steps, dtype } }) => {
    bound("start", start, dtype);
    bound("end", end, dtype);
    return tensorType(dtype, [steps]);
  },
  compute: {
    kind: "composite",
    body: (_, { attributes: { start, end, steps }, out }) =>
      currentRecorder().data(tensorData(out.dtype, out.shape, spaced(out.dtype, start, end, steps))),
  },
  gradients: {},
  torch: { python: "torch.linspace({start}, {end}, {steps}, dtype={dtype})" },
  samples: [
    sample([], { start: -Math.PI, end: Math.PI, steps: 200 }),
    sample([], { start: 0, end: 1, steps: 7 }),
    sample([], { start: 3, end: -2, steps: 4 }),
    sample([], { start: 2, end: 5, steps: 1 }),
    sample([], { start: 2, end: 5, steps: 0 }),
    sample([], { start: -1, end: 1, steps: 50, dtype: "float64" }),
    sample([], { start: 0, end: 10, steps: 4, dtype: "int64" }),
    sample([], { start: 1.5, end: -3, steps: 31, dtype: "int64" }),
    sample([], { start: 10, end: -2, steps: 33, dtype: "int32" }),
    sample([], { start: -2, end: 0.001, steps: 100, dtype: "float64" }),
  ],
});

interface Progression {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly dtype: DType | null;
}

/** The bounds and the step in the dtype of the result: integers drop their fractions first. */
function progression({ start, end, step, dtype }: Progression): Progression & { readonly dtype: DType } {
  const chosen = dtype ?? ([start, end, step].every(Number.isInteger) ? "int64" : "float32");
  if (isFloat(chosen)) return { start, end, step, dtype: chosen };
  const drop = (name: string, value: number): number => bound(name, value, chosen);
  return { start: drop("start", start), end: drop("end", end), step: drop("step", step), dtype: chosen };
}

export const arange = defineOp({
  operands: [],
  attributes: {
    start: attribute.float({ default: 0 }),
    end: attribute.float({ default: 10 }),
    step: attribute.float({ default: 1 }),
    dtype: attribute.dtypeOrNull({ default: null, summary: "null: int64 for integers, float32 otherwise." }),
  },
  summary: "Numbers from start up to, not including, end, a step apart.",
  formula: "y_i = a + i \\, s",
  gradientFormula: "\\text{none}",
  category: "creation",
  label: "Arange",
  glyph: "0…n",
  chip: "end",
  search: ["range", "count", "index", "sequence"],
}).rules({
  type: ({ attributes }) => {
    const { dtype, start, end, step } = progression(attributes);
    const down = step < 0;
    if (step === 0 || Number.isNaN(step) || !(down ? end <= start : end >= start) || !Number.isFinite(end - start)) {
      const expected = step === 0 ? "a step other than 0" : "an end that the step leads to";
      refuse("range.empty", { what: "arange", low: start, high: end, expected });
    }
    // In int32 PyTorch counts before it drops the fractions.
    const [from, to, by] = dtype === "int32" ? [attributes.start, attributes.end, attributes.step] : [start, end, step];
    return tensorType(dtype, [Math.max(0, Math.ceil((to - from) / by))]);
  },
  compute: {
    kind: "pointwise",
    promotion: "none",
    expression: (s, _, { attributes, out }) => {
      const { start, step } = progression(attributes);
      const whole = Number.isInteger(start) && Number.isInteger(step);
      const type = whole || out.dtype === "float64" ? out.dtype : "float32";
      return s.call("add", s.call("mul", s.convert(s.coordinate(0), type), step), start);
    },
  },
  gradients: {},
  torch: { python: "torch.arange({start}, {end}, {step}, dtype={dtype})" },
  samples: [
    sample([], { end: 5 }),
    sample([], { start: 2, end: 12, step: 3 }),
    sample([], { start: 5, end: 0, step: -2 }),
    sample([], { start: 0, end: 1, step: 0.25 }),
    sample([], { start: 0, end: 4, dtype: "float32" }),
    sample([], { start: 0.5, end: 3, step: 0.5, dtype: "float64" }),
    sample([], { start: 3, end: 3 }),
    sample([], { start: -1.5, end: 5, step: 2, dtype: "int32" }),
    sample([], { start: -2.9, end: 7.5, step: 2.5, dtype: "int64" }),
  ],
});
