/** @file Which values a request needs, in order, and how their users read them. */
import { elementCount } from "../ir/shape";
import type { Value } from "../ir/value";
import { computationOf, sourcesOf } from "../ir/value-sources";
import type { CompileRequest } from "./compile";
import { contractLoops } from "./contraction";
import { ruleContext } from "./lower-pointwise";

/** What lowering asks about the users of a value. */
export interface Use {
  /** How many needed values read it. */
  users: number;
  /** The most points at which one user evaluates it. */
  points: number;
  /** A contract kernel reads it through at most a view, so it has to be in memory. */
  inMemory: boolean;
  /** Every user turns it round: swaps its last two axes. */
  turned: boolean;
}

export interface Needed {
  /** Needed values, operands before users. */
  readonly values: readonly Value[];
  readonly uses: ReadonlyMap<Value, Use>;
}

/** The values a value is computed from, past edges and custom functions; none for a given value. */
export function operandsOf(value: Value, given: CompileRequest["given"]): Value[] {
  if (given.has(value)) return [];
  return sourcesOf(value).map((source) => computationOf(source, given));
}

function inOrder(roots: readonly Value[], given: CompileRequest["given"]): Value[] {
  const order: Value[] = [];
  const seen = new Set<Value>();
  const stack: { readonly value: Value; readonly open: boolean }[] = roots.map((value) => ({ value, open: true }));
  stack.reverse();
  for (let top = stack.pop(); top; top = stack.pop()) {
    if (!top.open) {
      order.push(top.value);
      continue;
    }
    if (seen.has(top.value)) continue;
    seen.add(top.value);
    stack.push({ value: top.value, open: false });
    const operands = operandsOf(top.value, given);
    for (let i = operands.length - 1; i >= 0; i--) {
      const operand = operands[i];
      if (operand && !seen.has(operand)) stack.push({ value: operand, open: true });
    }
  }
  return order;
}

function computeKind(value: Value): string {
  return value.definition.kind === "op" ? value.definition.op.rules.compute.kind : value.definition.kind;
}

/** The value a chain of views reads. */
function viewed(value: Value, given: CompileRequest["given"]): Value {
  let at = value;
  while (!given.has(at) && computeKind(at) === "view") {
    const [operand] = operandsOf(at, given);
    if (!operand) break;
    at = operand;
  }
  return at;
}

function turnsRound(value: Value): boolean {
  const { definition } = value;
  if (definition.kind !== "op" || definition.op.rules.compute.kind !== "view") return false;
  const view = definition.op.rules.compute.view(ruleContext(definition.op, value));
  if (view.kind !== "permute") return false;
  const rank = view.order.length;
  return view.order.every((axis, i) => axis === (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));
}

/** Finds what is needed; loops instead of recursing, because a step may be hundreds of thousands of values deep. */
export function findNeeded(request: CompileRequest, fuse: boolean): Needed {
  const { given } = request;
  const wanted = [...request.writes.map((w) => w.value), ...request.ring].map((v) => computationOf(v, given));
  const values = inOrder(wanted, given);
  const uses = new Map<Value, Use>();
  for (const value of values) uses.set(value, { users: 0, points: 0, inMemory: false, turned: true });
  const read = (value: Value, points: number, turning: boolean): void => {
    const use = uses.get(value);
    if (!use) return;
    use.users++;
    use.turned &&= turning;
    use.points = Math.max(use.points, points);
  };
  for (const value of wanted) read(value, elementCount(value.type.shape), false);
  for (const value of values) {
    const operands = operandsOf(value, given);
    const loops = fuse ? contractLoops(value) : null;
    const turning = turnsRound(value);
    for (const operand of operands) {
      const own = elementCount(value.type.shape);
      read(operand, Math.max(own, elementCount(operand.type.shape), loops?.points ?? 0), turning);
      if (loops?.kind === "contract") {
        const use = uses.get(viewed(operand, given));
        if (use) use.inMemory = true;
      }
    }
  }
  return { values, uses };
}
