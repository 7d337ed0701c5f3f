/** @file Values inside a loop nest: computes each lane node where it varies no more, keeps it in a local, spells its use. */
import type { FunctionBuilder, Local } from "./function-builder";
import { argumentsOf, type LaneGraph, type LaneNode } from "./lane-graph";
import { lanes, type LoopShape } from "./loop-shape";
import type { NestAddress, NestPointers } from "./nest-pointers";
import {
  scalarType,
  spellConstant,
  spellScalarConvert,
  spellScalarOp,
  spellSplat,
  spellVectorConstant,
  spellVectorConvert,
  spellVectorOp,
} from "./spell-lanes";

/** What a use wants: the value of one point, or of four. */
export type Form = "scalar" | "vector";

export interface NestContext {
  readonly f: FunctionBuilder;
  readonly shape: LoopShape;
  readonly pointers: NestPointers;
  /** Index of the imported function that is the closure of a scalar function. */
  closureIndex(fn: string): number;
  /** True inside the part of the vector axis' loop that takes four coordinates at once. */
  inVector(): boolean;
  /** The finished reduction of a position, and of a copy where there are vectors. */
  reductionLocal(index: number, copy: number): Local;
  /** How many loops are entered before a buffer may be read. */
  earliestLevel(buffer: number): number;
  /** True when finished reductions are vectors: they lie along the vector axis. */
  readonly reductionsVary: boolean;
}

/** The values of a graph in a kernel: of its body, or of its epilogue. */
export class NestValues {
  /** For each axis, the number of loops entered once its own is. */
  private readonly loopOf: readonly number[];
  private readonly levels: number[] = [];
  private readonly vary: boolean[] = [];
  private readonly uses: number[];
  /** Uses from loops further in than the node's own. */
  private readonly deeperUses: { scalar: boolean; splat: boolean }[];
  private scopes: Map<string, Local>[] = [new Map()];

  constructor(
    private readonly context: NestContext,
    private readonly graph: LaneGraph,
    roots: readonly number[],
    rootLevel: number,
  ) {
    const { nodes } = graph;
    const { order } = context.shape;
    this.loopOf = order.map((_, axis) => order.indexOf(axis) + 1);
    for (const node of nodes) {
      this.levels.push(this.levelOf(node, rootLevel));
      this.vary.push(this.varies(node));
    }
    this.uses = nodes.map(() => 0);
    this.deeperUses = nodes.map(() => ({ scalar: false, splat: false }));
    for (const [user, node] of nodes.entries()) {
      for (const arg of argumentsOf(node)) this.countUse(arg, this.levels[user] ?? 0, this.vary[user] ?? false);
    }
    for (const root of roots) this.countUse(root, rootLevel, true);
  }

  private countUse(node: number, level: number, varies: boolean): void {
    this.uses[node] = (this.uses[node] ?? 0) + 1;
    const deeper = this.deeperUses[node];
    if (!deeper || level <= (this.levels[node] ?? 0)) return;
    deeper.scalar = true;
    if (varies && !this.vary[node] && this.context.shape.vectorAxis !== null) deeper.splat = true;
  }

  /** How many loops are entered before a node can be computed. */
  private levelOf(node: LaneNode, rootLevel: number): number {
    switch (node.kind) {
      case "constant":
        return 0;
      case "reduction":
        return rootLevel;
      case "coordinate":
        return this.loopOf[node.axis] ?? 0;
      case "load": {
        const { extents } = this.context.shape;
        let level = this.context.earliestLevel(node.buffer);
        for (const [axis, loop] of this.loopOf.entries()) {
          if ((node.access.strides[axis] ?? 0) !== 0 && extents[axis] !== 1) level = Math.max(level, loop);
        }
        for (const guard of node.access.guards ?? []) level = Math.max(level, this.loopOf[guard.axis] ?? 0);
        return level;
      }
      default:
        return Math.max(0, ...argumentsOf(node).map((arg) => this.levels[arg] ?? 0));
    }
  }

  private varies(node: LaneNode): boolean {
    const { vectorAxis, extents } = this.context.shape;
    if (vectorAxis === null) return false;
    switch (node.kind) {
      case "constant":
        return false;
      case "reduction":
        return this.context.reductionsVary;
      case "coordinate":
        return node.axis === vectorAxis;
      case "load":
        return (node.access.strides[vectorAxis] ?? 0) !== 0 && extents[vectorAxis] !== 1;
      default:
        return argumentsOf(node).some((arg) => this.vary[arg] === true);
    }
  }

