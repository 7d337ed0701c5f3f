/** @file A kernel's scalar work as a graph of what Wasm can do: calls expanded, equal nodes shared, closures imported. */
import type { Access, KernelNode } from "../../compile/plan";
import type { DType } from "../../ir/dtype";
import type { ScalarExpression } from "../../scalar/expression";
import type { ScalarFunction } from "../../scalar/functions";
import { scalarTable } from "../../scalar/table";
import { expansionLimits } from "../../scalar/polynomials";
import { requireWord } from "./host-arrays";
import { isInstruction } from "./instructions";

/** How a value is held: in a local of its own kind, or four to a v128. int64 is an i32 here; bool an i32, or a lane mask. */
export type LaneType = "f32" | "f64" | "i32" | "bool";

export function laneType(dtype: DType): LaneType {
  switch (dtype) {
    case "float32":
      return "f32";
    case "float64":
      return "f64";
    case "int32":
    case "int64":
      return "i32";
    case "bool":
      return "bool";
  }
}

export type LaneNode =
  | { readonly kind: "load"; readonly buffer: number; readonly access: Access; readonly type: LaneType }
  | { readonly kind: "constant"; readonly value: number; readonly type: LaneType }
  | { readonly kind: "coordinate"; readonly axis: number; readonly type: "i32" }
  | { readonly kind: "reduction"; readonly index: number; readonly type: LaneType }
  /** An instruction by its name without type, on arguments of `argType`. */
  | {
      readonly kind: "op";
      readonly name: string;
      readonly args: readonly number[];
      readonly argType: LaneType;
      readonly type: LaneType;
    }
  | { readonly kind: "select"; readonly args: readonly number[]; readonly type: LaneType }
  | { readonly kind: "convert"; readonly args: readonly number[]; readonly from: LaneType; readonly type: LaneType }
  /** args[1], its expansion, unless |args[0]| is above `limit`, where only the closure is right: float32. */
  | {
      readonly kind: "bounded";
      readonly fn: ScalarFunction;
      readonly args: readonly number[];
      readonly limit: number;
      readonly type: "f32";
    }
  /** A closure of the scalar table, called through an import on float64 numbers. */
  | {
      readonly kind: "closure";
      readonly fn: ScalarFunction;
      readonly args: readonly number[];
      readonly type: LaneType;
    };

/** Nodes in an order in which arguments come first. */
export interface LaneGraph {
  readonly nodes: readonly LaneNode[];
  /** For each kernel node, the lane node that has its value. */
  readonly of: readonly number[];
}

/** Arguments of a lane node. */
export function argumentsOf(node: LaneNode): readonly number[] {
  return "args" in node ? node.args : [];
}

/** Equal for equal nodes; −0 is not 0. */
function keyOf(node: LaneNode): string {
  switch (node.kind) {
    case "load": {
      const { offset, strides, guards } = node.access;
      return `load ${node.type} ${node.buffer} ${offset} ${strides.join()} ${guards ? JSON.stringify(guards) : ""}`;
    }
    case "constant":
      return `constant ${node.type} ${Object.is(node.value, -0) ? "-0" : node.value}`;
    case "coordinate":
      return `coordinate ${node.axis}`;
    case "reduction":
      return `reduction ${node.index}`;
    case "op":
      return `${node.name} ${node.argType} ${node.type} ${node.args.join()}`;
    case "select":
      return `select ${node.type} ${node.args.join()}`;
    case "convert":
      return `convert ${node.from} ${node.type} ${node.args.join()}`;
    case "bounded":
    case "closure":
      return `${node.kind} ${node.fn} ${node.args.join()}`;
  }
}

class GraphMaker {
  readonly nodes: LaneNode[] = [];
  private readonly known = new Map<string, number>();

  /** The node's position; an equal one made before is used again. */
  add(node: LaneNode): number {
    const key = keyOf(node);
    const before = this.known.get(key);
    if (before !== undefined) return before;
    const position = this.nodes.push(node) - 1;
    this.known.set(key, position);
    return position;
  }

  expression(
    root: ScalarExpression,
    operands: readonly number[],
    seen: Map<ScalarExpression, number> = new Map(),
  ): number {
    const before = seen.get(root);
    if (before !== undefined) return before;
    const position = this.make(root, operands, seen);
    seen.set(root, position);
    return position;
  }

