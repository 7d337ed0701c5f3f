/** @file How the nodes of one graph hang together: inputs, uses, and which effects a value comes after. */
import type { Graph, GraphNode, NodeId, PortAddress } from "../../document/document";
import { orderNodes } from "../../document/node-order";

function address(node: string, port: string): string {
  return `${node}\n${port}`;
}

/** A node with its id. */
export type PlacedNode = GraphNode & { readonly id: NodeId };

export class Wiring {
  readonly nodes: readonly PlacedNode[];
  private readonly byId: ReadonlyMap<string, PlacedNode>;
  private readonly sources = new Map<string, PortAddress>();
  private readonly users = new Map<string, PlacedNode[]>();
  private readonly stages = new Map<string, number>();
  /** The nodes that draw in each step, as the engine runs them; the next one never before the one before it. */
  private readonly drawing: readonly PlacedNode[];

  constructor(
    readonly graph: Graph,
    draws: (node: GraphNode) => boolean,
  ) {
    this.nodes = Object.entries(graph.nodes).map(([id, node]) => ({ ...node, id }));
    this.byId = new Map(this.nodes.map((node) => [node.id, node]));
    for (const { from, to } of graph.edges) {
      const user = this.byId.get(to[0]);
      if (!user || !this.byId.has(from[0])) continue;
      this.sources.set(address(...to), from);
      const users = this.users.get(address(...from));
      if (users) users.push(user);
      else this.users.set(address(...from), [user]);
    }
    const order = orderNodes(
      graph,
      (id) => this.inputs(id).map(([source]) => source),
      () => undefined,
    );
    this.drawing = order.flatMap((id) => this.byId.get(id) ?? []).filter(draws);
  }

  /** Whether a node draws beside others of its graph, so that it has to keep its place among them. */
  drawsInTurn(id: string): boolean {
    return this.drawing.length > 1 && this.drawing.some((node) => node.id === id);
  }

  /** The node that draws just before this one does. */
  previousDraw(id: string): PlacedNode | undefined {
    const place = this.drawing.findIndex((node) => node.id === id);
    return place > 0 ? this.drawing[place - 1] : undefined;
  }

  node(id: string): PlacedNode | undefined {
    return this.byId.get(id);
  }

  /** What is wired to an input port. */
  source(node: string, port: string): PortAddress | undefined {
    return this.sources.get(address(node, port));
  }

  /** Everything wired into a node. */
  inputs(node: string): readonly PortAddress[] {
    return this.graph.edges
      .filter((edge) => edge.to[0] === node && this.byId.has(edge.from[0]))
      .map((edge) => edge.from);
  }

  /** Output ports of a node that something is wired to, each once. */
  outputs(node: string): readonly string[] {
    return [...new Set(this.graph.edges.flatMap((edge) => (edge.from[0] === node ? [edge.from[1]] : [])))];
  }

  /** The nodes that use an output, once for each edge. */
  usersOf(node: string, port: string): readonly PlacedNode[] {
    return this.users.get(address(node, port)) ?? [];
  }

  /** The position in `effects` of the last effect a node's value comes after; −1 before them all. */
  stage(id: string): number {
    const known = this.stages.get(id);
    if (known !== undefined) return known;
    this.stages.set(id, -1);
    const own = this.graph.effects.indexOf(id);
    const previous = this.previousDraw(id);
    const before = [...this.inputs(id).map(([source]) => source), ...(previous ? [previous.id] : [])].map((source) =>
      this.stage(source),
    );
    const stage = Math.max(own, -1, ...before);
    this.stages.set(id, stage);
    return stage;
  }

  /** True where `holds` does for the node or for anything it is computed from. */
  dependsOn(id: string, holds: (node: PlacedNode) => boolean): boolean {
    const seen = new Set<string>();
    const stack = [id];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      const node = this.byId.get(next);
      if (node && holds(node)) return true;
      stack.push(...this.inputs(next).map(([source]) => source));
    }
    return false;
  }
}
