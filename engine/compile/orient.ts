/** @file orient: turns a contract round (Cᵀ = Bᵀ·Aᵀ) where its epilogue walks memory along rows instead of columns. */
import type { Access, ContractKernel, ContractOperand, KernelNode, Store } from "./plan";

/** How many accesses are contiguous along an axis and not along the other. */
function walks(accesses: readonly Access[], along: number, across: number): number {
  return accesses.filter((a) => a.strides[along] === 1 && a.strides[across] !== 1).length;
}

function turnAccess(access: Access): Access {
  const [batch = 0, m = 0, n = 0] = access.strides;
  const strides = [batch, n, m];
  if (!access.guards) return { offset: access.offset, strides };
  const guards = access.guards.map((g) => (g.axis === 0 ? g : { ...g, axis: 3 - g.axis }));
  return { offset: access.offset, strides, guards };
}

function turnNode(node: KernelNode): KernelNode {
  if (node.kind === "load") return { ...node, access: turnAccess(node.access) };
  if (node.kind === "coordinate" && node.axis > 0) return { ...node, axis: 3 - node.axis };
  return node;
}

function turnStore(store: Store): Store {
  return { ...store, access: turnAccess(store.access) };
}

function turnOperand({ buffer, offset, strides }: ContractOperand): ContractOperand {
  return { buffer, offset, strides: [strides[0], strides[2], strides[1]] };
}

/** The kernel whose stores and loads lie along n. */
export function orient(kernel: ContractKernel): ContractKernel {
  const loads = kernel.epilogue.flatMap((n) => (n.kind === "load" ? [n.access] : []));
  const accesses = [...loads, ...kernel.epilogueStores.map((s) => s.access)];
  if (walks(accesses, 1, 2) <= walks(accesses, 2, 1)) return kernel;
  return {
    ...kernel,
    m: kernel.n,
    n: kernel.m,
    a: turnOperand(kernel.b),
    b: turnOperand(kernel.a),
    epilogue: kernel.epilogue.map(turnNode),
    epilogueStores: kernel.epilogueStores.map(turnStore),
  };
}
