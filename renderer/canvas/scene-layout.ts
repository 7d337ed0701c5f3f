/** @file Where the nodes of a graph stand on the canvas when its regions are drawn in place: stored positions, moved apart. */
import type { ChainruleDocument, Edge, GraphNode, NodeId } from "@chainrule/engine/analysis";
import { chipWidth, regionHeaderWidth } from "../nodes/node-size";
import type { NodeView, PortView } from "../nodes/node-view";
import type { Point } from "../overlay/edge-geometry";
import { text } from "../text/text";
import type { RegionChoice } from "../workspace/workspace";
import { innerScope, openBody, type Scope } from "./scopes";

export const regionHeader = 32;
const padX = 28;
const padY = 14;
/** A value that crosses the border has no dot of its own inside: its edges begin at the region's port. */
const terminal = { width: 1, height: 8 } as const;
/** A region is never narrower, whatever is in it. */
const leastRegion = 180;
/** Canvas pixels kept free beside and below an open region. */
const besideGap = 30;
const belowGap = 26;

/** One node in its scope, in pixels from the scope's origin. */
export interface Item {
  readonly id: NodeId;
  readonly node: GraphNode;
  view: NodeView;
  x: number;
  y: number;
  readonly inner: Laid | null;
}

/** A scope laid out. */
export interface Laid {
  readonly scope: Scope;
  readonly items: readonly Item[];
  readonly width: number;
  readonly height: number;
  /** Where the values that cross its border do so, below its top. */
  readonly borders: { readonly inputs: ReadonlyMap<string, number>; readonly outputs: ReadonlyMap<string, number> };
}

/** What a layout is made from besides the document. */
export interface LayoutSource {
  readonly document: ChainruleDocument;
  readonly regions: ReadonlyMap<string, RegionChoice>;
  view(scope: Scope, id: NodeId, node: GraphNode): NodeView;
  /** How far a node stood from its stored place last time, while something is dragged; then nothing else moves. */
  shift(key: string): Point | null;
}

function isTerminal(scope: Scope, node: GraphNode): boolean {
  return scope.steps.length > 0 && (node.kind === "input" || node.kind === "output");
}

function portY(item: Item, side: PortView["side"], name: string): number {
  return item.view.ports.find((port) => port.side === side && port.name === name)?.y ?? item.view.height / 2;
}

/** The nodes that a value of this one depends on. */
function upstreamOf(id: NodeId, edges: readonly Edge[]): ReadonlySet<NodeId> {
  const found = new Set<NodeId>();
  const wanted = [id];
  for (let next = wanted.pop(); next !== undefined; next = wanted.pop())
    for (const { from, to } of edges)
      if (to[0] === next && !found.has(from[0])) {
        found.add(from[0]);
        wanted.push(from[0]);
      }
  return found;
}

/** Nodes that only serve those in the set, like a parameter of a layer behind the region: they go where those go. */
function withServants(beside: readonly Item[], items: readonly Item[], edges: readonly Edge[], region: Item): Item[] {
  const found = new Set(beside.map((item) => item.id));
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const { id } of items) {
      if (id === region.id || found.has(id)) continue;
      const out = edges.filter(({ from }) => from[0] === id);
      const isServant = out.length > 0 && out.every(({ to }) => found.has(to[0]));
      if (isServant && edges.every(({ from, to }) => to[0] !== id || found.has(from[0]))) found.add(id);
    }
  }
  return items.filter((item) => found.has(item.id));
}

/** Moves what an open region would cover to the right or down. */
function makeRoom(items: readonly Item[], closed: ReadonlyMap<NodeId, NodeView>, edges: readonly Edge[]): void {
  const opened = items.filter((item) => item.inner !== null).sort((a, b) => a.x - b.x);
  for (const region of opened) {
    const before = closed.get(region.id) ?? region.view;
    const leads = upstreamOf(region.id, edges);
    const low = region.y + region.view.height;
    const ahead = items.filter(
      (item) => leads.has(item.id) && item.x < region.x && item.y < low && item.y + item.view.height > region.y,
    );
    const pushed = Math.max(0, ...ahead.map((item) => item.x + item.view.width + besideGap - region.x));
    if (pushed > 0) for (const item of items.filter(({ x }) => x >= region.x)) item.x += pushed;
    const [right, bottom] = [region.x + region.view.width, region.y + region.view.height];
    const behind = items.filter((item) => item !== region && item.x >= region.x + before.width - 8);
    const beside = withServants(behind, items, edges, region);
    const covered = behind.filter((item) => item.y < bottom && item.y + item.view.height > region.y);
    const by = right + besideGap - Math.min(...covered.map((item) => item.x));
    if (covered.length > 0 && by > 0) for (const item of beside) item.x += by;
    const below = items.filter(
      (item) =>
        item !== region &&
        item.y >= region.y + before.height - 8 &&
        item.x < right &&
        item.x + item.view.width > region.x,
    );
    const down = bottom + belowGap - Math.min(...below.map((item) => item.y));
    if (below.length > 0 && down > 0) for (const item of below) item.y += down;
  }
}

