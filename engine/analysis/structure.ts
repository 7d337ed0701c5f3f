/** @file Checks of one graph that need no types: names, wires, order of draws and effects, members. */
import type { ChainruleDocument, Graph, GraphId, GraphNode, Member } from "../document/document";
import { memberKind, own, type Library } from "../document/library";
import { isIdentifier, uniqueName } from "../document/names";
import { portsOf, type NodePorts } from "../document/ports";
import { parseAttributes, type AttributeSpec } from "../ir/attribute";
import type { Fix } from "../ir/diagnostic";
import { Refusal } from "../ir/refusal";
import type { Findings } from "./findings";
import { indexGraph } from "./graph-index";
import { statesOf } from "./states";

/** What the checks of one graph look at. */
interface Subject {
  readonly document: ChainruleDocument;
  readonly id: GraphId;
  readonly graph: Graph;
  readonly library: Library;
  readonly findings: Findings;
}

/** Reports what is wrong with the structure of a graph. `needed` are nodes that something depends on. */
export function checkStructure(subject: Subject, needed: ReadonlySet<string>): void {
  checkNames(subject, "nodes");
  checkNames(subject, "members");
  checkWires(subject, needed);
  checkCycles(subject);
  checkDraws(subject);
  checkEffects(subject);
  for (const [id, member] of Object.entries(subject.graph.members)) checkMember(subject, id, member);
}

function checkNames({ id, graph, findings }: Subject, side: "nodes" | "members"): void {
  const taken = new Set<string>();
  for (const [record, { name }] of Object.entries(graph[side])) {
    const invalid = !isIdentifier(name);
    if (invalid || taken.has(name)) {
      const free = uniqueName(name, {
        has: (candidate) => taken.has(candidate) || namesOf(graph[side]).has(candidate),
      });
      const edit =
        side === "nodes"
          ? ({ kind: "renameNode", node: record, name: free } as const)
          : ({ kind: "renameMember", member: record, name: free } as const);
      const fixes: Fix[] = [{ title: `Rename to ${free}`, edit }];
      const finding = { code: invalid ? "name.invalid" : "name.taken", parameters: { name }, fixes } as const;
      if (side === "nodes") findings.atNode(id, record, finding);
      else findings.atMember(id, record, finding);
    }
    taken.add(name);
  }
}

function namesOf(records: Readonly<Record<string, { readonly name: string }>>): ReadonlySet<string> {
  return new Set(Object.values(records).map((record) => record.name));
}

function checkWires(subject: Subject, needed: ReadonlySet<string>): void {
  const { document, id, graph, library, findings } = subject;
  const known = new Map<string, NodePorts>();
  const ports = (nodeId: string, node: GraphNode) => {
    const found = known.get(nodeId) ?? portsOf(document, id, node, library);
    known.set(nodeId, found);
    return found;
  };
  const taken = new Set<string>();
  for (const { from, to } of graph.edges) {
    const [source, target] = [own(graph.nodes, from[0]), own(graph.nodes, to[0])];
    const fixes: Fix[] = [{ title: "Remove the edge", edit: { kind: "removeEdge", to } }];
    const place = { edge: to, port: to[1] };
    if (!source || !target) {
      const parameters = { from: from.join("."), to: to.join(".") };
      findings.add({ graph: id, edge: to }, `graph "${graph.name}"`, { code: "edge.dangling", parameters, fixes });
      continue;
    }
    const key = JSON.stringify(to);
    if (taken.has(key)) findings.atNode(id, to[0], { code: "port.twice", parameters: { port: to[1] }, fixes }, place);
    taken.add(key);
    const inputs = ports(to[0], target);
    const outputs = ports(from[0], source);
    if (!inputs.open && !inputs.inputs.some((port) => port.name === to[1])) {
      const names = inputs.inputs.map((port) => port.name).join(", ") || "none";
      findings.atNode(id, to[0], { code: "port.unknown", parameters: { port: to[1], known: names }, fixes }, place);
    } else if (!outputs.open && !outputs.outputs.includes(from[1])) {
      const names = outputs.outputs.join(", ") || "none";
      findings.atNode(id, from[0], { code: "port.unknown", parameters: { port: from[1], known: names }, fixes }, place);
    }
  }
  const { incoming } = indexGraph(graph);
  for (const [nodeId, node] of Object.entries(graph.nodes)) {
    if (node.flags?.muted) continue;
    for (const port of ports(nodeId, node).inputs) {
      if (!port.required || incoming.get(nodeId)?.has(port.name)) continue;
      if (port.scalar && isWritten(node, port.name)) continue;
      const severity = needed.has(nodeId) ? "error" : "warning";
      const finding = { code: "operand.missing", parameters: { operand: port.name }, severity } as const;
      findings.atNode(id, nodeId, finding, { port: port.name });
    }
  }
}

function isWritten(node: GraphNode, port: string): boolean {
  const attrs =
    node.kind === "op" ? node.attrs : node.kind === "effect" && node.effect.kind === "inPlace" ? node.effect.attrs : {};
  return (own(attrs, port) ?? null) !== null;
}

