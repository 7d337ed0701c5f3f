/** @file lower: values become tasks. Pointwise values and views stay terms until something needs them in memory. */
import type { AnyOp, ViewMap } from "../ir/op";
import type { Pieces } from "../ir/pieces";
import { invariant } from "../ir/refusal";
import { elementCount, sameShape, type Shape } from "../ir/shape";
import type { TensorType } from "../ir/tensor";
import type { Value } from "../ir/value";
import { computationOf } from "../ir/value-sources";
import { contiguousAccess } from "./access";
import type { CompileOptions, CompileRequest } from "./compile";
import { lowerContract } from "./lower-contract";
import { lowerPointwise, lowerRandom, ruleContext } from "./lower-pointwise";
import { lowerReduce } from "./lower-reduce";
import { worthStoring } from "./materialise";
import { findNeeded, type Needed } from "./needed";
import type { Root, Term } from "./term";
import { Workspace } from "./workspace";

/** Values lowered in one piece. */
const pieceValues = 256;

export interface Lowered {
  readonly workspace: Workspace;
  /** One tensor of one element per entry of the request's ring. */
  readonly ring: readonly Root[];
}

/** "fc1 · sum": how people find a value. */
export function labelOf(value: Value): string {
  const { origin, definition } = value;
  const own = definition.kind === "op" || definition.kind === "random" ? definition.op.opName : definition.kind;
  const place = [...origin.path.map(([node]) => node), ...(origin.node === null ? [] : [origin.node])].join(".");
  const name = origin.ops[0] ?? own;
  const gradient = origin.phase === "backward" ? " gradient" : "";
  return place === "" ? `${name}${gradient}` : `${place} · ${name}${gradient}`;
}

class Lowering {
  readonly workspace: Workspace;
  private readonly terms = new Map<Value, Term>();
  private readonly needed: Needed;

  constructor(
    private readonly request: CompileRequest,
    private readonly options: CompileOptions,
  ) {
    this.workspace = new Workspace(options.fuse);
    this.needed = findNeeded(request, options.fuse);
  }

  *run(): Pieces<Lowered> {
    const { workspace, request } = this;
    let lowered = 0;
    for (const value of this.needed.values) {
      if (++lowered % pieceValues === 0) yield;
      const term = this.lowerValue(value);
      invariant(term.dtype === value.type.dtype, `${labelOf(value)} lowered to ${term.dtype}, not ${value.type.dtype}`);
      this.terms.set(value, this.settle(value, term));
    }
    for (const { slot, value } of request.writes) {
      workspace.write(slot, this.term(value), value.type.shape, labelOf(value));
    }
    const ring = request.ring.map((value) => {
      invariant(
        elementCount(value.type.shape) === 1,
        `${labelOf(value)} has shape [${value.type.shape.join(", ")}], a ring value is a scalar`,
      );
      return workspace.inScratch(this.term(value), value.type.shape, labelOf(value));
    });
    return { workspace, ring };
  }

  private term(value: Value): Term {
    const term = this.terms.get(computationOf(value, this.request.given));
    invariant(term, `${labelOf(value)} is read before it is lowered`);
    return term;
  }

  /** Puts a value in memory where that is cheaper than computing it at each use, or where every value is. */
  private settle(value: Value, term: Term): Term {
    const { workspace } = this;
    const { kind } = value.definition;
    if (kind !== "op" && kind !== "random") return term;
    const view = value.definition.kind === "op" && value.definition.op.rules.compute.kind === "view";
    const store = this.options.fuse
      ? worthStoring(term, value, this.needed.uses.get(value))
      : !view || term.kind === "call";
    return store ? workspace.inMemory(term, value.type.shape, labelOf(value)) : term;
  }

  private lowerValue(value: Value): Term {
    const { table } = this.workspace;
    const { definition, type } = value;
    const given = this.request.given.get(value);
    if (given !== undefined) return this.leaf(this.workspace.slot(given, type.dtype, type.shape), type.shape);
    switch (definition.kind) {
      case "slot":
        return this.leaf(this.workspace.slot(definition.slot, type.dtype, type.shape), type.shape);
      case "literal":
        return table.constant(definition.value, type.dtype);
      case "data": {
        const { data } = definition;
        if (elementCount(type.shape) === 1) return table.constant(data.data[0] ?? 0, type.dtype);
        return this.leaf(this.workspace.data(data, definition.hash), type.shape);
      }
      case "random": {
        const { op, stream, key, counter } = definition;
        const { compute } = op.rules;
        invariant(compute.kind === "random", `${op.opName} is recorded as a draw`);
        const [low, high] = [this.term(key[0]), this.term(key[1])];
        return lowerRandom(table, value, op, compute, stream, [low, high], this.term(counter));
      }
      case "op":
        return this.lowerOp(value, definition.op, definition.operands);
      case "alias":
      case "boundary":
        throw new Error("Invariant: aliases and boundaries are resolved before they are lowered");
    }
  }

  private sources(operands: readonly (Value | null)[]): (Value | null)[] {
    return operands.map((operand) => operand && computationOf(operand, this.request.given));
  }

  private leaf(root: Root, shape: Shape): Term {
    return this.workspace.table.load(root, contiguousAccess(shape));
  }

  private lowerOp(value: Value, op: AnyOp, operands: readonly (Value | null)[]): Term {
    const { compute } = op.rules;
    const { workspace } = this;
    const terms = operands.map((o) => o && this.term(o));
    const types = operands.map((o): TensorType | null => o && o.type);
    switch (compute.kind) {
      case "pointwise":
        return lowerPointwise(workspace.table, value, op, compute, terms, this.sources(operands));
      case "view": {
        const [operand] = operands;
        invariant(operand, `${op.opName} views an operand`);
        return this.view(operand, compute.view(ruleContext(op, value)), value.type.shape);
      }
      case "reduce": {
        const [term] = terms;
        const [type] = types;
        invariant(term && type, `${op.opName} folds an operand`);
        const dims = compute.dims(ruleContext(op, value));
        return lowerReduce(workspace, term, type.shape, dims, compute.monoid, value.type, labelOf(value));
      }
      case "contract": {
        const [a, b] = terms;
        const [aType, bType] = types;
        invariant(a && b && aType && bType, `${op.opName} contracts two operands`);
        const sides = [
          { term: a, shape: aType.shape },
          { term: b, shape: bType.shape },
        ] as const;
        const turned = this.needed.uses.get(value)?.turned === true;
        return lowerContract(workspace, compute.equation, sides, value.type, labelOf(value), turned);
      }
      case "random":
      case "composite":
        throw new Error(`Invariant: ${op.opName} is ${compute.kind} and is not recorded as an op`);
    }
  }

  private view(operand: Value, view: ViewMap, to: Shape): Term {
    const { workspace } = this;
    const from = operand.type.shape;
    const term = this.term(operand);
    if (view.kind === "reshape" && sameShape(from, to)) return term;
    const viewed = workspace.table.view(term, view, from, to);
    if (viewed) return viewed;
    const copy = workspace.table.view(workspace.inMemory(term, from, labelOf(operand), true), view, from, to);
    invariant(copy, `a ${view.kind} of a contiguous tensor is a view`);
    return copy;
  }
}

/** Lowers everything a request needs. */
export function lower(request: CompileRequest, options: CompileOptions): Pieces<Lowered> {
  return new Lowering(request, options).run();
}
