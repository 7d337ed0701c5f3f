/** @file The ports of a node: derived from what it is, never stored. */
import type { AnyOp } from "../ir/op";
import type { ChainruleDocument, Graph, GraphId, GraphNode, Targets } from "./document";
import { freeNames, parseFormula } from "./formula";
import { memberKind, own, visibleMembers, type Library } from "./library";

export interface InputPort {
  readonly name: string;
  /** False where a node works with nothing wired. */
  readonly required: boolean;
  /** True where a plain number may be written instead of an edge. */
  readonly scalar: boolean;
  readonly default?: number;
}

export interface NodePorts {
  readonly inputs: readonly InputPort[];
  readonly outputs: readonly string[];
  /** True where the node may have other ports: what it refers to is missing or unknown. */
  readonly open: boolean;
}

const wired = (name: string, required = true): InputPort => ({ name, required, scalar: false });
const unknownPorts: NodePorts = { inputs: [], outputs: [], open: true };
const closed = (inputs: readonly InputPort[], outputs: readonly string[] = ["out"]): NodePorts => ({
  inputs,
  outputs,
  open: false,
});

const knownOps = new WeakMap<AnyOp, NodePorts>();

function opPorts(op: AnyOp | null): NodePorts {
  if (!op) return unknownPorts;
  const known = knownOps.get(op);
  if (known) return known;
  const ports = closed(
    op.signature.operands.map((spec) => ({
      name: spec.name,
      required: !spec.optional && spec.default === undefined,
      scalar: spec.scalar,
      ...(spec.default === undefined ? {} : { default: spec.default }),
    })),
  );
  knownOps.set(op, ports);
  return ports;
}

/** Ports of a node that stands for a graph. */
function graphPorts(graph: Graph | undefined, more: readonly InputPort[] = []): NodePorts {
  if (!graph) return unknownPorts;
  const inputs = graph.inputs.filter((port) => port.role !== "index").map((port) => wired(port.name));
  return closed(
    [...inputs, ...more],
    graph.outputs.map((port) => port.name),
  );
}

/** The names a formula reads; none where it cannot be read. */
function namesIn(formula: string): readonly string[] | null {
  try {
    return freeNames(parseFormula(formula));
  } catch {
    return null;
  }
}

function targetNames(targets: Targets | undefined): readonly string[] {
  return targets === undefined || targets === "all" ? [] : targets;
}

/** The ports of a node in a graph of the document. Never throws: what cannot be known leaves the ports open. */
export function portsOf(document: ChainruleDocument, graphId: GraphId, node: GraphNode, library: Library): NodePorts {
  switch (node.kind) {
    case "op":
      return opPorts(library.op(node.op));
    case "call": {
      const member = visibleMembers(document, graphId).get(node.member);
      const kind = member ? memberKind(member, library) : { kind: "unknown" as const };
      switch (kind.kind) {
        case "parameter":
        case "buffer":
          return closed([]);
        case "module":
          return closed(kind.module.inputs.map((name) => wired(name)));
        case "graph":
          return graphPorts(own(document.graphs, kind.graph));
        case "optimizer":
        case "unknown":
          return unknownPorts;
      }
      return unknownPorts;
    }
    case "apply": {
      const definition = own(document.functions, node.function);
      return graphPorts(definition && own(document.graphs, definition.forward));
    }
    case "repeat":
      return graphPorts(own(document.graphs, node.body), node.count.kind === "value" ? [wired("count")] : []);
    case "branch":
      return graphPorts(
        own(document.graphs, node.whenTrue),
        node.condition.kind === "value" ? [wired("condition")] : [],
      );
    case "expression": {
      const names = namesIn(node.formula);
      if (!names) return { ...unknownPorts, outputs: ["out"] };
      const members = new Set([...visibleMembers(document, graphId).values()].map((member) => member.name));
      return closed(names.map((name) => wired(name, !members.has(name))));
    }
    case "effect":
      return effectPorts(node.effect, library);
    case "input":
      return closed([]);
    case "output":
      return closed([wired("in")], []);
    case "save":
      return closed([wired("in")], []);
    case "reroute":
      return closed([wired("in")]);
    case "unknown":
      return unknownPorts;
  }
}

function effectPorts(effect: (GraphNode & { kind: "effect" })["effect"], library: Library): NodePorts {
  switch (effect.kind) {
    case "backward":
      return {
        ...closed([wired("value"), wired("cotangent", false)], targetNames(effect.targets)),
        open: effect.targets === "all",
      };
    case "update": {
      const names = namesIn(effect.formula);
      // What an update works with is no port of its own, unless its learning rate is left to be wired.
      const given = effect.lr === undefined ? ["p", "grad"] : ["p", "grad", "lr"];
      const free = (names ?? []).filter((name) => !given.includes(name));
      return { ...closed([wired("grad", false), ...free.map((name) => wired(name, false))], []), open: names === null };
    }
    case "inPlace":
      return opPorts(library.op(effect.op));
    case "optimizerStep":
    case "zeroGrad":
      return closed([], []);
  }
}
