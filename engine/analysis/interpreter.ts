/** @file The interpreter of types: walks a graph as a step would, recording types instead of numbers. */
import type { ChainruleDocument, GraphId, GraphNode, Member, MemberId, NodeId, Targets } from "../document/document";
import { memberKind, own, type Library } from "../document/library";
import { portsOf } from "../document/ports";
import { recordWith } from "../ir/recorder";
import { refuse, Refusal } from "../ir/refusal";
import type { TensorType } from "../ir/tensor";
import type { Value } from "../ir/value";
import { createTape } from "../tape/record";
import type { Tape } from "../tape/tape";
import { noCost, type Broadcast, type Cost, type PortFacts } from "./analysis";
import { addCosts, costOf } from "./costs";
import type { Findings } from "./findings";
import { operandFixes } from "./fixes";
import { indexGraph } from "./graph-index";
import { evaluateNode } from "./evaluate-node";
import { statesOfGraph, statesOfTarget, type State } from "./states";

/** Values by port; null where the type is not known. */
export type Values = Readonly<Record<string, Value | null>>;

/** One instance of a graph while it is walked. A body sees the members of the scopes around it. */
export interface Scope {
  readonly graph: GraphId;
  readonly parent: Scope | null;
  /** Distinguishes the state of two members of one module graph. */
  readonly instance: string;
  readonly inputs: Values;
  /** What save nodes kept, by name. */
  readonly saved: Map<string, Value | null>;
  readonly outputs: Map<string, Value | null>;
}

/** What is collected of a graph's first use. */
export interface Collected {
  readonly outputs: Map<NodeId, Readonly<Record<string, PortFacts | null>>>;
  readonly values: Map<NodeId, Values>;
  readonly broadcasts: Map<NodeId, Record<string, Broadcast>>;
  readonly costs: Map<NodeId, Cost>;
}

export interface GraphResult {
  readonly outputs: Values;
  readonly saved: Values;
  readonly cost: Cost;
}

const depthLimit = 100;

/** Walks graphs of one document. Nothing it meets makes it throw: what is wrong becomes a finding. */
export class Interpreter {
  readonly tape: Tape = createTape({ float: "float32" });
  readonly collected = new Map<GraphId, Collected>();
  private readonly results = new Map<string, GraphResult>();
  private readonly stack: GraphId[] = [];
  private readonly saved = new Set<Value>();

  constructor(
    readonly document: ChainruleDocument,
    readonly library: Library,
    readonly findings: Findings,
  ) {}

  /** Walks a graph with these inputs; equal uses are walked once. */
  walk(graphId: GraphId, inputs: Values, parent: Scope | null, instance: string): GraphResult {
    const graph = own(this.document.graphs, graphId);
    const nothing: GraphResult = { outputs: {}, saved: {}, cost: noCost };
    if (!graph) return nothing;
    if (this.stack.includes(graphId) || this.stack.length > depthLimit) return nothing;
    const key = JSON.stringify([
      graphId,
      parent?.instance ?? "",
      Object.entries(inputs).map(([n, v]) => [n, signature(v)]),
    ]);
    const known = this.results.get(key);
    if (known) return known;
    this.stack.push(graphId);
    const scope: Scope = { graph: graphId, parent, instance, inputs, saved: new Map(), outputs: new Map() };
    const first = !this.collected.has(graphId);
    const facts: Collected = { outputs: new Map(), values: new Map(), broadcasts: new Map(), costs: new Map() };
    if (first) this.collected.set(graphId, facts);
    for (const id of indexGraph(graph).order) this.visit(scope, id, facts);
    this.stack.pop();
    const result: GraphResult = {
      outputs: Object.fromEntries(scope.outputs),
      saved: Object.fromEntries(scope.saved),
      cost: addCosts(facts.costs.values()),
    };
    this.results.set(key, result);
    return result;
  }