  private make(root: ScalarExpression, operands: readonly number[], seen: Map<ScalarExpression, number>): number {
    switch (root.kind) {
      case "operand":
        return operands[root.index] ?? 0;
      case "constant":
        return this.add({ kind: "constant", value: root.value, type: laneType(root.type) });
      case "coordinate":
        return this.add({ kind: "coordinate", axis: root.axis, type: "i32" });
      case "call": {
        const args = root.args.map((arg) => this.expression(arg, operands, seen));
        return this.call(root.fn, args, root.args, root.type);
      }
    }
  }

  /** A call on nodes already made; `typed` tells the arguments' types, and which of them are constants. */
  call(fn: ScalarFunction, args: readonly number[], typed: readonly ScalarExpression[], dtype: DType): number {
    const type = laneType(dtype);
    if (fn === "select") return this.add({ kind: "select", args, type });
    const argDType = typed[0]?.type ?? dtype;
    const argType = laneType(argDType);
    if (fn === "convert") {
      return argType === type ? (args[0] ?? 0) : this.add({ kind: "convert", args, from: argType, type });
    }
    const { wasm, expand } = scalarTable[fn];
    const name = argType === "bool" ? wasm.bool : argType === "i32" ? wasm.int : wasm.float;
    if (name !== undefined)
      return this.add({ kind: "op", name: this.cheaper(name, argType, args), args, argType, type });
    const operands = typed.map<ScalarExpression>((arg, index) =>
      arg.kind === "constant" ? arg : { kind: "operand", index, type: arg.type },
    );
    const expansion = expand(operands, argDType);
    const limit = expansionLimits[fn];
    if (expansion && argType === "f32" && limit !== undefined) {
      const within = this.expression(expansion, args);
      return this.add({ kind: "bounded", fn, args: [args[0] ?? 0, within], limit, type: "f32" });
    }
    if (expansion) return this.expression(expansion, args);
    return this.add({ kind: "closure", fn, args, type });
  }

  /**
   * min and max against a constant that is no NaN are x86's own (pmin, pmax): pmax(x, c) is x < c ? c : x, so that a
   * NaN in x stays. Wasm's min and max take seven instructions for what they promise beyond that.
   */
  private cheaper(name: string, type: LaneType, args: readonly number[]): string {
    if (type !== "f32" || (name !== "min" && name !== "max")) return name;
    const bound = this.nodes[args[1] ?? 0];
    return bound?.kind === "constant" && !Number.isNaN(bound.value) ? `p${name}` : name;
  }
}

/** Expands the nodes of a kernel's body or epilogue. */
export function makeLaneGraph(kernelNodes: readonly KernelNode[]): LaneGraph {
  const maker = new GraphMaker();
  const of: number[] = [];
  const typed: ScalarExpression[] = [];
  for (const [index, node] of kernelNodes.entries()) {
    const asOperand: ScalarExpression = { kind: "operand", index, type: node.dtype };
    typed.push(node.kind === "constant" ? { kind: "constant", value: node.value, type: node.dtype } : asOperand);
    switch (node.kind) {
      case "load":
        of.push(maker.add({ kind: "load", buffer: node.buffer, access: node.access, type: laneType(node.dtype) }));
        break;
      case "constant":
        requireWord(node.dtype, node.value, "a constant");
        of.push(maker.add({ kind: "constant", value: node.value, type: laneType(node.dtype) }));
        break;
      case "coordinate":
        of.push(maker.add({ kind: "coordinate", axis: node.axis, type: "i32" }));
        break;
      case "reduction":
        of.push(maker.add({ kind: "reduction", index: node.index, type: laneType(node.dtype) }));
        break;
      case "call": {
        const args = node.args.map((arg) => of[arg] ?? 0);
        const types = node.args.map((arg) => typed[arg] ?? asOperand);
        of.push(maker.call(node.fn, args, types, node.dtype));
        break;
      }
    }
  }
  return { nodes: maker.nodes, of };
}

/** True when four of these can be computed at once: no float64, no imported closure, no instruction without lanes. */
export function hasLanes(node: LaneNode): boolean {
  if (node.type === "f64") return false;
  switch (node.kind) {
    case "closure":
      return false;
    case "convert":
      return node.from !== "f64";
    case "op":
      return node.argType === "bool" || node.name === "bits" || node.name === "mulHigh"
        ? true
        : isInstruction(`${node.argType === "f32" ? "f32x4" : "i32x4"}.${node.name}`);
    default:
      return true;
  }
}
