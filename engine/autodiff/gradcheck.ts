/** @file gradcheck: gradients that rules build, against central differences of the forward pass, in float64. */
import { recordWith } from "../ir/recorder";
import { isFloat } from "../ir/dtype";
import { refuse } from "../ir/refusal";
import { contiguousStrides, elementCount, sameShape, type Shape } from "../ir/shape";
import { tensorData, type TensorData } from "../ir/tensor";
import type { SlotId, Value } from "../ir/value";
import { add, mul, sum } from "../ops";
import type { Tape } from "../tape/tape";
import type { Gradients } from "./backward";
import { backward } from "./walk";

/** Prepares values of one tape once; each call then computes them from the slots' contents. Must not round float64. */
export type Evaluator = (
  values: readonly Value[],
) => Promise<(slots: ReadonlyMap<SlotId, TensorData>) => Promise<readonly TensorData[]>>;

/** A function of one input: its outputs on a tape, and the leaf to differentiate by. */
export interface GradcheckCase {
  readonly tape: Tape;
  readonly outputs: readonly Value[];
  readonly leaf: Value;
  readonly leafSlot: SlotId;
  /** Contents of all slots for a try; each try gives other numbers. */
  slots(attempt: number): ReadonlyMap<SlotId, TensorData>;
}

export interface GradcheckOutcome {
  readonly order: 1 | 2;
  /** The largest |analytic − numeric| / max(0.05, |numeric|) over the input's elements, of all points tried. */
  readonly maxError: number;
  readonly ok: boolean;
  /** What differs where and how, or null. */
  readonly message: string | null;
}

/** Errors up to this are rounding of the differences. */
export const gradcheckTolerance = 1e-5;

/** Points are tried until this many are smooth, so that a fault on one side of 0, or far from it, is met. */
const wantedPoints = 4;
const attempts = 12;
const steps = { near: 1e-6, far: 1e-4 } as const;

/** Numbers in [−1, 1), the same for equal arguments: a small multiplicative generator (Park and Miller). */
export function seededNumbers(seed: number, count: number): number[] {
  let state = Math.imul(seed + 1, 48271) & 0x7fffffff || 1;
  return Array.from({ length: count }, () => {
    state = Number((BigInt(state) * 48271n) % 2147483647n);
    return (state / 2147483647) * 2 - 1;
  });
}

/** Fixed weights away from 0, so that no element of a cotangent goes unnoticed. */
function weights(tape: Tape, shape: Shape, seed: number): Value {
  const numbers = seededNumbers(seed, elementCount(shape)).map((number) => number + Math.sign(number || 1) * 0.5);
  return tape.data(tensorData("float64", shape, numbers));
}

interface Prepared {
  readonly scalar: Value;
  /** The analytic gradient of the scalar by the leaf; null where none flows. */
  readonly gradient: Value | null;
}

/**
 * A backward may leave it to us to sum a gradient to its input's shape, as in PyTorch. One of as many elements and
 * another shape ([1, 3] for [3]) trains too, but nothing is left to be summed: it is a mistake, and told.
 */
function refuseReshaped(tape: Tape, gradients: Gradients): void {
  for (const { definition } of tape.values) {
    if (definition.kind !== "boundary") continue;
    const { name, inputs, outputs } = definition.boundary;
    for (const { user, operand: index, before } of inputs.flatMap((input) => gradients.contributions(input))) {
      const found = before.type.shape;
      const expected = inputs[index]?.type.shape ?? found;
      const reshaped = elementCount(found) === elementCount(expected) && !sameShape(found, expected);
      if (outputs.includes(user) && reshaped) refuse("backward.gradientShape", { name, index, found, expected });
    }
  }
}

/** The scalar whose gradient order 1 checks, and the one made of that gradient for order 2. */
function prepare({ tape, outputs, leaf }: GradcheckCase): readonly Prepared[] {
  const floats = outputs.filter((output) => isFloat(output.type.dtype));
  return recordWith(tape, () => {
    const terms = floats.map((output, i) => sum(mul(output, weights(tape, output.type.shape, i + 1))));
    const [head, ...rest] = terms;
    if (!head) return [];
    const scalar = rest.reduce((total, term) => add(total, term), head);
    const derive = (of: Value): Value | null => {
      if (!of.requiresGrad) return null;
      const gradients = backward(tape, of, null, { createGraph: true, inputs: [leaf] });
      refuseReshaped(tape, gradients);
      return gradients.of(leaf);
    };
    const gradient = derive(scalar);
    const first = { scalar, gradient };
    if (!gradient) return [first];
    const second = sum(mul(gradient, weights(tape, gradient.type.shape, 99)));
    return [first, { scalar: second, gradient: derive(second) }];
  });
}

