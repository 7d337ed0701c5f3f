/** @file React Flow's nodes, derived from the document: the same object as before wherever nothing it shows has changed. */
import type { ChainruleDocument, GraphNode, Library, NodeId } from "@chainrule/engine/analysis";
import { Position, type Node } from "reactflow";
import { countCalls } from "../nodes/member-uses";
import { viewNode, type NodeView } from "../nodes/node-view";
import type { Point } from "../overlay/edge-geometry";
import type { RegionChoice } from "../workspace/workspace";
import { placeEdges, type PlacedEdge } from "./edge-places";
import { layOut, type Laid } from "./scene-layout";
import type { Scope } from "./scopes";

/** `turn` is the one whose numbers a region shows; null shows the worst. */
export type CanvasNode = Node<
  { readonly view: NodeView; readonly scope: string; readonly turn: number | null },
  "chainrule"
>;

/** Everything drawn on the canvas. */
export interface Scene {
  readonly nodes: readonly CanvasNode[];
  readonly placed: readonly PlacedEdge[];
  readonly scopes: ReadonlyMap<string, Scope>;
  /** Inner boxes, for what is dropped into them; canvas pixels. */
  readonly boxes: readonly { readonly scope: Scope; readonly left: number; readonly top: number; readonly width: number; readonly height: number; readonly origin: Point }[]; // prettier-ignore
  /** How far a node stands from its stored place. */
  readonly shifts: ReadonlyMap<string, Point>;
  readonly stored: ReadonlyMap<string, Point>;
}

const empty: Scene = { nodes: [], placed: [], scopes: new Map(), boxes: [], shifts: new Map(), stored: new Map() };

interface KeptView {
  readonly node: GraphNode;
  readonly around: readonly unknown[];
  readonly print: string;
  readonly view: NodeView;
}

export interface SceneSource {
  readonly document: ChainruleDocument;
  readonly stage: Scope | null;
  readonly regions: ReadonlyMap<string, RegionChoice>;
  /** The scope that the selection is in. */
  readonly focus: string;
  readonly selection: ReadonlySet<NodeId>;
  /** Grows when widths must be measured again. */
  readonly fonts: number;
  /** While nodes are dragged nothing makes room for anything. */
  readonly isDragging: boolean;
}

/** Everything of the document besides a node itself that its view depends on. */
function surroundings(document: ChainruleDocument, scope: Scope, fonts: number): readonly unknown[] {
  const graph = document.graphs[scope.graph];
  const shared = countCalls(document);
  const graphs = Object.keys(document.graphs).length;
  return [graph?.edges, graph?.members, graph?.effects, document.functions, graphs, shared, fonts];
}

function toFlow(
  key: string,
  view: NodeView,
  x: number,
  y: number,
  scope: Scope,
  turn: number | null,
  selected: boolean,
): CanvasNode {
  return {
    id: key,
    type: "chainrule",
    position: { x, y },
    data: { view, scope: scope.key, turn },
    width: view.width,
    height: view.height,
    // Known before the page has measured anything, so that a node can be dragged at once.
    measured: { width: view.width, height: view.height },
    selected,
    draggable: view.form !== "terminal" && view.node.flags?.pinned !== true,
    zIndex: scope.steps.length,
    handles: view.ports.map((port) => ({
      id: port.name,
      type: port.side === "input" ? ("target" as const) : ("source" as const),
      position: port.side === "input" ? Position.Left : Position.Right,
      x: port.side === "input" ? -5 : view.width - 5,
      y: port.y - 5,
      width: 10,
      height: 10,
    })),
  };
}

/** Derives the scene again and again, keeping identities so that React draws only what changed. */
export class NodeDerivation {
  private views = new Map<string, KeptView>();
  private flows = new Map<string, CanvasNode>();
  private last: Scene = empty;
  private lastStage: string | null = null;

  constructor(private readonly library: Library) {}