  /** Opens a scope: values made from here on are forgotten by the matching close. */
  open(): void {
    this.scopes.push(new Map());
  }

  close(): void {
    this.scopes.pop();
  }

  /** Computes, before the loop at `depth`, what varies no further in and is used there. */
  hoist(depth: number, copies: number): void {
    for (const [node, { scalar, splat }] of this.deeperUses.entries()) {
      if (this.levels[node] !== depth || !scalar) continue;
      if (this.vary[node] && this.context.inVector()) {
        for (let copy = 0; copy < copies; copy++) this.keep(node, copy, "vector");
      } else {
        const isConstant = this.graph.nodes[node]?.kind === "constant";
        if (!isConstant) this.keep(node, 0, "scalar");
        if (splat) this.keep(node, 0, "vector");
      }
    }
  }

  private key(node: number, copy: number, form: Form): string {
    const perCopy = form === "vector" && this.vary[node] === true;
    return `${node} ${form} ${perCopy ? copy : 0}`;
  }

  private keep(node: number, copy: number, form: Form): void {
    const key = this.key(node, copy, form);
    if (this.find(key) !== undefined) return;
    this.compute(node, copy, form);
    this.context.f.set(this.fresh(node, key, form));
  }

  private fresh(node: number, key: string, form: Form): Local {
    const type = this.graph.nodes[node]?.type ?? "f32";
    const local = this.context.f.local(form === "vector" ? "v128" : scalarType(type));
    this.scopes.at(-1)?.set(key, local);
    return local;
  }

