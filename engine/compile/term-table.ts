/** @file The table of terms: equal terms are one object, so that common subexpressions are found by looking. */
import type { DType } from "../ir/dtype";
import type { ViewMap } from "../ir/op";
import { sameShape, type Shape } from "../ir/shape";
import { convertTo } from "../ir/tensor";
import type { ScalarFunction } from "../scalar/functions";
import { accessKey, viewAccess } from "./access";
import type { Access } from "./plan";
import { simplifyCall } from "./simplify";
import { callCost, type Root, type Term } from "./term";

function changesNothing(view: ViewMap, from: Shape, to: Shape): boolean {
  if (view.kind === "permute") return view.order.every((axis, i) => axis === i);
  if (view.kind === "slice" && view.step < 1) return false;
  return view.kind === "identity" || sameShape(from, to);
}

/** Makes terms, each once; a call is simplified as it is made. */
export class TermTable {
  private readonly terms = new Map<string, Term>();
  private readonly simplifying: boolean;

  constructor(simplifying: boolean) {
    this.simplifying = simplifying;
  }

  load(root: Root, access: Access): Term {
    return this.intern(`l${root.id}@${accessKey(access)}`, (id) => ({
      id,
      kind: "load",
      root,
      access,
      dtype: root.dtype,
      cost: 1,
    }));
  }

  index(access: Access): Term {
    return this.intern(`i${accessKey(access)}`, (id) => ({ id, kind: "index", access, dtype: "int32", cost: 1 }));
  }

  constant(value: number, dtype: DType): Term {
    const rounded = convertTo(dtype, value);
    const key = `k${dtype}${Object.is(rounded, -0) ? "-0" : String(rounded)}`;
    return this.intern(key, (id) => ({ id, kind: "constant", value: rounded, dtype, cost: 0 }));
  }

  call(fn: ScalarFunction, args: readonly Term[], dtype: DType): Term {
    if (fn === "convert" && args[0]?.dtype === dtype) return args[0];
    const simple = this.simplifying ? simplifyCall(this, fn, args, dtype) : null;
    if (simple) return simple;
    const key = `${fn}(${args.map((a) => a.id).join(",")})${dtype}`;
    return this.intern(key, (id) => ({
      id,
      kind: "call",
      fn,
      args,
      dtype,
      cost: Math.min(1e9, callCost(fn) + args.reduce((sum, a) => sum + a.cost, 0)),
    }));
  }

  convert(term: Term, dtype: DType): Term {
    return this.call("convert", [term], dtype);
  }

  /** The term that reads through a view, moved down to its leaves; null where a leaf cannot say it. */
  view(term: Term, view: ViewMap, from: Shape, to: Shape): Term | null {
    if (changesNothing(view, from, to)) return term;
    const done = new Map<Term, Term | null>();
    const move = (part: Term): Term | null => {
      const known = done.get(part);
      if (known !== undefined) return known;
      const moved = this.movePart(part, view, from, to, move);
      done.set(part, moved);
      return moved;
    };
    const moved = move(term);
    const readsZero = term.kind === "load" || term.kind === "index";
    return view.kind === "pad" && moved && !readsZero ? this.mask(moved, view, from, to) : moved;
  }

  /** Zero outside of a pad: its operand may not be zero where its reads are. */
  private mask(inside: Term, view: ViewMap, from: Shape, to: Shape): Term | null {
    if (inside.kind === "constant" && inside.value === 0) return inside;
    const one = { offset: 1, strides: from.map(() => 0) };
    const access = viewAccess(one, view, from, to);
    if (access === null) return null;
    const zero = this.constant(0, inside.dtype);
    if (access === "zero") return zero;
    if (!access.guards) return inside;
    const holds = this.call("ne", [this.index(access), this.constant(0, "int32")], "bool");
    return this.call("select", [holds, inside, zero], inside.dtype);
  }

  private movePart(part: Term, view: ViewMap, from: Shape, to: Shape, move: (part: Term) => Term | null): Term | null {
    switch (part.kind) {
      case "constant":
        return part;
      case "load":
      case "index": {
        const access = viewAccess(part.access, view, from, to);
        if (access === null) return null;
        if (access === "zero") return this.constant(0, part.dtype);
        return part.kind === "load" ? this.load(part.root, access) : this.index(access);
      }
      case "call": {
        const args: Term[] = [];
        for (const arg of part.args) {
          const moved = move(arg);
          if (!moved) return null;
          args.push(moved);
        }
        return this.call(part.fn, args, part.dtype);
      }
    }
  }

  private intern(key: string, make: (id: number) => Term): Term {
    const known = this.terms.get(key);
    if (known) return known;
    const term = make(this.terms.size);
    this.terms.set(key, term);
    return term;
  }
}
