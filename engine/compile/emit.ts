/** @file emit: a group of tasks becomes one kernel over numbered tensors. */
import { invariant } from "../ir/refusal";
import type { Monoid } from "../ir/op";
import type { DType } from "../ir/dtype";
import { placeAccess, producer, storeAccess, type Group, type Member } from "./group";
import { KernelBuilder } from "./kernel-builder";
import { mergeAxes } from "./merge-axes";
import { orient } from "./orient";
import type { Kernel, Store } from "./plan";
import type { Root, Term } from "./term";

export interface EmitContext {
  /** The plan's buffer of a tensor. */
  buffer(root: Root): number;
  /** Whether anything outside the group reads what it computed. */
  isStored(root: Root, group: Group): boolean;
}

interface Reduction {
  readonly monoid: Monoid;
  readonly node: number;
  readonly dtype: DType;
}

class Emission {
  private readonly body: KernelBuilder;
  private readonly epilogue: KernelBuilder;
  private readonly stores: Store[] = [];
  private readonly epilogueStores: Store[] = [];
  private readonly reductions: Reduction[] = [];
  /** The node of each member's element, in its phase's list; for a fold or product, in the epilogue's. */
  private readonly results = new Map<Member, number>();
  private readonly group: Group;
  private readonly context: EmitContext;

  constructor(group: Group, context: EmitContext) {
    this.group = group;
    this.context = context;
    this.body = new KernelBuilder([...group.axes, ...group.reduceAxes]);
    this.epilogue = new KernelBuilder(group.axes);
  }

  run(): Kernel {
    const { group } = this;
    for (const member of group.members) this.emitMember(member);
    const labels = [...new Set(group.members.map((m) => m.task.label))];
    const label =
      labels.length > 3 ? `${labels.slice(0, 3).join(", ")} and ${labels.length - 3} more` : labels.join(", ");
    const { epilogueStores } = this;
    const epilogue = this.epilogue.nodes;
    if (group.kind === "loop") {
      const { axes, reduceAxes } = group;
      const { stores, reductions } = this;
      const body = this.body.nodes;
      return mergeAxes({ kind: "loop", axes, reduceAxes, body, stores, reductions, epilogue, epilogueStores, label });
    }
    const product = group.members.find((m) => m.phase === "product")?.task;
    invariant(product?.kind === "contract", "a contract group has a product");
    const { batch, m, n, k, target } = product;
    const [a, b] = [product.a, product.b].map(({ root, offset, strides }) => ({ buffer: this.context.buffer(root), offset, strides })); // prettier-ignore
    invariant(a && b, "a contract has two operands");
    return orient({ kind: "contract", batch, m, n, k, dtype: target.dtype, a, b, epilogue, epilogueStores, label });
  }

  private emitMember(member: Member): void {
    const { task, phase } = member;
    switch (phase) {
      case "product":
        this.results.set(member, this.epilogue.reduction(0, task.target.dtype));
        break;
      case "fold": {
        invariant(task.kind === "reduce", "folds are reduce tasks");
        const node = this.emitTerm(task.term, member, this.body);
        const { monoid } = task;
        let index = this.reductions.findIndex((r) => r.node === node && r.monoid === monoid);
        if (index < 0) index = this.reductions.push({ monoid, node, dtype: task.target.dtype }) - 1;
        this.results.set(member, this.epilogue.reduction(index, task.target.dtype));
        break;
      }
      case "body":
      case "epilogue": {
        invariant(task.kind === "pointwise", "only pointwise tasks are not folded");
        this.results.set(member, this.emitTerm(task.term, member, phase === "body" ? this.body : this.epilogue));
        break;
      }
    }
    this.store(member);
  }

  private store(member: Member): void {
    const { target } = member.task;
    if (target.place.kind === "computed" && !this.context.isStored(target, this.group)) return;
    const inBody = member.phase === "body";
    const rank = this.group.axes.length + (inBody ? this.group.reduceAxes.length : 0);
    const node = this.results.get(member);
    invariant(node !== undefined, "a member is stored after it is computed");
    const store = { buffer: this.context.buffer(target), access: storeAccess(member, rank), node };
    (inBody ? this.stores : this.epilogueStores).push(store);
  }

  private emitTerm(term: Term, member: Member, into: KernelBuilder): number {
    const rank = this.group.axes.length + (into === this.body ? this.group.reduceAxes.length : 0);
    const done = new Map<Term, number>();
    const visit = (part: Term): number => {
      const known = done.get(part);
      if (known !== undefined) return known;
      const node = make(part);
      done.set(part, node);
      return node;
    };
    const make = (part: Term): number => {
      switch (part.kind) {
        case "constant":
          return into.constant(part.value, part.dtype);
        case "index":
          return into.index(placeAccess(part.access, member.axes, rank));
        case "load": {
          const source = producer(this.group, part.root);
          const inside = source && source !== member ? this.results.get(source) : undefined;
          if (inside !== undefined) return inside;
          return into.load(this.context.buffer(part.root), placeAccess(part.access, member.axes, rank), part.dtype);
        }
        case "call":
          return into.call(part.fn, part.args.map(visit), part.dtype);
      }
    };
    return visit(term);
  }
}

/** Writes a group as a kernel: members in order, what they compute for each other in registers, then merged axes. */
export function emit(group: Group, context: EmitContext): Kernel {
  return new Emission(group, context).run();
}
