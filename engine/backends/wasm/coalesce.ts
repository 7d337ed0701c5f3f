/** @file Makes a loop kernel's nest as shallow as it can be: axes of extent 1 dropped, neighbours merged. */
import type { Access, KernelNode, LoopKernel, Store } from "../../compile/plan";

/** Every access of a kernel, with the strides of axes it does not name taken as 0. */
function accessesOf(kernel: LoopKernel): Access[] {
  const nodes = [...kernel.body, ...kernel.epilogue];
  const loads = nodes.flatMap((node) => (node.kind === "load" ? [node.access] : []));
  return [...loads, ...[...kernel.stores, ...kernel.epilogueStores].map((store) => store.access)];
}

/** Axes whose coordinate matters by itself, so that they must stay what they are. */
function namedAxes(kernel: LoopKernel): ReadonlySet<number> {
  const named = new Set<number>();
  for (const node of [...kernel.body, ...kernel.epilogue]) if (node.kind === "coordinate") named.add(node.axis);
  for (const access of accessesOf(kernel)) for (const guard of access.guards ?? []) named.add(guard.axis);
  return named;
}

/** A run of old axes that become one; its stride is that of the last. */
interface Group {
  readonly last: number;
  readonly extent: number;
}

/** An equivalent kernel with fewer axes. */
export function coalesce(kernel: LoopKernel): LoopKernel {
  const extents = [...kernel.axes, ...kernel.reduceAxes];
  const parallel = kernel.axes.length;
  const named = namedAxes(kernel);
  const accesses = accessesOf(kernel);
  const groups: Group[] = [];
  const axisOf = new Map<number, number>();
  for (const [axis, extent] of extents.entries()) {
    if (extent === 1 && !named.has(axis)) continue;
    const before = groups.at(-1);
    const sameSide = before !== undefined && before.last < parallel === axis < parallel;
    const mergeable =
      sameSide &&
      !named.has(axis) &&
      !named.has(before.last) &&
      accesses.every((a) => (a.strides[before.last] ?? 0) === (a.strides[axis] ?? 0) * extent);
    if (mergeable) groups[groups.length - 1] = { last: axis, extent: before.extent * extent };
    else groups.push({ last: axis, extent });
    axisOf.set(axis, groups.length - 1);
  }
  if (groups.length === extents.length) return kernel;

  const access = (old: Access): Access => ({
    offset: old.offset,
    strides: groups.map((group) => old.strides[group.last] ?? 0),
    ...(old.guards ? { guards: old.guards.map((g) => ({ ...g, axis: axisOf.get(g.axis) ?? 0 })) } : {}),
  });
  const node = (old: KernelNode): KernelNode => {
    if (old.kind === "load") return { ...old, access: access(old.access) };
    return old.kind === "coordinate" ? { ...old, axis: axisOf.get(old.axis) ?? 0 } : old;
  };
  const store = (old: Store): Store => ({ ...old, access: access(old.access) });
  return {
    ...kernel,
    axes: groups.filter((group) => group.last < parallel).map((group) => group.extent),
    reduceAxes: groups.filter((group) => group.last >= parallel).map((group) => group.extent),
    body: kernel.body.map(node),
    stores: kernel.stores.map(store),
    epilogue: kernel.epilogue.map(node),
    epilogueStores: kernel.epilogueStores.map(store),
  };
}
