/** @file Evenly spaced numbers: linspace, arange. */
import { attribute } from "../ir/attribute";
import { defineOp } from "../ir/define-op";
import type { DType } from "../ir/dtype";
import { currentRecorder } from "../ir/recorder";
import { refuse } from "../ir/refusal";
import { tensorData } from "../ir/tensor";
import { fused } from "../random/fused";
import { tensorType } from "./output-types";
import { sample } from "./samples";

/** linspace is made on the host, so that every backend has PyTorch's very numbers; this bounds the memory it takes. */
const mostSteps = 2 ** 26;

/** The chunks of the vector loop of PyTorch's linspace: 8 lanes, two vectors a turn; what is left over is scalar. */
const lanes = 8;
const turn = 2 * lanes;

/**
 * PyTorch's linspace_kernel in float32, bit for bit: from the start in the first half and from the end in the second,
 * by the first lane of each chunk, whose product and sum the compiler has fused.
 */
function spacedFloat32(low: number, high: number, steps: number): Float32Array {
  const f = Math.fround;
  const step = f(f(high - low) / (steps - 1));
  const half = Math.floor(steps / 2);
  const whole = steps - (steps % turn);
  const alone = (i: number) => (i < half ? fused(step, i, low) : fused(-step, steps - i - 1, high));
  return Float32Array.from({ length: steps }, (_, i) => {
    const lane = i < whole ? i % lanes : 0;
    return lane === 0 ? alone(i) : alone(i - lane) + f(step * lane);
  });
}

/** PyTorch's linspace in the arithmetic of the dtype; integers are made in double and lose their fraction. */
function spaced(dtype: DType, start: number, end: number, steps: number): ArrayLike<number> {
  if (steps === 1) return [dtype === "float32" ? Math.fround(start) : start];
  if (dtype === "float32") return spacedFloat32(Math.fround(start), Math.fround(end), steps);
  const step = (end - start) / (steps - 1);
  const half = Math.floor(steps / 2);
  return Float64Array.from({ length: steps }, (_, i) => (i < half ? start + step * i : end - step * (steps - i - 1)));
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
  chip: "steps",
  search: ["range", "evenly spaced", "grid", "points"],
}).rules({
  type: ({ attributes }) => tensorType(attributes.dtype, [attributes.steps]),
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
  ],
});

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
  type: ({ attributes: { start, end, step, dtype } }) => {
    const count = Math.ceil((end - start) / step);
    if (step === 0 || !(count >= 0)) {
      const expected = step === 0 ? "a step other than 0" : "an end that the step leads to";
      refuse("range.empty", { what: "arange", low: start, high: end, expected });
    }
    const inferred = [start, end, step].every(Number.isInteger) ? "int64" : "float32";
    return tensorType(dtype ?? inferred, [count]);
  },
  compute: {
    kind: "pointwise",
    promotion: "none",
    expression: (s, _, { attributes: { start, step }, out }) => {
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
  ],
});
