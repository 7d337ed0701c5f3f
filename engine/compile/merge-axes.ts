/** @file mergeAxes: neighbouring axes that every access walks evenly become one, so that loops are long. */
import type { Access, KernelNode, LoopKernel, Store } from "./plan";

function accessesOf(kernel: LoopKernel): Access[] {
  const loads = [...kernel.body, ...kernel.epilogue].flatMap((n) => (n.kind === "load" ? [n.access] : []));
  return [...loads, ...kernel.stores.map((s) => s.access), ...kernel.epilogueStores.map((s) => s.access)];
}

/** Axes whose coordinate a node asks for stay as they are. */
function coordinateAxes(kernel: LoopKernel): Set<number> {
  return new Set([...kernel.body, ...kernel.epilogue].flatMap((n) => (n.kind === "coordinate" ? [n.axis] : [])));
}

/** Whether axes `axis` and `axis + 1` are one for this access; `rank` axes of it exist. */
function isEven(access: Access, axis: number, inner: number): boolean {
  if (access.guards?.some((g) => g.axis === axis || g.axis === axis + 1)) return false;
  if (axis >= access.strides.length) return true;
  return access.strides[axis] === (access.strides[axis + 1] ?? 0) * inner;
}

function dropAxis(access: Access, axis: number): Access {
  const strides = access.strides.filter((_, i) => i !== axis);
  if (!access.guards) return { offset: access.offset, strides };
  const guards = access.guards.map((g) => (g.axis > axis ? { ...g, axis: g.axis - 1 } : g));
  return { offset: access.offset, strides, guards };
}

function dropFromNode(node: KernelNode, axis: number): KernelNode {
  if (node.kind === "load") return { ...node, access: dropAxis(node.access, axis) };
  if (node.kind === "coordinate" && node.axis > axis) return { ...node, axis: node.axis - 1 };
  return node;
}

/** Extent `at` multiplied into the one after it. */
function joinExtents(extents: readonly number[], at: number): number[] {
  const inner = (extents[at] ?? 1) * (extents[at + 1] ?? 1);
  return [...extents.slice(0, at), inner, ...extents.slice(at + 2)];
}

function merge(kernel: LoopKernel, axis: number): LoopKernel {
  const rank = kernel.axes.length;
  const store = (s: Store): Store => ({ ...s, access: dropAxis(s.access, axis) });
  return {
    ...kernel,
    axes: axis < rank ? joinExtents(kernel.axes, axis) : kernel.axes,
    reduceAxes: axis < rank ? kernel.reduceAxes : joinExtents(kernel.reduceAxes, axis - rank),
    body: kernel.body.map((n) => dropFromNode(n, axis)),
    stores: kernel.stores.map(store),
    epilogue: axis < rank ? kernel.epilogue.map((n) => dropFromNode(n, axis)) : kernel.epilogue,
    epilogueStores: axis < rank ? kernel.epilogueStores.map(store) : kernel.epilogueStores,
  };
}

/** The same kernel over fewer axes. */
export function mergeAxes(kernel: LoopKernel): LoopKernel {
  let merged = kernel;
  const total = kernel.axes.length + kernel.reduceAxes.length;
  for (let axis = total - 2; axis >= 0; axis--) {
    const rank = merged.axes.length;
    if (axis === rank - 1) continue;
    const inner = [...merged.axes, ...merged.reduceAxes][axis + 1] ?? 1;
    const named = coordinateAxes(merged);
    if (named.has(axis) || named.has(axis + 1)) continue;
    if (accessesOf(merged).every((access) => isEven(access, axis, inner))) merged = merge(merged, axis);
  }
  return merged;
}
