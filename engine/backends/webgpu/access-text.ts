/** @file Where an iteration point lies in the arena: accesses as WGSL index expressions over flattened coordinates. */
import type { Access, Guard } from "../../compile/plan";
import type { Scope } from "./scope";

/** Axes walked by one flattened u32 variable, innermost last; `scope` is where the variable is known. */
export interface Span {
  readonly variable: string;
  readonly extents: readonly number[];
  readonly scope: Scope;
}

interface Group {
  stride: number;
  extent: number;
  /** Product of the extents to its right in the span. */
  readonly inner: number;
}

function product(extents: readonly number[]): number {
  return extents.reduce((a, b) => a * b, 1);
}

/** The coordinate of a group of adjacent axes as a u32 expression, without division where none is needed. */
function coordinate(span: Span, inner: number, extent: number): string {
  const divided = inner === 1 ? span.variable : `(${span.variable} / ${inner}u)`;
  return inner * extent >= product(span.extents) ? divided : `(${divided} % ${extent}u)`;
}

/** The coordinate along one axis (numbered through all spans), named in its scope; "0u" where there is one value. */
export function coordinateName(spans: readonly Span[], axis: number): string {
  let first = 0;
  for (const span of spans) {
    const local = axis - first;
    const extent = span.extents[local];
    if (local < span.extents.length && extent !== undefined) {
      if (extent === 1) return "0u";
      return span.scope.define(coordinate(span, product(span.extents.slice(local + 1)), extent));
    }
    first += span.extents.length;
  }
  throw new Error(`Invariant: axis ${axis} of ${first}`);
}

/** u32 arithmetic wraps, so a negative stride is subtracted. */
function term(coordinateText: string, stride: number): { readonly sign: "+" | "-"; readonly text: string } {
  const size = Math.abs(stride);
  return { sign: stride < 0 ? "-" : "+", text: size === 1 ? coordinateText : `${coordinateText} * ${size}u` };
}

/** Adjacent axes that step evenly through memory become one group. */
function mergedGroups(span: Span, strides: readonly number[], guarded: ReadonlySet<number>): Group[] {
  const groups: Group[] = [];
  let open: Group | null = null;
  let inner = 1;
  for (let axis = span.extents.length - 1; axis >= 0; axis--) {
    const extent = span.extents[axis] ?? 1;
    const stride = strides[axis] ?? 0;
    if (guarded.has(axis)) open = null;
    else if (extent !== 1) {
      if (open && stride === open.stride * open.extent) open.extent *= extent;
      else {
        open = { stride, extent, inner };
        groups.push(open);
      }
    }
    inner *= extent;
  }
  return groups.filter((group) => group.stride !== 0);
}

/** The element's index in the arena and the condition under which it exists, both as WGSL. */
export interface AccessText {
  readonly index: string;
  /** Null where it always exists. */
  readonly condition: string | null;
}

function minus(name: string, low: number): string {
  if (low === 0) return name;
  return low < 0 ? `(${name} + ${-low}u)` : `(${name} - ${low}u)`;
}

function guardCondition(name: string, guard: Guard, extent: number): string[] {
  const parts: string[] = [];
  if (guard.low > 0) parts.push(`${name} >= ${guard.low}u`);
  if (guard.high < extent) parts.push(guard.high <= 0 ? "false" : `${name} < ${guard.high}u`);
  if (guard.step > 1) parts.push(`${minus(name, guard.low)} % ${guard.step}u == 0u`);
  return parts;
}

/** Spells an access to the buffer whose first element is at `base`; parts that vary less are named further out. */
export function accessText(access: Access, base: string, spans: readonly Span[]): AccessText {
  const guards = access.guards ?? [];
  const conditions: string[] = [];
  let index = access.offset === 0 ? base : `${base} ${access.offset < 0 ? "-" : "+"} ${Math.abs(access.offset)}u`;
  let first = 0;
  for (const span of spans) {
    const start = first;
    const guarded = new Set<number>();
    const terms: { sign: "+" | "-"; text: string }[] = [];
    for (const guard of guards) {
      const local = guard.axis - start;
      if (local < 0 || local >= span.extents.length) continue;
      guarded.add(local);
      const name = coordinateName(spans, guard.axis);
      conditions.push(...guardCondition(name, guard, span.extents[local] ?? 1));
      const stride = access.strides[guard.axis] ?? 0;
      if (stride === 0) continue;
      const shifted = minus(name, guard.low);
      terms.push(term(guard.step === 1 ? shifted : `(${shifted} / ${guard.step}u)`, stride));
    }
    const strides = access.strides.slice(start, start + span.extents.length);
    for (const group of mergedGroups(span, strides, guarded)) {
      const text = coordinate(span, group.inner, group.extent);
      terms.push(term(span.scope.define(text), group.stride));
    }
    for (const { sign, text } of terms) index = `${index} ${sign} ${text}`;
    if (terms.length > 0) index = span.scope.define(index);
    first += span.extents.length;
  }
  return { index, condition: conditions.length === 0 ? null : conditions.join(" && ") };
}
