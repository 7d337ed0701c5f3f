/** @file The workspace of one compile: its terms, the tensors in memory, and the tasks that fill them. */
import type { DType } from "../ir/dtype";
import type { Monoid } from "../ir/op";
import { invariant } from "../ir/refusal";
import { elementCount, type Shape } from "../ir/shape";
import type { TensorData } from "../ir/tensor";
import type { SlotId } from "../ir/value";
import { accessKey, contiguousAccess } from "./access";
import type { ContractTask, Task } from "./task";
import type { Root, Term } from "./term";
import { TermTable } from "./term-table";

/** Extents that matter to a loop. */
export function squeeze(shape: Shape): number[] {
  return shape.filter((extent) => extent !== 1);
}

export class Workspace {
  readonly table: TermTable;
  readonly tasks: Task[] = [];
  private readonly roots = new Map<string, Root>();
  private readonly computed = new Map<string, Root>();

  constructor(fuse: boolean) {
    this.table = new TermTable(fuse);
    this.fuse = fuse;
  }

  readonly fuse: boolean;

  slot(slot: SlotId, dtype: DType, shape: Shape): Root {
    const known = this.roots.get(`slot ${slot}`);
    if (known) {
      const fits = known.dtype === dtype && elementCount(known.shape) === elementCount(shape);
      invariant(
        fits,
        `slot ${slot} is used as ${dtype} [${shape.join(", ")}] and as ${known.dtype} [${known.shape.join(", ")}]`,
      );
      return known;
    }
    return this.root(`slot ${slot}`, { shape, dtype, place: { kind: "slot", slot }, label: slot });
  }

  data(data: TensorData, hash: string): Root {
    const key = `data ${hash}`;
    const { shape, dtype } = data;
    return this.roots.get(key) ?? this.root(key, { shape, dtype, place: { kind: "data", hash, data }, label: "data" });
  }

  /** The term in memory, row-major over its shape: itself where it is, `contiguous` or not, already a plain load. */
  inMemory(term: Term, shape: Shape, label: string, contiguous = false): Term {
    if (term.kind === "load" && !term.access.guards && (!contiguous || this.isWhole(term, shape))) return term;
    return this.table.load(this.store(term, shape, label), contiguousAccess(shape));
  }

  /** A tensor computed in this step that equals the term. */
  inScratch(term: Term, shape: Shape, label: string): Root {
    if (term.kind === "load" && term.root.place.kind === "computed" && this.isWhole(term, shape)) return term.root;
    return this.store(term, shape, label);
  }

  /** Leaves the term in a slot when the step ends. */
  write(slot: SlotId, term: Term, shape: Shape, label: string): void {
    const target = this.slot(slot, term.dtype, shape);
    if (term.kind === "load" && term.root === target && this.isWhole(term, shape)) return;
    this.pointwise(target, term, shape, label);
  }

  /** A fold of a term over kept ++ folded axes, none of them of extent 1. */
  reduce(monoid: Monoid, term: Term, kept: Shape, folded: Shape, label: string): Root {
    const key = `${monoid} ${term.id} ${kept.join(",")} ${folded.join(",")}`;
    return this.once(key, kept, term.dtype, label, (target) => {
      const id = this.tasks.length;
      this.tasks.push({ id, kind: "reduce", target, label, monoid, term, axes: kept, reduceAxes: folded });
    });
  }

  contract(parts: Omit<ContractTask, "id" | "kind" | "target" | "label">, dtype: DType, label: string): Root {
    const { batch, m, n, k, a, b } = parts;
    const side = (o: typeof a): string => `${o.root.id}+${o.offset}:${o.strides.join(",")}`;
    const key = `contract ${batch},${m},${n},${k} ${side(a)} ${side(b)} ${dtype}`;
    return this.once(key, [batch, m, n], dtype, label, (target) => {
      this.tasks.push({ id: this.tasks.length, kind: "contract", target, label, ...parts });
    });
  }

  private store(term: Term, shape: Shape, label: string): Root {
    const key = `store ${term.id} ${squeeze(shape).join(",")}`;
    return this.once(key, shape, term.dtype, label, (target) => this.pointwise(target, term, shape, label));
  }

  private pointwise(target: Root, term: Term, shape: Shape, label: string): void {
    if (elementCount(shape) === 0) return;
    const axes = squeeze(shape);
    const squeezed = this.table.view(term, { kind: "reshape" }, shape, axes);
    invariant(squeezed, "dropping axes of extent 1 moves through every access");
    this.tasks.push({ id: this.tasks.length, kind: "pointwise", target, label, axes, term: squeezed });
  }

  private isWhole(term: Term, shape: Shape): boolean {
    if (term.kind !== "load" || elementCount(term.root.shape) !== elementCount(shape)) return false;
    return accessKey(term.access) === accessKey(contiguousAccess(shape));
  }

  /** A slot write as two tasks: into a temporary, and from there into the slot. */
  throughTemporary(task: Task): readonly [Task, Task] {
    const { target, label } = task;
    const axes = squeeze(target.shape);
    const root = this.root(`temporary ${this.roots.size}`, { ...target, place: { kind: "computed" }, label });
    const term = this.table.load(root, contiguousAccess(axes));
    const id = this.tasks.length;
    const copy: Task = { id, kind: "pointwise", target, label, axes, term };
    const temporary: Task = { ...task, target: root };
    this.tasks.push(copy);
    return [temporary, copy];
  }

  /** Without fusion nothing is shared: every use of an op is computed. */
  private once(key: string, shape: Shape, dtype: DType, label: string, make: (target: Root) => void): Root {
    const known = this.fuse ? this.computed.get(key) : undefined;
    if (known) return known;
    const name = `computed ${this.roots.size}`;
    const root = this.root(name, { shape, dtype, place: { kind: "computed" }, label });
    this.computed.set(key, root);
    make(root);
    return root;
  }

  private root(key: string, parts: Omit<Root, "id">): Root {
    const root = { ...parts, id: this.roots.size };
    this.roots.set(key, root);
    return root;
  }
}
