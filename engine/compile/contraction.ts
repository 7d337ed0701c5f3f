/** @file Contract equations: which letters are batch, rows, columns and summed, and what kind of kernel fits. */
import { invariant } from "../ir/refusal";
import type { Value } from "../ir/value";

export interface Letters {
  readonly a: readonly string[];
  readonly b: readonly string[];
  readonly out: readonly string[];
  /** In both operands and the output. */
  readonly batch: readonly string[];
  /** In the first operand and the output, in the second and the output, and in both operands only. */
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly summed: readonly string[];
}

function isSimple(letters: readonly string[]): boolean {
  return new Set(letters).size === letters.length;
}

/** Parses `bmk,bkn->bmn`. */
export function parseEquation(equation: string): Letters {
  const [inputs = "", output = ""] = equation.replace(/\s/g, "").split("->");
  const [first = "", second = ""] = inputs.split(",");
  const [a, b, out] = [[...first], [...second], [...output]];
  invariant(
    isSimple(a) && isSimple(b) && isSimple(out),
    `contract equation ${equation} repeats a letter in one operand`,
  );
  return {
    a,
    b,
    out,
    batch: out.filter((l) => a.includes(l) && b.includes(l)),
    rows: out.filter((l) => a.includes(l) && !b.includes(l)),
    columns: out.filter((l) => !a.includes(l) && b.includes(l)),
    summed: [...new Set([...a, ...b])].filter((l) => !out.includes(l)),
  };
}

/** How a contraction of these extents is best computed, and how many products it takes. */
export interface ContractLoops {
  /** unrolled: a few products a point; reduce: a loop that fuses; contract: a kernel of its own with blocking. */
  readonly kind: "unrolled" | "reduce" | "contract";
  readonly points: number;
}

/** Products per output element up to which they are written out. */
export const unrollLimit = 4;

/** Below this many products a contraction gains nothing from blocking. */
const blockingFrom = 2048;

export function chooseLoops(letters: Letters, extents: ReadonlyMap<string, number>): ContractLoops {
  const size = (names: readonly string[]): number => names.reduce((n, l) => n * (extents.get(l) ?? 1), 1);
  const [b, m, n, k] = [size(letters.batch), size(letters.rows), size(letters.columns), size(letters.summed)];
  const points = b * m * n * k;
  const oneSided = letters.summed.some((l) => !letters.a.includes(l) || !letters.b.includes(l));
  if (k <= unrollLimit && k > 0) return { kind: "unrolled", points };
  if (oneSided || m === 1 || n === 1 || k === 0 || points < blockingFrom) return { kind: "reduce", points };
  return { kind: "contract", points };
}

/** The extents of an equation's letters. */
export function letterExtents(letters: Letters, a: readonly number[], b: readonly number[]): Map<string, number> {
  const extents = new Map<string, number>();
  letters.a.forEach((letter, axis) => extents.set(letter, a[axis] ?? 1));
  letters.b.forEach((letter, axis) => extents.set(letter, b[axis] ?? 1));
  return extents;
}

/** chooseLoops of a value, or null when it is not a contraction. */
export function contractLoops(value: Value): ContractLoops | null {
  const { definition } = value;
  if (definition.kind !== "op") return null;
  const { compute } = definition.op.rules;
  if (compute.kind !== "contract") return null;
  const [a, b] = definition.operands;
  invariant(a && b, `${definition.op.opName} contracts two operands`);
  const letters = parseEquation(compute.equation);
  return chooseLoops(letters, letterExtents(letters, a.type.shape, b.type.shape));
}
