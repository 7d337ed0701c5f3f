/** @file Statistics of a value as further values of the same step: fused into it, and read back as a few numbers. */
import { isFloat } from "../ir/dtype";
import { recordWith } from "../ir/recorder";
import { elementCount } from "../ir/shape";
import type { Value } from "../ir/value";
import { abs, add, amax, eq, mean, sqrt, square, sum, to } from "../ops/index";
import type { Tape } from "../tape/tape";
import type { Statistics } from "./host-statistics";
import { isInf, isNan } from "./indicators";

/** The numbers of one tensor's statistics, in this order. */
export const statisticNames = [
  "rms",
  "max",
  "mean",
  "zeros",
  "nan",
  "inf",
] as const satisfies readonly (keyof Statistics)[];

const aside = { phase: "update", path: [], node: null, port: null } as const;

/** Records something on the tape that no gradient passes through and that belongs to no node. */
function beside<T>(tape: Tape, body: () => T): T {
  return recordWith(tape, () => tape.at(aside, () => tape.noGrad(body)));
}

/**
 * Six one-element values, in the order of statisticNames. Integers are taken as float32. rms is that of the squares in
 * the value's dtype: 0 below 1e-23 and infinite above 1e19 in float32.
 */
export function recordStatistics(tape: Tape, value: Value): readonly Value[] {
  return beside(tape, () => {
    if (elementCount(value.type.shape) === 0) return statisticNames.map(() => tape.literal(0, true));
    const x = isFloat(value.type.dtype) ? value : to(value, { dtype: "float32" });
    return [sqrt(mean(square(x))), amax(abs(x)), mean(x), sum(eq(x, 0)), sum(isNan(x)), sum(isInf(x))];
  });
}

/** How many elements are NaN or infinite. */
export function countNonFinite(tape: Tape, value: Value): Value {
  return beside(tape, () => add(sum(isNan(value)), sum(isInf(value))));
}

/** Statistics from the numbers that recordStatistics' values came to, from `offset` on. */
export function readStatistics(numbers: ArrayLike<number>, offset: number): Statistics {
  const at = (i: number): number => numbers[offset + i] ?? NaN;
  return { rms: at(0), max: at(1), mean: at(2), zeros: at(3), nan: at(4), inf: at(5) };
}
