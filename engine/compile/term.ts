/** @file Terms: the scalar at one point of an iteration space, with its reads; what fusion moves about. */
import type { DType } from "../ir/dtype";
import type { Shape } from "../ir/shape";
import type { TensorData } from "../ir/tensor";
import type { SlotId } from "../ir/value";
import type { ScalarFunction } from "../scalar/functions";
import type { Access } from "./plan";

/** A tensor in memory, row-major: what terms load and tasks store. A slot is read as it was when the step began. */
export interface Root {
  readonly id: number;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly place:
    | { readonly kind: "slot"; readonly slot: SlotId }
    | { readonly kind: "data"; readonly hash: string; readonly data: TensorData }
    | { readonly kind: "computed" };
  /** For people: the value it holds. */
  readonly label: string;
}

interface TermBase {
  readonly id: number;
  readonly dtype: DType;
  /** What evaluating the tree once costs, in units of an addition; shared parts count each time. */
  readonly cost: number;
}

/** A scalar over the axes of some iteration space. Equal terms are one object (see TermTable). */
export type Term =
  | (TermBase & { readonly kind: "load"; readonly root: Root; readonly access: Access })
  /** offset + Σ stride·coordinate itself, 0 where a guard fails; int32. */
  | (TermBase & { readonly kind: "index"; readonly access: Access })
  | (TermBase & { readonly kind: "constant"; readonly value: number })
  | (TermBase & { readonly kind: "call"; readonly fn: ScalarFunction; readonly args: readonly Term[] });

const expensive: Partial<Record<ScalarFunction, number>> = {
  div: 4,
  remainder: 8,
  sqrt: 4,
  exp: 16,
  log: 16,
  expm1: 20,
  log1p: 20,
  sin: 16,
  cos: 16,
  tanh: 20,
  sigmoid: 20,
  pow: 30,
  philox: 60,
};

/** The cost of one call of a function, in units of an addition. */
export function callCost(fn: ScalarFunction): number {
  return expensive[fn] ?? 1;
}

/** Every load and index a term reaches, each once. */
export function leavesOf(terms: readonly Term[]): Term[] {
  const seen = new Set<Term>();
  const leaves: Term[] = [];
  const visit = (term: Term): void => {
    if (seen.has(term)) return;
    seen.add(term);
    if (term.kind === "call") term.args.forEach(visit);
    else if (term.kind !== "constant") leaves.push(term);
  };
  terms.forEach(visit);
  return leaves;
}

/** What evaluating a term once costs when shared parts are computed once, and how many parts it has. */
export function sharedCost(term: Term): { readonly cost: number; readonly size: number } {
  const seen = new Set<Term>();
  let cost = 0;
  const visit = (part: Term): void => {
    if (seen.has(part)) return;
    seen.add(part);
    if (part.kind !== "call") return;
    cost += callCost(part.fn);
    part.args.forEach(visit);
  };
  visit(term);
  return { cost, size: seen.size };
}

/** Whether a term has other values at other coordinates of an axis. */
export function touchesAxis(leaves: readonly Term[], axis: number): boolean {
  return leaves.some((leaf) => {
    if (leaf.kind !== "load" && leaf.kind !== "index") return false;
    return leaf.access.strides[axis] !== 0 || leaf.access.guards?.some((g) => g.axis === axis) === true;
  });
}
