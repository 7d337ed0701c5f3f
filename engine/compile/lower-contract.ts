/** @file Lowers contractions: to a batched matrix product over strided operands, or to a fold of products. */
import { invariant } from "../ir/refusal";
import type { Shape } from "../ir/shape";
import type { TensorType } from "../ir/tensor";
import { contiguousAccess } from "./access";
import { chooseLoops, letterExtents, parseEquation, type Letters } from "./contraction";
import { foldTerm } from "./lower-reduce";
import type { Access } from "./plan";
import type { TaskOperand } from "./task";
import type { Term } from "./term";
import type { Workspace } from "./workspace";

interface Side {
  readonly term: Term;
  readonly shape: Shape;
}

type Extents = ReadonlyMap<string, number>;

function extentsOf(names: readonly string[], extents: Extents): number[] {
  return names.map((l) => extents.get(l) ?? 1);
}

/** An operand over other letters: its own permuted, those it lacks broadcast. */
function overLetters(
  workspace: Workspace,
  side: Side,
  own: readonly string[],
  all: readonly string[],
  extents: Extents,
): Term {
  const { table } = workspace;
  const present = all.filter((l) => own.includes(l));
  const order = present.map((l) => own.indexOf(l));
  const permuted = extentsOf(present, extents);
  const placed = all.map((l) => (own.includes(l) ? (extents.get(l) ?? 1) : 1));
  const a = table.view(side.term, { kind: "permute", order }, side.shape, permuted);
  const b = a && table.view(a, { kind: "reshape" }, permuted, placed);
  const c = b && table.view(b, { kind: "expand" }, placed, extentsOf(all, extents));
  invariant(c, "permuting and expanding move through every access");
  return c;
}

/** The one stride of several letters taken as one axis, or null when they are not evenly spaced. */
function mergedStride(
  access: Access,
  own: readonly string[],
  group: readonly string[],
  extents: Extents,
): number | null {
  const letters = group.filter((letter) => extents.get(letter) !== 1);
  const strides = letters.map((letter) => access.strides[own.indexOf(letter)] ?? 0);
  for (let i = 1; i < letters.length; i++) {
    const span = (strides[i] ?? 0) * (extents.get(letters[i] ?? "") ?? 1);
    if (strides[i - 1] !== span) return null;
  }
  return strides[strides.length - 1] ?? 0;
}

/** The strides of an operand by (batch, row, column) groups of letters, or null when it has to be copied. */
function strided(
  term: Term,
  own: readonly string[],
  groups: readonly (readonly string[])[],
  extents: Extents,
): TaskOperand | null {
  if (term.kind !== "load" || term.access.guards) return null;
  const [x, y, z] = groups.map((group) => mergedStride(term.access, own, group, extents));
  if (typeof x !== "number" || typeof y !== "number" || typeof z !== "number") return null;
  return { root: term.root, offset: term.access.offset, strides: [x, y, z] };
}

function operandFor(
  workspace: Workspace,
  side: Side,
  own: readonly string[],
  groups: readonly (readonly string[])[],
  extents: Extents,
  label: string,
): TaskOperand {
  const direct = strided(side.term, own, groups, extents);
  if (direct) return direct;
  const stored = strided(workspace.inMemory(side.term, side.shape, label), own, groups, extents);
  if (stored) return stored;
  const letters = groups.flat();
  const shape = extentsOf(letters, extents);
  const ordered = overLetters(workspace, side, own, letters, extents);
  const copy = strided(workspace.inMemory(ordered, shape, label, true), letters, groups, extents);
  invariant(copy, "a copy in order is evenly spaced");
  return copy;
}

function matrixProduct(
  workspace: Workspace,
  letters: Letters,
  sides: readonly [Side, Side],
  extents: Extents,
  out: TensorType,
  label: string,
): Term {
  const { batch, rows, columns, summed } = letters;
  const [a, b] = [
    operandFor(workspace, sides[0], letters.a, [batch, rows, summed], extents, label),
    operandFor(workspace, sides[1], letters.b, [batch, summed, columns], extents, label),
  ];
  const size = (names: readonly string[]): number => extentsOf(names, extents).reduce((x, y) => x * y, 1);
  const parts = { batch: size(batch), m: size(rows), n: size(columns), k: size(summed), a, b };
  const root = workspace.contract(parts, out.dtype, label);
  const made = [...batch, ...rows, ...columns];
  const shape = extentsOf(made, extents);
  const order = letters.out.map((l) => made.indexOf(l));
  const product = workspace.table.load(root, contiguousAccess(shape));
  const result = workspace.table.view(product, { kind: "permute", order }, shape, out.shape);
  invariant(result, "a permutation moves through every access");
  return result;
}

/** Bᵀ·Aᵀ: the same product, in memory with its columns first. */
function turnRound(letters: Letters): Letters {
  return { ...letters, a: letters.b, b: letters.a, rows: letters.columns, columns: letters.rows };
}

/** The term of a contract op over the shape of its output. `turned` lays the result out with columns first. */
export function lowerContract(
  workspace: Workspace,
  equation: string,
  sides: readonly [Side, Side],
  out: TensorType,
  label: string,
  turned: boolean,
): Term {
  const { table } = workspace;
  const letters = parseEquation(equation);
  const extents = letterExtents(letters, sides[0].shape, sides[1].shape);
  const [a, b] = [
    { term: table.convert(sides[0].term, out.dtype), shape: sides[0].shape },
    { term: table.convert(sides[1].term, out.dtype), shape: sides[1].shape },
  ];
  const { kind } = chooseLoops(letters, extents);
  if (kind === "contract" && turned) return matrixProduct(workspace, turnRound(letters), [b, a], extents, out, label);
  if (kind === "contract") return matrixProduct(workspace, letters, [a, b], extents, out, label);
  const all = [...letters.out, ...letters.summed];
  const product = table.call(
    "mul",
    [overLetters(workspace, a, letters.a, all, extents), overLetters(workspace, b, letters.b, all, extents)],
    out.dtype,
  );
  return foldTerm(workspace, product, out.shape, extentsOf(letters.summed, extents), "sum", label);
}