  private find(key: string): Local | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const local = this.scopes[i]?.get(key);
      if (local !== undefined) return local;
    }
    return undefined;
  }

  /** Pushes a node's value. */
  push(node: number, copy: number, form: Form): void {
    const { f } = this.context;
    const key = this.key(node, copy, form);
    const known = this.find(key);
    if (known !== undefined) {
      f.get(known);
      return;
    }
    this.compute(node, copy, form);
    const isConstant = this.graph.nodes[node]?.kind === "constant";
    if ((this.uses[node] ?? 0) > 1 && !isConstant) f.tee(this.fresh(node, key, form));
  }

  private compute(position: number, copy: number, form: Form): void {
    const { f } = this.context;
    const node = this.graph.nodes[position];
    if (!node) throw new Error("Invariant: a kernel node that does not exist");
    if (form === "vector" && !this.vary[position]) {
      if (node.kind === "constant") spellVectorConstant(f, node.value, node.type);
      else {
        this.push(position, copy, "scalar");
        spellSplat(f, node.type);
      }
      return;
    }
    switch (node.kind) {
      case "constant":
        return spellConstant(f, node.value, node.type);
      case "coordinate":
        this.context.pointers.pushCoordinate(node.axis);
        if (form === "vector") {
          const first = copy * lanes;
          f.op("i32x4.splat")
            .v128([first, first + 1, first + 2, first + 3])
            .op("i32x4.add");
        }
        return;
      case "reduction":
        f.get(this.context.reductionLocal(node.index, copy));
        return;
      case "load":
        return this.load(node, copy, form);
      case "convert":
        this.pushAll(node.args, copy, form);
        if (form === "vector") spellVectorConvert(f, node.from, node.type);
        else spellScalarConvert(f, node.from, node.type);
        return;
      case "select":
        return this.select(node.args, copy, form);
      case "closure":
        for (const arg of node.args) {
          this.push(arg, copy, "scalar");
          spellScalarConvert(f, this.graph.nodes[arg]?.type ?? "f64", "f64");
        }
        f.call(this.context.closureIndex(node.fn));
        return spellScalarConvert(f, "f64", node.type);
      case "bounded":
        return this.bounded(node, copy, form);
      case "op":
        return this.operation(node, copy, form);
    }
  }

  private bounded({ fn, args, limit }: LaneNode & { kind: "bounded" }, copy: number, form: Form): void {
    const { f } = this.context;
    const [argument = 0, within = 0] = args;
    const type = form === "vector" ? "v128" : "f32";
    const [x, result] = [f.local(type), f.local(type)];
    this.push(argument, copy, form);
    f.set(x);
    this.push(within, copy, form);
    f.set(result);
    const closure = (): FunctionBuilder =>
      f.op("f64.promote_f32").call(this.context.closureIndex(fn)).op("f32.demote_f64");
    if (form === "scalar") {
      f.get(x).op("f32.abs").f32(limit).op("f32.gt");
      f.when(() => {
        f.get(x);
        closure().set(result);
      });
    } else {
      f.get(x).op("f32x4.abs");
      spellVectorConstant(f, limit, "f32");
      f.op("f32x4.gt").op("v128.any_true");
      f.when(() => {
        for (let lane = 0; lane < lanes; lane++) {
          f.get(result).get(x).lane("f32x4.extract_lane", lane);
          closure().lane("f32x4.replace_lane", lane).set(result);
        }
      });
    }
    f.get(result);
  }

  private pushAll(args: readonly number[], copy: number, form: Form): void {
    for (const arg of args) this.push(arg, copy, form);
  }

  private select([condition = 0, yes = 0, no = 0]: readonly number[], copy: number, form: Form): void {
    const { f } = this.context;
    this.pushAll([yes, no, condition], copy, form);
    f.op(form === "vector" ? "v128.bitselect" : "select");
  }

  private operation(node: LaneNode & { kind: "op" }, copy: number, form: Form): void {
    const { f } = this.context;
    const [x = 0, y = 0] = node.args;
    if (node.name === "mulHigh") return this.multiplyHigh(x, y, copy, form);
    if (form === "vector" && (node.name === "shl" || node.name.startsWith("shr"))) {
      this.push(x, copy, "vector");
      this.push(y, copy, "scalar");
    } else if (form === "scalar" && (node.name === "pmin" || node.name === "pmax")) {
      const value = f.local("f32");
      this.push(x, copy, "scalar");
      f.set(value);
      this.push(y, copy, "scalar");
      f.get(value).get(value);
      this.push(y, copy, "scalar");
      f.op(node.name === "pmax" ? "f32.lt" : "f32.gt").op("select");
      return;
    } else this.pushAll(node.args, copy, form);
    if (form === "vector") spellVectorOp(f, node.name, node.argType);
    else spellScalarOp(f, node.name, node.argType);
  }

  /** The upper 32 bits of unsigned products; lanes 1, 3 of the two product vectors. */
  private multiplyHigh(x: number, y: number, copy: number, form: Form): void {
    const { f } = this.context;
    if (form === "scalar") {
      this.push(x, copy, form);
      f.op("i64.extend_i32_u");
      this.push(y, copy, form);
      f.op("i64.extend_i32_u").op("i64.mul").i64(32).op("i64.shr_u").op("i32.wrap_i64");
      return;
    }
    const [a, b] = [f.local("v128"), f.local("v128")];
    this.push(x, copy, form);
    f.set(a);
    this.push(y, copy, form);
    f.set(b);
    f.get(a).get(b).op("i64x2.extmul_low_i32x4_u").get(a).get(b).op("i64x2.extmul_high_i32x4_u");
    f.shuffle([1, 3, 5, 7]);
  }

  private load(node: LaneNode & { kind: "load" }, copy: number, form: Form): void {
    const { f, pointers } = this.context;
    const address = pointers.address(node.buffer, node.access);
    if (!address.condition) return this.loadAt(node, address, copy, form);
    address.condition();
    f.choose(
      form === "vector" ? "v128" : scalarType(node.type),
      () => this.loadAt(node, address, copy, form),
      () => (form === "vector" ? spellVectorConstant(f, 0, node.type) : spellConstant(f, 0, node.type)),
    );
  }

  private loadAt(node: LaneNode & { kind: "load" }, address: NestAddress, copy: number, form: Form): void {
    const { f } = this.context;
    if (form === "scalar") {
      const offset = pushAddress(f, address, 0);
      f.memory(node.type === "f32" ? "f32.load" : node.type === "f64" ? "f64.load" : "i32.load", offset);
      return;
    }
    const stride = address.stride(this.context.shape.vectorAxis ?? 0);
    const start = copy * lanes * stride;
    if (stride === 4) f.memory("v128.load", pushAddress(f, address, start));
    else {
      const gathered = f.local("v128");
      f.memory("v128.load32_splat", pushAddress(f, address, start));
      for (let lane = 1; lane < lanes; lane++) {
        f.set(gathered);
        const offset = pushAddress(f, address, start + lane * stride);
        f.get(gathered).laneMemory("v128.load32_lane", offset, lane);
      }
    }
    if (node.type === "bool") spellVectorConvert(f, "i32", "bool");
  }
}

/** Pushes an address without its constant part, which is returned; a negative one is pushed along. */
export function pushAddress(f: FunctionBuilder, address: NestAddress, extra: number): number {
  address.push();
  const constant = address.constant + extra;
  if (constant >= 0) return constant;
  f.i32(constant).op("i32.add");
  return 0;
}