/** Central differences of scalars by every element of the leaf: [scalar][element]. */
async function differences(
  compute: (slots: ReadonlyMap<SlotId, TensorData>) => Promise<readonly TensorData[]>,
  slots: ReadonlyMap<SlotId, TensorData>,
  leaf: SlotId,
  step: number,
): Promise<number[][]> {
  const base = slots.get(leaf);
  const results: number[][] = [];
  if (!base) return results;
  for (let i = 0; i < base.data.length; i++) {
    const at = async (offset: number): Promise<readonly number[]> => {
      const data = Float64Array.from(base.data);
      data[i] = (data[i] ?? 0) + offset;
      const moved = new Map(slots).set(leaf, { ...base, data });
      return (await compute(moved)).map((scalar) => scalar.data[0] ?? NaN);
    };
    const [above, below] = [await at(step), await at(-step)];
    above.forEach((value, scalar) => (results[scalar] ??= []).push((value - (below[scalar] ?? NaN)) / (2 * step)));
  }
  return results;
}

/** Below this, errors are taken as absolute: a difference of large numbers has no more digits. */
const smallestScale = 0.05;

function relativeError(found: number, expected: number): number {
  const error = Math.abs(found - expected) / Math.max(smallestScale, Math.abs(expected));
  return Number.isNaN(error) ? Infinity : error;
}

/** True where both step widths agree: no kink, pole or bound is near. */
function isSmooth(near: readonly number[], far: readonly number[]): boolean {
  return near.every((value, i) => Number.isFinite(value) && relativeError(far[i] ?? NaN, value) < 1e-3);
}

/** `[0, 2]` of a flat index. */
function printIndex(index: number, shape: Shape): string {
  const strides = contiguousStrides(shape);
  const coordinates = shape.map((extent, axis) => Math.floor(index / (strides[axis] ?? 1)) % extent);
  return `[${coordinates.join(", ")}]`;
}

/** In which way all numbers differ, if in one way. */
function pattern(found: readonly number[], expected: readonly number[]): string {
  if (found.every((value) => value === 0)) return " No gradient reaches the input.";
  const at = expected.findIndex((value) => Math.abs(value) > 1e-3);
  const ratio = (found[at] ?? NaN) / (expected[at] ?? NaN);
  if (!expected.every((value, i) => relativeError(found[i] ?? NaN, ratio * value) < 1e-3)) return "";
  if (Math.abs(ratio + 1) < 1e-3) return " The sign is wrong.";
  return ` Every element is ${Number(ratio.toPrecision(6))} times what it should be.`;
}

/** The nearer step loses digits where the function is large, the farther one where it bends: either may agree. */
function compare(
  order: 1 | 2,
  found: readonly number[],
  [expected, far]: readonly [readonly number[], readonly number[]],
  shape: Shape,
): GradcheckOutcome {
  const errors = expected.map((value, i) => {
    const gradient = found[i] ?? NaN;
    return Math.min(relativeError(gradient, value), relativeError(gradient, far[i] ?? NaN));
  });
  const maxError = Math.max(0, ...errors);
  if (maxError <= gradcheckTolerance) return { order, maxError, ok: true, message: null };
  const at = errors.indexOf(maxError);
  const numbers = [found[at] ?? NaN, expected[at] ?? NaN].map((number) => String(Number(number.toPrecision(6))));
  const what = order === 1 ? "gradient" : "second derivative";
  const message = `found ${numbers[0]} as ${what} at element ${printIndex(at, shape)}, expected ${numbers[1]} by central differences.${pattern(found, expected)} Correct the backward graph.`;
  return { order, maxError, ok: false, message };
}

/** The same comparison at several points: the first that failed, or else the largest error. */
function worst(outcomes: readonly GradcheckOutcome[]): GradcheckOutcome {
  return outcomes.reduce((kept, next) => (kept.ok && (!next.ok || next.maxError > kept.maxError) ? next : kept));
}

/**
 * Compares first and second derivatives at several points; those near kinks are drawn again. Refusals of backward pass
 * through to the caller; a function without float outputs gives no outcomes.
 */
export async function gradcheck(checked: GradcheckCase, evaluator: Evaluator): Promise<readonly GradcheckOutcome[]> {
  const prepared = prepare(checked);
  if (prepared.length === 0) return [];
  const scalars = await evaluator(prepared.map(({ scalar }) => scalar));
  const gradients = await evaluator(prepared.flatMap(({ gradient }) => gradient ?? []));
  const { shape } = checked.leaf.type;
  const points: (readonly GradcheckOutcome[])[] = [];
  for (let attempt = 0; attempt < attempts && points.length < wantedPoints; attempt++) {
    const slots = checked.slots(attempt);
    const near = await differences(scalars, slots, checked.leafSlot, steps.near);
    const far = await differences(scalars, slots, checked.leafSlot, steps.far);
    const smooth = near.every((numbers, i) => isSmooth(numbers, far[i] ?? []));
    const last = attempt + 1 === attempts;
    if (!smooth && !(last && points.length === 0)) continue;
    const analytic = prepared.some(({ gradient }) => gradient) ? await gradients(slots) : [];
    let next = 0;
    const outcomes = prepared.map(({ gradient }, i) => {
      const expected = near[i] ?? [];
      const found = gradient ? [...(analytic[next++]?.data ?? [])] : expected.map(() => 0);
      return compare(i === 0 ? 1 : 2, found, [expected, far[i] ?? []], shape);
    });
    points.push(outcomes);
    if (outcomes.some(({ ok }) => !ok)) break;
  }
  return prepared.map((_, i) => worst(points.flatMap((outcomes) => outcomes[i] ?? [])));
}
