/** @file Builds the node lists of a kernel from terms; equal nodes are written once. */
import type { DType } from "../ir/dtype";
import type { ScalarFunction } from "../scalar/functions";
import { accessKey } from "./access";
import type { Access, KernelNode } from "./plan";

/** One node list under construction. */
export class KernelBuilder {
  readonly nodes: KernelNode[] = [];
  private readonly positions = new Map<string, number>();
  private readonly extents: readonly number[];

  constructor(extents: readonly number[]) {
    this.extents = extents;
  }

  constant(value: number, dtype: DType): number {
    const key = `k${dtype}${Object.is(value, -0) ? "-0" : String(value)}`;
    return this.add(key, { kind: "constant", value, dtype });
  }

  load(buffer: number, access: Access, dtype: DType): number {
    return this.add(`l${buffer}@${accessKey(access)}`, { kind: "load", buffer, access, dtype });
  }

  reduction(index: number, dtype: DType): number {
    return this.add(`r${index}`, { kind: "reduction", index, dtype });
  }

  call(fn: ScalarFunction, args: readonly number[], dtype: DType): number {
    return this.add(`${fn}(${args.join(",")})${dtype}`, { kind: "call", fn, args, dtype });
  }

  convert(node: number, dtype: DType): number {
    return this.nodes[node]?.dtype === dtype ? node : this.call("convert", [node], dtype);
  }

  /** The integer an access counts: offset + Σ stride·coordinate, 0 where a guard fails. */
  index(access: Access): number {
    let sum = this.constant(access.offset, "int32");
    let holds: number | null = null;
    const number = (value: number): number => this.constant(value, "int32");
    const check = (condition: number): void => {
      holds = holds === null ? condition : this.call("and", [holds, condition], "bool");
    };
    access.strides.forEach((stride, axis) => {
      const guard = access.guards?.find((g) => g.axis === axis);
      if (stride === 0 && !guard) return;
      let at = this.add(`c${axis}`, { kind: "coordinate", axis, dtype: "int32" });
      if (guard) {
        if (guard.low > 0) check(this.call("ge", [at, number(guard.low)], "bool"));
        if (guard.high < (this.extents[axis] ?? Infinity)) check(this.call("lt", [at, number(guard.high)], "bool"));
        if (guard.low !== 0) at = this.call("sub", [at, number(guard.low)], "int32");
        if (guard.step !== 1) {
          const rest = this.call("remainder", [at, number(guard.step)], "int32");
          check(this.call("eq", [rest, number(0)], "bool"));
          if (stride !== 0) at = this.call("div", [at, number(guard.step)], "int32");
        }
      }
      if (stride === 0) return;
      const scaled = stride === 1 ? at : this.call("mul", [at, number(stride)], "int32");
      sum = this.isZero(sum) ? scaled : this.call("add", [sum, scaled], "int32");
    });
    return holds === null ? sum : this.call("select", [holds, sum, number(0)], "int32");
  }

  private isZero(node: number): boolean {
    const at = this.nodes[node];
    return at?.kind === "constant" && at.value === 0;
  }

  private add(key: string, node: KernelNode): number {
    const known = this.positions.get(key);
    if (known !== undefined) return known;
    this.nodes.push(node);
    this.positions.set(key, this.nodes.length - 1);
    return this.nodes.length - 1;
  }
}
