/** @file The ports of a node as a program sees them, and the check that edges meet them. */
import type { NodeId } from "../document/document";
import { freeNames } from "../document/formula";
import type { Library } from "../document/library";
import { wiredNames } from "./graph-plan";
import { nodeLabel, type Report } from "./report";
import { findMember, findMemberByName, type Scope } from "./scope";
import { resolveTarget, resolveTargets } from "./targets";

/** Port names; `required` must be wired. */
export interface NodePorts {
  readonly inputs: readonly string[];
  readonly required: readonly string[];
  readonly outputs: readonly string[];
}

const none: NodePorts = { inputs: [], required: [], outputs: [] };
const single: NodePorts = { inputs: [], required: [], outputs: ["out"] };

function needed(inputs: readonly string[], outputs: readonly string[]): NodePorts {
  return { inputs, required: inputs, outputs };
}

function memberPorts(scope: Scope, id: string): NodePorts | null {
  const instance = findMember(scope, id)?.instance;
  if (!instance) return null;
  switch (instance.kind) {
    case "state":
      return single;
    case "module":
      return needed(instance.module.inputs, ["out"]);
    case "sequence":
      return needed(["input"], ["out"]);
    case "graph":
      return graphPorts(instance.scope);
    case "optimizer":
      return none;
  }
}

function graphPorts({ plan: { graph } }: Scope): NodePorts {
  const inputs = graph.inputs.filter(({ role }) => role !== "index").map(({ name }) => name);
  return needed(
    inputs,
    graph.outputs.map(({ name }) => name),
  );
}

function effectPorts(scope: Scope, root: Scope, id: NodeId): NodePorts | null {
  const node = scope.plan.graph.nodes[id];
  if (node?.kind !== "effect") return null;
  const { effect } = node;
  switch (effect.kind) {
    case "backward": {
      const targets = effect.targets ?? "all";
      const names = targets === "all" ? resolveTargets("all", scope, root).map(({ name }) => name) : [...targets];
      for (const name of targets === "all" ? [] : targets) {
        names.push(...(resolveTarget(name, scope, root) ?? []).map((state) => state.slot.name));
      }
      return { inputs: ["value", "cotangent"], required: ["value"], outputs: names };
    }
    case "update": {
      const formula = scope.plan.formulas.get(id);
      return formula ? { inputs: ["grad", "lr", ...wiredNames(formula)], required: [], outputs: ["out"] } : null;
    }
    case "optimizerStep":
    case "zeroGrad":
      return none;
    case "inPlace": {
      const op = scope.plan.ops.get(id)?.op;
      if (!op) return null;
      const others = op.signature.operands.slice(1).map((spec) => spec.name);
      return { inputs: ["input", ...others], required: ["input"], outputs: ["out"] };
    }
  }
}

/** The ports of a node, or null where what it is made of is missing. */
export function nodePorts(scope: Scope, root: Scope, id: NodeId): NodePorts | null {
  const node = scope.plan.graph.nodes[id];
  switch (node?.kind) {
    case undefined:
    case "unknown":
      return null;
    case "op": {
      const written = scope.plan.ops.get(id);
      if (!written) return null;
      const { operands } = written.op.signature;
      const must = operands.filter((o) => !o.optional && o.default === undefined && !written.numbers.has(o.name));
      return { inputs: operands.map((o) => o.name), required: must.map((o) => o.name), outputs: ["out"] };
    }
    case "expression": {
      const formula = scope.plan.formulas.get(id);
      if (!formula) return null;
      const names = freeNames(formula);
      return { inputs: names, required: names.filter((name) => !findMemberByName(scope, name)), outputs: ["out"] };
    }
    case "call":
      return memberPorts(scope, node.member);
    case "apply": {
      const instance = scope.functions.get(id);
      return instance ? graphPorts(instance.forward) : null;
    }
    case "repeat": {
      const body = scope.bodies.get(`${id} ${node.body}`);
      if (!body) return null;
      const { inputs, outputs } = graphPorts(body);
      return needed(node.count.kind === "value" ? [...inputs, "count"] : inputs, outputs);
    }
    case "branch": {
      const body = scope.bodies.get(`${id} ${node.whenTrue}`);
      if (!body) return null;
      const { inputs, outputs } = graphPorts(body);
      return needed(node.condition.kind === "value" ? [...inputs, "condition"] : inputs, outputs);
    }
    case "effect":
      return effectPorts(scope, root, id);
    case "input":
      return single;
    case "output":
    case "save":
      return needed(["in"], []);
    case "reroute":
      return needed(["in"], ["out"]);
  }
}

/** Notes edges that end at ports which are not there, and ports without the edge they need. */
export function checkPorts(scope: Scope, root: Scope, library: Library, report: Report): void {
  const { plan } = scope;
  const ports = new Map<NodeId, NodePorts | null>();
  const portsOf = (id: NodeId): NodePorts | null => {
    const known = ports.get(id);
    if (known !== undefined) return known;
    const found = nodePorts(scope, root, id);
    ports.set(id, found);
    return found;
  };
  for (const [id, node] of Object.entries(plan.graph.nodes)) {
    const found = portsOf(id);
    const incoming = plan.incoming.get(id);
    const where = nodeLabel(node, library);
    const muted = node.flags?.muted === true;
    for (const port of found?.required ?? []) {
      if (!incoming?.has(port) && !muted)
        report.refuse({ graph: plan.id, node: id, port }, where, "port.unwired", { port });
    }
    for (const [port, edge] of incoming ?? []) {
      if (found && !found.inputs.includes(port)) {
        const known = found.inputs.join(", ") || "none";
        report.refuse({ graph: plan.id, node: id, port }, where, "port.unknown", { port, known });
      }
      const [from, fromPort] = edge.from;
      const source = portsOf(from);
      const sourceNode = plan.graph.nodes[from];
      if (!source || !sourceNode || source.outputs.includes(fromPort)) continue;
      const known = source.outputs.join(", ") || "none";
      const place = { graph: plan.id, node: from, port: fromPort };
      report.refuse(place, nodeLabel(sourceNode, library), "port.unknown", { port: fromPort, known });
    }
  }
}