function checkCycles({ id, graph, findings }: Subject): void {
  for (const cycle of indexGraph(graph).cycles) {
    const names = cycle.map((edge) => own(graph.nodes, edge.from[0])?.name ?? edge.from[0]);
    const nodes = names.slice(0, 8).join(", ") + (names.length > 8 ? ", …" : "");
    const closing = cycle.at(-1);
    if (!closing) continue;
    const edit = { kind: "removeEdge", to: closing.to } as const;
    const fixes: Fix[] = [{ title: `Remove the edge into ${own(graph.nodes, closing.to[0])?.name ?? "it"}`, edit }];
    findings.atNode(id, closing.to[0], { code: "graph.cycle", parameters: { nodes }, fixes }, { edge: closing.to });
  }
}

function checkDraws({ document, id, graph, library, findings }: Subject): void {
  const listed = new Set(graph.draws);
  for (const [nodeId, node] of Object.entries(graph.nodes)) {
    const compute = node.kind === "op" ? library.op(node.op)?.rules.compute : undefined;
    if (node.kind !== "op" || compute?.kind !== "random") continue;
    if (node.draw === "each step") {
      if (compute.onceOnly) findings.atNode(id, nodeId, { code: "random.drawnOnce", parameters: { op: node.op } });
      continue;
    }
    if (listed.has(nodeId)) continue;
    findings.atNode(id, nodeId, { code: "draws.missing", fixes: [appendDraw(nodeId)] });
  }
  for (const [memberId, member] of Object.entries(graph.members)) {
    if (listed.has(memberId) || !draws(document, member, library, [])) continue;
    findings.atMember(id, memberId, { code: "draws.missing", fixes: [appendDraw(memberId)] });
  }
}

function appendDraw(id: string): Fix {
  return { title: "Draw it last", edit: { kind: "appendDraw", id } };
}

/** True for a member that draws random numbers when it is made. */
function draws(document: ChainruleDocument, member: Member, library: Library, around: readonly string[]): boolean {
  const kind = memberKind(member, library);
  if (kind.kind === "parameter" || kind.kind === "buffer") {
    return ["randn", "rand", "uniform"].includes(member.init?.kind ?? "");
  }
  if (kind.kind === "module" && member.children) {
    return around.length < 50 && member.children.some((child) => draws(document, child, library, [...around, ""]));
  }
  if (kind.kind === "graph") {
    const inner = own(document.graphs, kind.graph);
    if (!inner || around.includes(kind.graph)) return false;
    const nested = Object.values(inner.members);
    return nested.some((each) => draws(document, each, library, [...around, kind.graph]));
  }
  if (kind.kind !== "module") return false;
  try {
    return statesOf(document, member, library).some((state) => state.learns);
  } catch {
    return false;
  }
}

function checkEffects({ id, graph, findings }: Subject): void {
  const place = new Map(graph.effects.map((effect, i) => [effect, i]));
  for (const [nodeId, node] of Object.entries(graph.nodes)) {
    if (node.kind !== "effect" || place.has(nodeId)) continue;
    const fixes: Fix[] = [{ title: "Let it happen last", edit: { kind: "appendEffect", node: nodeId } }];
    findings.atNode(id, nodeId, { code: "effect.unlisted", fixes });
  }
  // The latest effect that each node depends on; nodes of a cycle are reported as such.
  const { order, incoming } = indexGraph(graph);
  const latest = new Map<string, string>();
  for (const nodeId of order) {
    let last: string | undefined;
    for (const edge of incoming.get(nodeId)?.values() ?? []) {
      const from = edge.from[0];
      const effect = place.has(from) ? from : latest.get(from);
      if (effect !== undefined && (place.get(effect) ?? 0) >= (last === undefined ? -1 : (place.get(last) ?? 0)))
        last = effect;
    }
    if (last === undefined) continue;
    latest.set(nodeId, last);
    const mine = place.get(nodeId);
    if (mine === undefined || mine > (place.get(last) ?? 0)) continue;
    const later = own(graph.nodes, last)?.name ?? last;
    const fixes: Fix[] = [{ title: `Move it after ${later}`, edit: { kind: "moveEffect", node: nodeId, after: last } }];
    findings.atNode(id, nodeId, {
      code: "effect.order",
      parameters: { nodes: `${own(graph.nodes, nodeId)?.name ?? nodeId} ← ${later}` },
      fixes,
    });
  }
}

function checkMember(subject: Subject, id: string, member: Member): void {
  const { document, library, findings } = subject;
  const kind = memberKind(member, library);
  try {
    if (kind.kind === "optimizer") {
      const { parameters: _, ...written } = member.attrs;
      kind.optimizer.state(parseAttributes(kind.optimizer.attributes, written));
    } else statesOf(document, member, library, [subject.id]);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const attribute = String(error.parameters["attribute"] ?? "");
    const specs: Readonly<Record<string, AttributeSpec<unknown>>> =
      kind.kind === "module" ? kind.module.attributes : kind.kind === "optimizer" ? kind.optimizer.attributes : {};
    const spec = own(specs, attribute);
    const written = Object.hasOwn(member.attrs, attribute);
    const fixes: Fix[] =
      written && (!spec || "default" in spec)
        ? [
            {
              title: `${spec ? "Reset" : "Remove"} ${attribute}`,
              edit: { kind: "removeMemberAttribute", member: id, attribute },
            },
          ]
        : [];
    findings.atMember(subject.id, id, { code: error.code, parameters: error.parameters, fixes });
  }
}
