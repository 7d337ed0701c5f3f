/** @file applyFix: a diagnostic's one-click repair as an edit of the document. */
import type { FixEdit } from "../ir/diagnostic";
import type { ChainruleDocument, Graph, GraphId, GraphNode, Member } from "./document";
import { graphsAround, own } from "./library";
import { uniqueName } from "./names";

/** The document after the edit, in the graph that the diagnostic points into; unchanged where the edit finds nothing. */
export function applyFix(document: ChainruleDocument, graphId: GraphId, edit: FixEdit): ChainruleDocument {
  const owner = "member" in edit ? ownerOf(document, graphId, edit.member) : graphId;
  const graph = own(document.graphs, owner);
  if (!graph) return document;
  const changed = edited(graph, edit);
  return changed === graph ? document : { ...document, graphs: { ...document.graphs, [owner]: changed } };
}

/** The graph that owns a member: this one, or one around it. */
function ownerOf(document: ChainruleDocument, graphId: GraphId, member: string): GraphId {
  const graphs = [graphId, ...graphsAround(document, graphId)];
  return graphs.find((id) => own(own(document.graphs, id)?.members ?? {}, member)) ?? graphId;
}

function edited(graph: Graph, edit: FixEdit): Graph {
  switch (edit.kind) {
    case "setAttribute":
      return changeNode(graph, edit.node, (node) => withAttribute(node, edit.attribute, edit.value));
    case "removeAttribute":
      return changeNode(graph, edit.node, (node) => withAttribute(node, edit.attribute, undefined));
    case "setMemberAttribute":
      return changeMember(graph, edit.member, (member) => ({
        ...member,
        attrs: { ...member.attrs, [edit.attribute]: edit.value },
      }));
    case "removeMemberAttribute":
      return changeMember(graph, edit.member, (member) => ({
        ...member,
        attrs: without(member.attrs, edit.attribute),
      }));
    case "setOp":
      return changeNode(graph, edit.node, (node) => (node.kind === "op" ? { ...node, op: edit.op } : node));
    case "renameNode":
      return changeNode(graph, edit.node, (node) => ({ ...node, name: edit.name }));
    case "renameMember":
      return changeMember(graph, edit.member, (member) => ({ ...member, name: edit.name }));
    case "removeNode":
      return {
        ...graph,
        nodes: without(graph.nodes, edit.node),
        edges: graph.edges.filter((edge) => edge.from[0] !== edit.node && edge.to[0] !== edit.node),
        draws: graph.draws.filter((id) => id !== edit.node),
        effects: graph.effects.filter((id) => id !== edit.node),
      };
    case "removeEdge": {
      // The last edge into the port: where there are two, the first one is in force.
      const last = graph.edges.filter((edge) => isInput(edge.to, edit.to)).at(-1);
      return last === undefined ? graph : { ...graph, edges: graph.edges.filter((edge) => edge !== last) };
    }
    case "insertOnEdge":
      return insertOnEdge(graph, edit.to, edit.op, edit.attributes);
    case "appendDraw":
      return { ...graph, draws: [...graph.draws.filter((id) => id !== edit.id), edit.id] };
    case "appendEffect":
      return { ...graph, effects: [...graph.effects.filter((id) => id !== edit.node), edit.node] };
    case "moveEffect":
      return {
        ...graph,
        effects: graph.effects
          .filter((id) => id !== edit.node)
          .flatMap((id) => (id === edit.after ? [id, edit.node] : [id])),
      };
  }
}

function isInput(a: readonly [string, string], b: readonly [string, string]): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}

function changeNode(graph: Graph, id: string, change: (node: GraphNode) => GraphNode): Graph {
  const node = own(graph.nodes, id);
  return node ? { ...graph, nodes: { ...graph.nodes, [id]: change(node) } } : graph;
}

function changeMember(graph: Graph, id: string, change: (member: Member) => Member): Graph {
  const member = own(graph.members, id);
  return member ? { ...graph, members: { ...graph.members, [id]: change(member) } } : graph;
}

/** The attribute of an op, or of an effect: undefined takes it away. */
function withAttribute(node: GraphNode, name: string, value: unknown): GraphNode {
  const set = (attrs: Readonly<Record<string, unknown>>) =>
    value === undefined ? without(attrs, name) : { ...attrs, [name]: value };
  if (node.kind === "op") return { ...node, attrs: set(node.attrs) };
  if (node.kind !== "effect") return node;
  const { effect } = node;
  if (effect.kind === "inPlace") return { ...node, effect: { ...effect, attrs: set(effect.attrs) } };
  if (effect.kind === "backward" && name === "retainGraph") {
    return { ...node, effect: { ...effect, retainGraph: value === true } };
  }
  return node;
}

function insertOnEdge(
  graph: Graph,
  to: readonly [string, string],
  op: string,
  attrs: Readonly<Record<string, unknown>>,
): Graph {
  const edge = graph.edges.find((each) => isInput(each.to, to));
  const [before, after] = [edge && own(graph.nodes, edge.from[0]), own(graph.nodes, to[0])];
  if (!edge || !before || !after) return graph;
  const names = new Set(Object.values(graph.nodes).map((node) => node.name));
  const id = uniqueName(op, { has: (name) => Object.hasOwn(graph.nodes, name) || Object.hasOwn(graph.members, name) });
  const middle = (axis: "x" | "y") => Math.round((before.position[axis] + after.position[axis]) / 40) * 20;
  const node: GraphNode = {
    kind: "op",
    name: uniqueName(op, names),
    op,
    attrs,
    position: { x: middle("x"), y: middle("y") },
  };
  return {
    ...graph,
    nodes: { ...graph.nodes, [id]: node },
    edges: [
      ...graph.edges.filter((each) => each !== edge),
      { from: edge.from, to: [id, "input"] },
      { from: [id, "out"], to: edge.to },
    ],
  };
}
