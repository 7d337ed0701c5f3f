/** @file Tidies a graph: layers from left to right by elk, then whatever would still cover an edge is moved, or the edge goes round. */
import type { ELK, ElkNode } from "elkjs/lib/elk-api";
import type { NodeId, PortAddress } from "@chainrule/engine/analysis";
import type { PortView } from "../nodes/node-view";
import type { Point } from "../overlay/edge-geometry";
import { areNear, layoutFaults, nearest, runsUnder, type Box, type Curve } from "./layout-faults";

export interface TidyNode extends Box {
  readonly id: NodeId;
  readonly ports: readonly Pick<PortView, "name" | "side" | "y">[];
}

export interface TidyEdge {
  readonly from: PortAddress;
  readonly to: PortAddress;
}

export interface Tidied {
  readonly positions: ReadonlyMap<NodeId, Point>;
  /** Reroute dots to put on edges, each edge's from its source on; their places are those of the dots' centres. */
  readonly dots: readonly { readonly to: PortAddress; readonly places: readonly Point[] }[];
}

const betweenLayers = 32;
const belowOne = 20;

const options = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.edgeRouting": "POLYLINE",
  "elk.layered.spacing.nodeNodeBetweenLayers": String(betweenLayers),
  "elk.layered.spacing.edgeNodeBetweenLayers": "14",
  "elk.spacing.nodeNode": String(belowOne),
  "elk.spacing.edgeNode": "16",
  "elk.spacing.edgeEdge": "10",
  "elk.spacing.componentComponent": "40",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.crossingMinimization.forceNodeModelOrder": "false",
};

const portId = (node: NodeId, side: PortView["side"], name: string): string => `${node}\u0000${side}\u0000${name}`;

function toElk(nodes: readonly TidyNode[], edges: readonly TidyEdge[]): ElkNode {
  return {
    id: "root",
    layoutOptions: options,
    children: nodes.map(({ id, width, height, ports }) => ({
      id,
      width,
      height,
      layoutOptions: { "elk.portConstraints": "FIXED_POS" },
      ports: ports.map(({ name, side, y }) => ({
        id: portId(id, side, name),
        x: side === "input" ? 0 : width,
        y,
        width: 0,
        height: 0,
      })),
    })),
    edges: edges.map(({ from, to }, i) => ({
      id: `e${i}`,
      sources: [portId(from[0], "output", from[1])],
      targets: [portId(to[0], "input", to[1])],
    })),
  };
}

/** The nodes where they would stand, and their edges. */
class Draft {
  readonly boxes: Map<NodeId, TidyNode>;
  private readonly byNode = new Map<NodeId, TidyEdge[]>();

  constructor(
    nodes: readonly TidyNode[],
    private readonly edges: readonly TidyEdge[],
  ) {
    this.boxes = new Map(nodes.map((node) => [node.id, node]));
    for (const edge of edges)
      for (const [id] of [edge.from, edge.to]) this.byNode.set(id, [...(this.byNode.get(id) ?? []), edge]);
  }

  curve({ from, to }: TidyEdge): Curve {
    return { from: this.port(from, "output"), to: this.port(to, "input"), ends: [from[0], to[0]] };
  }

  private port([id, name]: PortAddress, side: PortView["side"]): Point {
    const node = this.boxes.get(id);
    if (node === undefined) throw new Error(`Invariant: edge of "${id}", which is not laid out`);
    const port = node.ports.find((candidate) => candidate.side === side && candidate.name === name);
    return { x: node.x + (side === "input" ? 0 : node.width), y: node.y + (port?.y ?? node.height / 2) };
  }

  faults() {
    return layoutFaults(
      [...this.boxes.values()],
      this.edges.map((edge) => this.curve(edge)),
    );
  }

  /** What a node at a place would do wrong, and how far from its neighbours' heights its edges would run. */
  private cost(node: TidyNode, home: Point): number {
    this.boxes.set(node.id, node);
    const own = this.byNode.get(node.id) ?? [];
    const curves = own.map((edge) => this.curve(edge));
    let faults = 0;
    for (const other of this.boxes.values()) {
      if (other.id === node.id) continue;
      if (areNear(node, other)) faults += 3;
      for (const curve of curves) if (!curve.ends.includes(other.id) && runsUnder(curve, other)) faults++;
    }
    for (const edge of this.edges) if (!own.includes(edge) && runsUnder(this.curve(edge), node)) faults++;
    const bends = curves.reduce((sum, { from, to }) => sum + Math.abs(from.y - to.y), 0);
    return faults * 10_000 + bends * 0.2 + Math.abs(node.y - home.y) + 2 * Math.abs(node.x - home.x);
  }

