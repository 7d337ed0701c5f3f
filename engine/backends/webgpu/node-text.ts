/** @file Kernel nodes and stores as WGSL statements. */
import type { Access, KernelNode, Store } from "../../compile/plan";
import { accessText, coordinateName, type Span } from "./access-text";
import { callText, type TypedName } from "./call-text";
import type { ModuleUses } from "./kernel-text";
import { constantText, fromWord, toWord, wgslType } from "./scalar-text";
import type { Scope } from "./scope";

/** What statements of a kernel refer to. */
export interface NodeContext {
  readonly uses: ModuleUses;
  /** The name of a u32 that is 0, unknown to the compiler. */
  readonly zero: string;
  readonly spans: readonly Span[];
  /** Where constants go: a block entered once. */
  readonly constants: Scope;
  /** Where what does not change from point to point goes, and how to tell; nothing moves without it. */
  readonly invariant?: { readonly scope: Scope; isInvariant(node: KernelNode): boolean };
}

function loadText(context: NodeContext, scope: Scope, buffer: number, access: Access): string {
  const dtype = context.uses.dtypeOf(buffer);
  const { index, condition } = accessText(access, context.uses.base(buffer), context.spans);
  if (condition === null) return fromWord(dtype, `m[${index}]`);
  const word = scope.fresh();
  scope.write(`var ${word} = 0u;`, `if (${condition}) { ${word} = m[${index}]; }`);
  return fromWord(dtype, word);
}

/** Writes the statements of a node list; returns the name and dtype of each node. */
export function writeNodes(
  nodes: readonly KernelNode[],
  context: NodeContext,
  scope: Scope,
  reductions: readonly TypedName[] = [],
): TypedName[] {
  const named: TypedName[] = [];
  const invariant: boolean[] = [];
  const isInvariant = (node: KernelNode): boolean => {
    if (!context.invariant) return false;
    if (node.kind === "constant") return true;
    if (node.kind === "call") return node.args.every((position) => invariant[position] === true);
    return context.invariant.isInvariant(node);
  };
  const at = (position: number): TypedName => {
    const found = named[position];
    if (!found) throw new Error(`Invariant: node ${position} is used before it is computed`);
    return found;
  };
  for (const node of nodes) {
    const steady = isInvariant(node);
    const place = steady && context.invariant ? context.invariant.scope : scope;
    invariant.push(steady);
    switch (node.kind) {
      case "load": {
        const name = place.fresh();
        const text = loadText(context, place, node.buffer, node.access);
        place.write(`let ${name} = ${text};`);
        named.push({ name, dtype: context.uses.dtypeOf(node.buffer) });
        break;
      }
      case "constant":
        named.push({
          name: context.constants.define(constantText(node.dtype, node.value, context.zero)),
          dtype: node.dtype,
        });
        break;
      case "coordinate":
        named.push({ name: place.define(`i32(${coordinateName(context.spans, node.axis)})`), dtype: "int32" });
        break;
      case "call": {
        wgslType(node.dtype, `the result of ${node.fn}`);
        const text = callText(node.fn, node.dtype, node.args.map(at), context.uses.functions);
        named.push({ name: place.define(text), dtype: node.dtype });
        break;
      }
      case "reduction": {
        const reduction = reductions[node.index];
        if (!reduction) throw new Error(`Invariant: reduction ${node.index} of ${reductions.length}`);
        named.push(reduction);
        break;
      }
    }
  }
  return named;
}

/** Writes stores of computed nodes, after everything they read. */
export function writeStores(
  stores: readonly Store[],
  values: readonly TypedName[],
  context: NodeContext,
  scope: Scope,
): void {
  for (const store of stores) {
    const value = values[store.node];
    if (!value) throw new Error(`Invariant: a store of node ${store.node} of ${values.length}`);
    const { index, condition } = accessText(store.access, context.uses.base(store.buffer), context.spans);
    const text = `m[${index}] = ${toWord(value.dtype, value.name)};`;
    scope.write(condition === null ? text : `if (${condition}) { ${text} }`);
  }
}