  private visit(scope: Scope, id: NodeId, facts: Collected): void {
    const graph = own(this.document.graphs, scope.graph);
    const node = graph && own(graph.nodes, id);
    if (!graph || !node) return;
    const start = this.tape.values.length;
    const inputs = this.inputsOf(scope, id, node, facts);
    let outputs: Values = {};
    let inner: Cost | null = null;
    try {
      recordWith(this.tape, () => {
        const evaluate = () => evaluateNode(this, scope, id, node, inputs, facts);
        const done = node.flags?.noGrad ? this.tape.noGrad(evaluate) : evaluate();
        outputs = done.outputs;
        inner = done.cost ?? null;
      });
    } catch (error) {
      if (error instanceof Refusal) {
        const fixes = operandFixes(this, scope.graph, id, node, inputs, error);
        const { code, parameters } = error;
        const { operand } = parameters;
        const isWired = typeof operand === "string" && inputs[operand] !== undefined;
        this.findings.atNode(scope.graph, id, { code, parameters, fixes }, isWired ? { port: operand } : {});
      } else {
        const problem = error instanceof Error ? error.message : String(error);
        this.findings.atNode(scope.graph, id, { code: "node.failed", parameters: { problem: problem.slice(0, 200) } });
      }
    }
    facts.values.set(id, outputs);
    facts.outputs.set(id, mapValues(outputs, factsOf));
    facts.costs.set(id, inner ?? costOf(this.tape.values.slice(start), this.saved));
  }

  /** The values at a node's wired inputs. */
  private inputsOf(scope: Scope, id: NodeId, node: GraphNode, facts: Collected): Values {
    const graph = own(this.document.graphs, scope.graph);
    const edges = graph && indexGraph(graph).incoming.get(id);
    if (!edges) return {};
    const ports = portsOf(this.document, scope.graph, node, this.library);
    const inputs: Record<string, Value | null> = {};
    for (const [port, edge] of edges) {
      if (!ports.open && !ports.inputs.some((input) => input.name === port)) continue;
      const from = facts.values.get(edge.from[0]);
      inputs[port] = (from && own(from, edge.from[1])) ?? null;
    }
    return inputs;
  }

  /** A value of this type that nothing recorded: what a remembered result or an unknown draw gives. */
  stand(type: TensorType, requiresGrad = false, gradFn: string | null = null): Value {
    return {
      id: 0,
      type,
      definition: { kind: "slot", slot: "analysis" },
      requiresGrad,
      isLeaf: false,
      gradFn,
      origin: { phase: "forward", path: [], node: null, port: null, ops: [] },
    };
  }

  /** The member a node of this scope may use, and the instance of the graph that owns it. */
  member(scope: Scope, id: MemberId): { readonly member: Member; readonly scope: Scope } | null {
    for (let at: Scope | null = scope; at; at = at.parent) {
      const member = own(own(this.document.graphs, at.graph)?.members ?? {}, id);
      if (member) return { member, scope: at };
    }
    return null;
  }

  /** The same by name: how formulas refer to members. */
  memberByName(scope: Scope, name: string): { readonly id: MemberId; readonly scope: Scope } | null {
    for (let at: Scope | null = scope; at; at = at.parent) {
      const members = own(this.document.graphs, at.graph)?.members ?? {};
      const found = Object.entries(members).find(([, member]) => member.name === name);
      if (found) return { id: found[0], scope: at };
    }
    return null;
  }

  /** The states that targets mean here; refuses a target of nothing. Leaves of the graph have no state. */
  targetStates(scope: Scope, targets: Targets, members: ReadonlyMap<MemberId, Member>): readonly State[] {
    if (targets === "all") {
      return statesOfGraph(this.document, this.document.root, this.library).filter((state) => state.learns);
    }
    return targets.flatMap((target) => {
      const states = statesOfTarget(this.document, members, target, this.library);
      if (!states && !this.leafNode(scope, target)) refuse("target.missing", { target });
      return states ?? [];
    });
  }

  /** The value of a leaf node of this graph, by id or name; null where its type is not known. */
  leafTarget(scope: Scope, target: string): Value | null {
    const leaf = this.leafNode(scope, target);
    return (leaf && this.collected.get(scope.graph)?.values.get(leaf)?.["out"]) ?? null;
  }

  private leafNode(scope: Scope, target: string): NodeId | null {
    const nodes = own(this.document.graphs, scope.graph)?.nodes ?? {};
    const isLeaf = (node: GraphNode | undefined) => node?.kind === "op" && node.op === "leaf";
    if (isLeaf(own(nodes, target))) return target;
    return Object.keys(nodes).find((id) => nodes[id]?.name === target && isLeaf(nodes[id])) ?? null;
  }

  kindOf(member: Member): ReturnType<typeof memberKind> {
    return memberKind(member, this.library);
  }
}

function signature(value: Value | null): unknown {
  return value && [value.type.dtype, value.type.shape, value.type.weak === true, value.requiresGrad];
}

function factsOf(value: Value | null): PortFacts | null {
  return value && { type: value.type, requiresGrad: value.requiresGrad, gradFn: value.gradFn };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
