/** @file The check that edges meet the ports of their nodes, and that every port which needs an edge has one. */
import type { ChainruleDocument, NodeId } from "../document/document";
import { nodeLabel } from "../document/labels";
import type { Library } from "../document/library";
import { portsOf } from "../document/ports";
import type { Report } from "./report";
import type { Scope } from "./scope";
import { resolveTarget, resolveTargets } from "./targets";

/** Port names; `required` must be wired. */
interface PortNames {
  readonly inputs: readonly string[];
  readonly required: readonly string[];
  readonly outputs: readonly string[];
}

export interface PortCheck {
  readonly document: ChainruleDocument;
  readonly root: Scope;
  readonly library: Library;
  readonly report: Report;
}

/** What the gradients of a backward may be called: its targets as written, or the state they stand for. */
function gradientNames(root: Scope, scope: Scope, targets: "all" | readonly string[]): readonly string[] {
  if (targets === "all") return resolveTargets("all", scope, root).map(({ name }) => name);
  const states = targets.flatMap((name) => resolveTarget(name, scope, root) ?? []);
  return [...targets, ...states.map(({ slot }) => slot.name)];
}

/** The ports of a node, or null where what it is made of is missing. */
function portNames({ document, root, library }: PortCheck, scope: Scope, id: NodeId): PortNames | null {
  const { plan } = scope;
  const node = plan.graph.nodes[id];
  if (!node) return null;
  const ports = portsOf(document, plan.id, node, library);
  const written = plan.ops.get(id);
  const inputs = ports.inputs.map(({ name }) => name);
  const required = ports.inputs.filter((port) => port.required && !written?.numbers.has(port.name));
  const names = { inputs, required: required.map(({ name }) => name), outputs: ports.outputs };
  if (node.kind === "effect" && node.effect.kind === "backward") {
    return { ...names, outputs: gradientNames(root, scope, node.effect.targets ?? "all") };
  }
  const takesOp = node.kind === "op" || (node.kind === "effect" && node.effect.kind === "inPlace");
  return ports.open || (takesOp && !written) ? null : names;
}

/** Notes edges that end at ports which are not there, and ports without the edge they need. */
export function checkPorts(check: PortCheck, scope: Scope): void {
  const { library, report } = check;
  const { plan } = scope;
  const known = new Map<NodeId, PortNames | null>();
  const namesOf = (id: NodeId): PortNames | null => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const made = portNames(check, scope, id);
    known.set(id, made);
    return made;
  };
  for (const [id, node] of Object.entries(plan.graph.nodes)) {
    const found = namesOf(id);
    const incoming = plan.incoming.get(id);
    const where = nodeLabel(node, plan.visible, library);
    const muted = node.flags?.muted === true;
    for (const port of found?.required ?? []) {
      if (!incoming?.has(port) && !muted)
        report.refuse({ graph: plan.id, node: id, port }, where, "port.unwired", { port });
    }
    for (const [port, edge] of incoming ?? []) {
      if (found && !found.inputs.includes(port)) {
        const parameters = { port, known: found.inputs.join(", ") || "none" };
        report.refuse({ graph: plan.id, node: id, port }, where, "port.unknown", parameters);
      }
      const [from, fromPort] = edge.from;
      const source = namesOf(from);
      const sourceNode = plan.graph.nodes[from];
      if (!source || !sourceNode || source.outputs.includes(fromPort)) continue;
      const parameters = { port: fromPort, known: source.outputs.join(", ") || "none" };
      const place = { graph: plan.id, node: from, port: fromPort };
      report.refuse(place, nodeLabel(sourceNode, plan.visible, library), "port.unknown", parameters);
    }
  }
}