/** Heights apart, in the order they want to be in. */
function spread(wanted: readonly (readonly [string, number])[], least: number): Map<string, number> {
  const placed = new Map<string, number>();
  let last = least - 18;
  for (const [name, y] of [...wanted].sort((a, b) => a[1] - b[1])) {
    last = Math.max(y, last + 18);
    placed.set(name, last);
  }
  return placed;
}

function bordersOf(scope: Scope, source: LayoutSource, items: readonly Item[], height: number): Laid["borders"] {
  const graph = source.document.graphs[scope.graph];
  if (graph === undefined) return { inputs: new Map(), outputs: new Map() };
  const byId = new Map(items.map((item) => [item.id, item]));
  const wanted = (side: "input" | "output", name: string): number => {
    const end = items.find(({ node }) => node.kind === side && node.port === name);
    const edge = graph.edges.find(({ from, to }) => (side === "input" ? from[0] : to[0]) === end?.id);
    const other = byId.get((side === "input" ? edge?.to[0] : edge?.from[0]) ?? "");
    if (edge === undefined || other === undefined || isTerminal(scope, other.node)) return (regionHeader + height) / 2;
    return other.y + (side === "input" ? portY(other, "input", edge.to[1]) : portY(other, "output", edge.from[1]));
  };
  const least = regionHeader + 12;
  return {
    inputs: spread(
      graph.inputs.map(({ name }) => [name, wanted("input", name)] as const),
      least,
    ),
    outputs: spread(
      graph.outputs.map(({ name }) => [name, wanted("output", name)] as const),
      least,
    ),
  };
}

/** The least width of a region: its title and as many chips as it always has. */
function leastWidth({ node, title }: NodeView): number {
  const { whenTrue, whenFalse } = text.canvas.region;
  const chips = node.kind === "branch" ? [whenTrue, whenFalse] : node.kind === "repeat" ? ["1", "2"] : [];
  return Math.max(leastRegion, regionHeaderWidth(title) + chips.reduce((sum, words) => sum + chipWidth(words), 0));
}

/** A region's own view: its box, with its ports where the values cross the border. */
function regionView(view: NodeView, inner: Laid): NodeView {
  const rows = view.ports.filter((port) => port.side === "input" && !inner.borders.inputs.has(port.name));
  return {
    ...view,
    form: "region",
    width: inner.width,
    height: inner.height,
    fields: [],
    ports: view.ports.map((port) => {
      const y = (port.side === "input" ? inner.borders.inputs : inner.borders.outputs).get(port.name);
      return { ...port, y: y ?? 16 + rows.indexOf(port) * 12 };
    }),
  };
}

function placeTerminals(items: readonly Item[], borders: Laid["borders"], width: number): void {
  for (const item of items) {
    const { node } = item;
    if (node.kind !== "input" && node.kind !== "output") continue;
    const y = (node.kind === "input" ? borders.inputs : borders.outputs).get(node.port) ?? regionHeader + 12;
    item.x = node.kind === "input" ? 0 : width - terminal.width;
    item.y = y - terminal.height / 2;
    item.view = {
      ...item.view,
      ...terminal,
      form: "terminal",
      ports: item.view.ports.map((port) => ({ ...port, y: terminal.height / 2 })),
    };
  }
}

/** Lays out a scope, no narrower than `least`, and the regions in it. */
export function layOut(scope: Scope, source: LayoutSource, least = leastRegion): Laid {
  const nodes = source.document.graphs[scope.graph]?.nodes ?? {};
  const closed = new Map<NodeId, NodeView>();
  const items = Object.entries(nodes).map(([id, node]): Item => {
    const view = source.view(scope, id, node);
    closed.set(id, view);
    const choice = source.regions.get(`${scope.key}${id}/`);
    const body = scope.steps.length < 6 ? openBody(source.document, scope.graph, id, node, choice) : null;
    const inner =
      body === null ? null : layOut(innerScope(scope, id, node, body, choice?.turn ?? null), source, leastWidth(view));
    return { id, node, view: inner === null ? view : regionView(view, inner), ...node.position, inner };
  });
  const bodies = items.filter((item) => !isTerminal(scope, item.node));
  const kept = bodies.map((item) => source.shift(scope.key + item.id));
  if (kept.every((shift) => shift !== null)) {
    bodies.forEach((item, i) => {
      item.x += kept[i]?.x ?? 0;
      item.y += kept[i]?.y ?? 0;
    });
  } else {
    makeRoom(bodies, closed, source.document.graphs[scope.graph]?.edges ?? []);
    if (scope.steps.length > 0 && bodies.length > 0) {
      const left = padX - Math.min(...bodies.map((item) => item.x));
      const top = regionHeader + padY - Math.min(...bodies.map((item) => item.y));
      for (const item of bodies) {
        item.x += left;
        item.y += top;
      }
    }
  }
  const width = Math.max(least, ...bodies.map((item) => item.x + item.view.width + padX));
  const height = Math.max(90, ...bodies.map((item) => item.y + item.view.height + padY));
  const borders = bordersOf(scope, source, items, height);
  if (scope.steps.length > 0) placeTerminals(items, borders, width);
  return { scope, items, width, height, borders };
}
