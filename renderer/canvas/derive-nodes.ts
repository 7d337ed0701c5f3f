/** @file React Flow's nodes, derived from the document: the same object as before wherever nothing it shows has changed. */
import type { ChainruleDocument, GraphId, GraphNode, Library, NodeId } from "@chainrule/engine/analysis";
import type { Node } from "reactflow";
import { viewNode, type NodeView } from "../nodes/node-view";

export type CanvasNode = Node<{ readonly view: NodeView }, "chainrule">;

interface Kept {
  readonly node: GraphNode;
  readonly flow: CanvasNode;
  /** What the view was made of, to see whether a change around the node touches it. */
  readonly print: string;
}

/** Everything of the document besides a node itself that its view depends on. */
interface Surroundings {
  readonly edges: unknown;
  readonly members: unknown;
  readonly effects: unknown;
  readonly functions: unknown;
  readonly graphs: number;
  readonly fonts: number;
}

function toFlow(view: NodeView, selected: boolean): CanvasNode {
  return {
    id: view.id,
    type: "chainrule",
    position: view.node.position,
    data: { view },
    width: view.width,
    height: view.height,
    selected,
    handles: view.ports.map((port) => ({
      id: port.name,
      type: port.side === "input" ? ("target" as const) : ("source" as const),
      position: (port.side === "input" ? "left" : "right") as never,
      x: port.side === "input" ? -5 : view.width - 5,
      y: port.y - 5,
      width: 10,
      height: 10,
    })),
  };
}

/** Derives one graph's nodes again and again, keeping identities so that React draws only what changed. */
export class NodeDerivation {
  private graph: GraphId | null = null;
  private kept = new Map<NodeId, Kept>();
  private around: Surroundings | null = null;
  private list: readonly CanvasNode[] = [];

  constructor(private readonly library: Library) {}

  /** `fonts` grows when widths must be measured again. */
  derive(
    document: ChainruleDocument,
    graphId: GraphId,
    selection: ReadonlySet<NodeId>,
    fonts: number,
  ): readonly CanvasNode[] {
    const graph = document.graphs[graphId];
    if (graph === undefined) return [];
    const around: Surroundings = {
      edges: graph.edges,
      members: graph.members,
      effects: graph.effects,
      functions: document.functions,
      graphs: Object.keys(document.graphs).length,
      fonts,
    };
    const before = this.graph === graphId ? this.kept : new Map<NodeId, Kept>();
    const isSameAround =
      this.around !== null &&
      (Object.keys(around) as (keyof Surroundings)[]).every((key) => this.around?.[key] === around[key]);
    const kept = new Map<NodeId, Kept>();
    const list: CanvasNode[] = [];
    for (const [id, node] of Object.entries(graph.nodes)) {
      const old = before.get(id);
      const entry =
        old !== undefined && old.node === node && isSameAround ? old : this.renew(document, graphId, id, node, old);
      const selected = selection.has(id);
      const flow = entry.flow.selected === selected ? entry.flow : { ...entry.flow, selected };
      kept.set(id, flow === entry.flow ? entry : { ...entry, flow });
      list.push(flow);
    }
    this.graph = graphId;
    this.kept = kept;
    this.around = around;
    const isSameList = list.length === this.list.length && list.every((flow, i) => flow === this.list[i]);
    if (!isSameList) this.list = list;
    return this.list;
  }

  private renew(document: ChainruleDocument, graph: GraphId, id: NodeId, node: GraphNode, old: Kept | undefined): Kept {
    const view = viewNode(document, graph, id, node, this.library);
    const print = JSON.stringify({ ...view, node: undefined, flags: node.flags, name: node.name });
    if (old !== undefined && old.print === print) {
      // Only the position changed: the node's own component sees the same view and does not draw again.
      const flow = { ...old.flow, position: node.position };
      return { node, print, flow };
    }
    return { node, print, flow: toFlow(view, old?.flow.selected ?? false) };
  }
}
