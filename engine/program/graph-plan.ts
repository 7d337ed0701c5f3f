/** @file GraphPlan: a graph of the document ordered once, its edges indexed, its formulas and attributes parsed. */
import type {
  ChainruleDocument,
  Edge,
  Graph,
  GraphId,
  GraphNode,
  Member,
  MemberId,
  NodeId,
} from "../document/document";
import { parseFormula, type Formula } from "../document/formula";
import { nodeLabel } from "../document/labels";
import { orderNodes } from "../document/node-order";
import { own, visibleMembers, type Library } from "../document/library";
import type { DiagnosticCode, DiagnosticParameters } from "../ir/diagnostic";
import { Refusal } from "../ir/refusal";
import { readWritten, type WrittenOp } from "../document/written-op";
import type { Report } from "./report";

export interface GraphPlan {
  readonly id: GraphId;
  readonly graph: Graph;
  /** Its own members and those of the graphs around it. */
  readonly visible: ReadonlyMap<MemberId, Member>;
  /** Every node after what it reads, effects in their listed order; those of a cycle are left out. */
  readonly order: readonly NodeId[];
  /** The edge into each wired port. */
  readonly incoming: ReadonlyMap<NodeId, ReadonlyMap<string, Edge>>;
  readonly ops: ReadonlyMap<NodeId, WrittenOp>;
  readonly formulas: ReadonlyMap<NodeId, Formula>;
}

class Planner {
  private readonly incoming = new Map<NodeId, Map<string, Edge>>();
  private readonly ops = new Map<NodeId, WrittenOp>();
  private readonly formulas = new Map<NodeId, Formula>();
  private readonly graph: Graph;

  constructor(
    private readonly id: GraphId,
    graph: Graph,
    private readonly visible: ReadonlyMap<MemberId, Member>,
    private readonly library: Library,
    private readonly report: Report,
  ) {
    this.graph = graph;
  }

  plan(): GraphPlan {
    for (const edge of this.graph.edges) this.indexEdge(edge);
    for (const [nodeId, node] of Object.entries(this.graph.nodes)) this.readNode(nodeId, node);
    const { id, graph, visible, incoming, ops, formulas } = this;
    return { id, graph, visible, order: this.sort(), incoming, ops, formulas };
  }

  private refuse(node: NodeId | null, code: DiagnosticCode, parameters: DiagnosticParameters, port?: string): void {
    const found = node === null ? undefined : own(this.graph.nodes, node);
    const where = found ? nodeLabel(found, this.visible, this.library) : `graph "${this.graph.name}"`;
    const place = { graph: this.id, ...(node === null ? {} : { node }), ...(port === undefined ? {} : { port }) };
    this.report.refuse(place, where, code, parameters);
  }

  private indexEdge(edge: Edge): void {
    const [from, fromPort] = edge.from;
    const [to, toPort] = edge.to;
    if (!own(this.graph.nodes, from) || !own(this.graph.nodes, to)) {
      this.refuse(null, "edge.dangling", { from: `${from}.${fromPort}`, to: `${to}.${toPort}` });
      return;
    }
    const ports = this.incoming.get(to) ?? new Map<string, Edge>();
    if (ports.has(toPort)) this.refuse(to, "port.twice", { port: toPort }, toPort);
    else ports.set(toPort, edge);
    this.incoming.set(to, ports);
  }

  private readNode(id: NodeId, node: GraphNode): void {
    try {
      if (node.kind === "op") this.readOp(id, node.op, node.attrs);
      else if (node.kind === "expression") this.formulas.set(id, parseFormula(node.formula));
      else if (node.kind === "unknown") this.refuse(id, "node.unknown", {});
      else if (node.kind === "effect") {
        const { effect } = node;
        if (effect.kind === "inPlace") this.readOp(id, effect.op, effect.attrs);
        if (effect.kind === "update") this.formulas.set(id, parseFormula(effect.formula));
        if (!this.graph.effects.includes(id)) this.refuse(id, "effect.unlisted", {});
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refuse(id, error.code, error.parameters);
    }
  }

  private readOp(id: NodeId, name: string, written: Readonly<Record<string, unknown>>): void {
    const op = this.library.op(name);
    if (!op) return this.refuse(id, "op.unknown", { op: name });
    this.ops.set(id, readWritten(op, written));
  }

  private sort(): NodeId[] {
    const sources = (id: NodeId): NodeId[] => [...(this.incoming.get(id)?.values() ?? [])].map((edge) => edge.from[0]);
    return orderNodes(this.graph, sources, (cycle, before) => this.refuseCycle(cycle, before));
  }

  private refuseCycle(cycle: readonly NodeId[], before: ReadonlyMap<NodeId, NodeId>): void {
    const names = cycle.map((id) => own(this.graph.nodes, id)?.name ?? id);
    const byOrder = cycle.some((id, i) => {
      const next = cycle[(i + 1) % cycle.length];
      const wired = [...(this.incoming.get(id)?.values() ?? [])].some((edge) => edge.from[0] === next);
      return !wired && before.get(id) === next;
    });
    const nodes = names.slice(0, 12).join(" ← ") + (names.length > 12 ? " ← …" : "");
    this.refuse(cycle[0] ?? null, byOrder ? "effect.order" : "graph.cycle", { nodes });
  }
}

/** Plans of every graph of a document; what is wrong within a graph goes to the report. */
export function planGraphs(
  document: ChainruleDocument,
  library: Library,
  report: Report,
): ReadonlyMap<GraphId, GraphPlan> {
  const plans = new Map<GraphId, GraphPlan>();
  for (const [id, graph] of Object.entries(document.graphs)) {
    plans.set(id, new Planner(id, graph, visibleMembers(document, id), library, report).plan());
  }
  return plans;
}