  /** Moves a node to the place near its own where the least is wrong. */
  settle(id: NodeId): boolean {
    const node = this.boxes.get(id);
    if (node === undefined) return false;
    let [best, least] = [node, this.cost(node, node)];
    const before = least;
    for (let step = 1; step <= furthest; step++) {
      for (const dy of [-step, step]) {
        const moved = { ...node, y: node.y + dy * stepPixels };
        const cost = this.cost(moved, node);
        if (cost < least - 1) [best, least] = [moved, cost];
      }
    }
    this.boxes.set(id, best);
    return least < before - 1;
  }
}

const dotGap = 14;
const stepPixels = 6;
const furthest = 30;
/** Rounds of moving what is at fault. */
const mostRounds = 12;

/** Moves nodes up and down until nothing is wrong, or nothing gets better. */
function repair(draft: Draft): boolean {
  for (let round = 0; round < mostRounds; round++) {
    const faults = draft.faults();
    if (faults.length === 0) return true;
    const culprits = new Set(
      faults.flatMap((fault) => (fault.kind === "near" ? fault.nodes : [fault.node, ...fault.curve.ends])),
    );
    let isBetter = false;
    for (const id of culprits) if (draft.settle(id)) isBetter = true;
    if (!isBetter) return false;
  }
  return draft.faults().length === 0;
}

/** Dots for the edges that still run under something, along elk's own way round. */
function goRound(laid: ElkNode, nodes: readonly TidyNode[], edges: readonly TidyEdge[]): Tidied["dots"] {
  const draft = new Draft(nodes, edges);
  const bad = new Set(draft.faults().flatMap((fault) => (fault.kind === "under" ? [fault.curve.ends.join("\n")] : [])));
  return edges.flatMap((edge, i) => {
    if (!bad.has(`${edge.from[0]}\n${edge.to[0]}`)) return [];
    const section = laid.edges?.[i]?.sections?.[0];
    const { from, to } = draft.curve(edge);
    // Clear of the ports at both ends.
    const places = (section?.bendPoints ?? []).map(({ x, y }) => ({
      x: Math.round(Math.min(Math.max(x, from.x + dotGap), to.x - dotGap)),
      y: Math.round(y),
    }));
    return places.length === 0 ? [] : [{ to: edge.to, places }];
  });
}

/** Nodes without edges, in a row: at the top right, where an update usually has room. */
function placeLoose(loose: readonly TidyNode[], wired: readonly TidyNode[]): TidyNode[] {
  const right = Math.max(0, ...wired.map((node) => node.x + node.width));
  let x = right;
  const placed: TidyNode[] = [];
  for (const node of [...loose].reverse()) {
    x -= node.width;
    const column = wired.filter(
      (other) => other.x < x + node.width + nearest.beside && other.x + other.width + nearest.beside > x,
    );
    const top = Math.min(...column.map((other) => other.y));
    const y = column.length === 0 ? 0 : Math.min(0, top - node.height - betweenLayers);
    placed.push({ ...node, x, y });
    x -= nearest.beside + 4;
  }
  return placed;
}

/** Lays out a graph; positions begin at 0, 0. */
export async function tidyGraph(elk: ELK, nodes: readonly TidyNode[], edges: readonly TidyEdge[]): Promise<Tidied> {
  const wiredIds = new Set(edges.flatMap(({ from, to }) => [from[0], to[0]]));
  // Elk keeps the order it is given where it can: that of the eye, from top to bottom.
  const wired = nodes.filter(({ id }) => wiredIds.has(id)).sort((a, b) => a.y - b.y || a.x - b.x);
  const laid = await elk.layout(toElk(wired, edges));
  const at = new Map((laid.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x: Math.round(x), y: Math.round(y) }]));
  const placed = wired.map((node) => ({ ...node, ...at.get(node.id) }));
  const loose = nodes.filter(({ id }) => !wiredIds.has(id)).sort((a, b) => a.x - b.x);
  const draft = new Draft(placed, edges);
  const isGood = repair(draft);
  const final = isGood ? [...draft.boxes.values()] : placed;
  const all = [...final, ...placeLoose(loose, final)];
  const [left, top] = [Math.min(...all.map(({ x }) => x)), Math.min(...all.map(({ y }) => y))];
  const shift = ({ x, y }: Point): Point => ({ x: x - left, y: y - top });
  const dots = isGood ? [] : goRound(laid, placed, edges);
  return {
    positions: new Map(all.map((node) => [node.id, shift(node)])),
    dots: dots.map(({ to, places }) => ({ to, places: places.map(shift) })),
  };
}