  derive(source: SceneSource): Scene {
    const { document, stage } = source;
    if (stage === null || document.graphs[stage.graph] === undefined) return empty;
    const isSameStage = stage.graph === this.lastStage;
    if (!isSameStage) this.flows = new Map();
    this.lastStage = stage.graph;
    const shifts = isSameStage ? this.last.shifts : empty.shifts;
    const laid = layOut(stage, {
      document,
      regions: source.regions,
      view: (scope, id, node) => this.viewOf(source, scope, id, node),
      shift: (key) => (source.isDragging ? (shifts.get(key) ?? null) : null),
    });
    this.last = this.collect(source, laid);
    return this.last;
  }

  private collect(source: SceneSource, stage: Laid): Scene {
    const flows = new Map<string, CanvasNode>();
    const scopes = new Map<string, Scope>();
    const shifts = new Map<string, Point>();
    const stored = new Map<string, Point>();
    const placed: PlacedEdge[] = [];
    const boxes: Scene["boxes"][number][] = [];
    const visit = ({ scope, items, width, height }: Laid, left: number, top: number): void => {
      scopes.set(scope.key, scope);
      const here = new Map<NodeId, CanvasNode>();
      const first = items.find((item) => item.view.form !== "terminal");
      const origin = first === undefined ? { x: left, y: top } : { x: left + first.x - first.node.position.x, y: top + first.y - first.node.position.y }; // prettier-ignore
      if (scope.steps.length > 0) boxes.push({ scope, left, top, width, height, origin });
      for (const item of items) {
        const key = scope.key + item.id;
        const [x, y] = [left + item.x, top + item.y];
        shifts.set(key, { x: item.x - item.node.position.x, y: item.y - item.node.position.y });
        stored.set(key, item.node.position);
        const isSelected = scope.key === source.focus && source.selection.has(item.id);
        const turn = item.inner === null ? null : (source.regions.get(`${key}/`)?.turn ?? null);
        const flow = this.keep(toFlow(key, item.view, x, y, scope, turn, isSelected));
        flows.set(key, flow);
        here.set(item.id, flow);
        if (item.inner !== null) visit(item.inner, x, y);
      }
      placed.push(...placeEdges(source.document.graphs[scope.graph]?.edges ?? [], here, scope));
    };
    visit(stage, 0, 0);
    this.flows = flows;
    for (const key of this.views.keys()) if (!flows.has(key)) this.views.delete(key);
    const nodes = [...flows.values()];
    const isSameList = nodes.length === this.last.nodes.length && nodes.every((n, i) => n === this.last.nodes[i]);
    return { nodes: isSameList ? this.last.nodes : nodes, placed, scopes, boxes, shifts, stored };
  }

  /** The node of the last time where it says the same. */
  private keep(next: CanvasNode): CanvasNode {
    const old = this.flows.get(next.id);
    if (old === undefined) return next;
    const { view, turn } = next.data;
    const isSameBox =
      old.data.view === view || JSON.stringify({ ...old.data.view, node: 0 }) === JSON.stringify({ ...view, node: 0 });
    // A flag or name changes what the node's component reads of the document's own node.
    const isSameNode = old.data.view.node.flags === view.node.flags && old.data.view.node.name === view.node.name;
    const isSameData = isSameBox && isSameNode && old.data.turn === turn;
    const isSamePlace = old.position.x === next.position.x && old.position.y === next.position.y;
    if (isSameData && isSamePlace && old.selected === next.selected) return old;
    return isSameData ? { ...old, position: next.position, selected: next.selected ?? false } : next;
  }

  private viewOf(source: SceneSource, scope: Scope, id: NodeId, node: GraphNode): NodeView {
    const key = scope.key + id;
    const around = surroundings(source.document, scope, source.fonts);
    const old = this.views.get(key);
    const isSameAround = old !== undefined && around.every((part, i) => part === old.around[i]);
    if (old !== undefined && old.node === node && isSameAround && old.view.graph === scope.graph) return old.view;
    const view = viewNode(source.document, scope.graph, id, node, this.library);
    const print = JSON.stringify({ ...view, node: undefined, flags: node.flags, name: node.name });
    // Only the position changed: the node's own component sees the same view and does not draw again.
    const kept = old !== undefined && old.print === print ? old.view : view;
    this.views.set(key, { node, around, print, view: kept });
    return kept;
  }
}
