/** @file What all of an export shares: the document, the imports it needs, the names of its classes. */
import type { ChainruleDocument, Graph, GraphId, GraphNode, Member, MemberId } from "../../document/document";
import { bodiesOf, graphsWithin, membersWithin } from "../../document/regions";
import { canDrawEachStep } from "../../ir/op";
import { ops } from "../../ops/registry";
import type { Module } from "../../nn/define-module";
import { moduleNamed } from "../../nn/registry";
import type { NodeKey } from "./code";
import { className, Scope } from "./identifiers";
import { Wiring } from "./wiring";

/** The document is not fit for export: one sentence that says where and what to do. */
export class ExportError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ExportError";
  }
}

const modulePrefix = "graph:";

export class ExportContext {
  /** Names at the top of the file: imports, classes, the program's own variables. */
  readonly top = new Scope();
  private readonly imports = new Map<string, string>();
  private readonly used = new Set<string>();
  private readonly classes = new Map<string, string>();
  private readonly wirings = new Map<string, Wiring>();
  private readonly asyncGraphs = new Map<string, boolean>();

  /** `expected`: the imports that an earlier pass found, so that no variable takes their names. */
  constructor(
    readonly document: ChainruleDocument,
    expected: Iterable<string>,
  ) {
    for (const name of expected) this.imports.set(name, this.top.take(name));
  }

  /** The name by which the file knows something of the engine. */
  importName(name: string): string {
    this.used.add(name);
    const known = this.imports.get(name);
    if (known !== undefined) return known;
    // An earlier pass told of every import, so that this name is free.
    const taken = this.top.take(name);
    this.imports.set(name, taken);
    return taken;
  }

  /** What has been asked for with importName. */
  get importedNames(): readonly string[] {
    return [...this.used].sort();
  }

  graph(id: string): Graph {
    const graph = this.document.graphs[id];
    if (!graph) throw new ExportError(`export: there is no graph "${id}", expected one. Run check first.`);
    return graph;
  }

  wiring(graph: string): Wiring {
    const known = this.wirings.get(graph) ?? new Wiring(this.graph(graph), (node) => this.draws(node));
    this.wirings.set(graph, known);
    return known;
  }

  /** The class of a module graph or of a Function, by its id. */
  classNameOf(id: string, name: string): string {
    const known = this.classes.get(id) ?? this.top.take(className(name));
    this.classes.set(id, known);
    return known;
  }

  /** Whether running the graph has to wait for a number: its functions are async. */
  isAsync(id: string): boolean {
    const known = this.asyncGraphs.get(id);
    if (known !== undefined) return known;
    this.asyncGraphs.set(id, false);
    const graph = this.graph(id);
    const found = Object.values(graph.nodes).some((node) => {
      if (node.kind === "repeat") return node.count.kind === "value" || this.isAsync(node.body);
      if (node.kind === "branch") {
        return node.condition.kind === "value" || this.isAsync(node.whenTrue) || this.isAsync(node.whenFalse);
      }
      return false;
    });
    const calls = Object.values(graph.members).some((member) => {
      const inner = moduleGraph(member);
      return inner !== null && inner !== id && this.isAsync(inner);
    });
    this.asyncGraphs.set(id, found || calls);
    return found || calls;
  }

  /** Whether running a node draws in each step: from the host's stream for control flow, or on the device. */
  draws(node: GraphNode): boolean {
    return this.finds(node, (inner) => {
      if (inner.kind === "repeat") return inner.count.kind === "randint";
      if (inner.kind === "branch") return inner.condition.kind !== "value";
      return drawsEachStep(inner);
    });
  }

  /** Whether running a graph draws tensors on the device in each step. */
  drawsTensors(id: string): boolean {
    return Object.values(this.graph(id).nodes).some((node) => this.finds(node, drawsEachStep));
  }

  /** Whether `holds` does for a node or for any node that running it runs. */
  finds(node: GraphNode, holds: (node: GraphNode) => boolean): boolean {
    const seen = new Set<string>();
    const stack = [node];
    for (let next = stack.pop(); next; next = stack.pop()) {
      if (next.flags?.muted === true || next.flags?.bypassed === true) continue;
      if (holds(next)) return true;
      for (const graph of this.graphsRunBy(next)) {
        if (seen.has(graph)) continue;
        seen.add(graph);
        stack.push(...Object.values(this.graph(graph).nodes));
      }
    }
    return false;
  }

  private graphsRunBy(node: GraphNode): readonly string[] {
    const { functions, graphs } = this.document;
    switch (node.kind) {
      case "repeat":
      case "branch":
        return bodiesOf(node);
      case "apply": {
        const applied = functions[node.function];
        return applied ? [applied.forward] : [];
      }
      case "effect":
        return node.effect.kind === "backward" ? Object.values(functions).map(({ backward }) => backward) : [];
      case "call": {
        const members = Object.values(graphs).flatMap((graph) => graph.members[node.member] ?? []);
        return members.flatMap((member) => moduleGraph(member) ?? []);
      }
      default:
        return [];
    }
  }

  /** Whether a graph or a body in it has members or once-draws, which are made before it runs. */
  owns(id: GraphId): boolean {
    return graphsWithin(this.document, id).some((within) => {
      const { members, nodes } = this.graph(within);
      return Object.values(members).some((member) => !isOptimizer(member)) || Object.values(nodes).some(drawsOnce);
    });
  }

  /** Whether some graph has this member under that id. */
  isMember(id: MemberId, member: Member): boolean {
    return Object.values(this.document.graphs).some(({ members }) => members[id] === member);
  }

  /** The nodes that call a member of a graph: its own, and those of its bodies. */
  callersOf(id: GraphId, member: MemberId): readonly NodeKey[] {
    const { nodes } = this.graph(id);
    const own = Object.entries(nodes).flatMap(([key, node]): NodeKey[] =>
      node.kind === "call" && node.member === member ? [`${id}/${key}`] : [],
    );
    const bodies = [...new Set(Object.values(nodes).flatMap(bodiesOf))];
    const inside = bodies.filter((body) => !Object.hasOwn(this.graph(body).members, member));
    return [...own, ...inside.flatMap((body) => this.callersOf(body, member))];
  }

  /** The one module of the root that learns, where nothing else does: its own name is no part of state_dict names. */
  onlyModel(): MemberId | null {
    const { root } = this.document;
    const takesPart = (member: Member): boolean => this.learns(member) && member.attrs["requiresGrad"] !== false;
    const [only] = Object.entries(this.graph(root).members).filter(([, member]) => takesPart(member));
    if (!only || only[1].type === "parameter") return null;
    return membersWithin(this.document, root).some((member) => member !== only[1] && takesPart(member))
      ? null
      : only[0];
  }

  /** Whether a member holds anything that learns. */
  learns(member: Member): boolean {
    if (member.type === "parameter") return true;
    const inner = moduleGraph(member);
    if (inner !== null) return membersWithin(this.document, inner).some((child) => this.learns(child));
    if (member.children?.some((child) => this.learns(child)) === true) return true;
    const declaration = declarationOf(member);
    return declaration !== null && stateOf(declaration, member).some((state) => state.kind === "parameter");
  }
}

function stateOf(declaration: Module, member: Member) {
  const defaults = Object.entries(declaration.attributes).map(([name, spec]) => [name, spec.default] as const);
  return declaration.state({ ...Object.fromEntries(defaults), ...member.attrs });
}

export function isOptimizer(member: Member): boolean {
  return member.type.startsWith("optim.");
}

/** The module graph a member is an instance of, or null. */
export function moduleGraph(member: Member): string | null {
  return member.type.startsWith(modulePrefix) ? member.type.slice(modulePrefix.length) : null;
}

/** The nn module a member is, or null. */
export function declarationOf(member: Member): Module | null {
  return member.type.startsWith("nn.") ? (moduleNamed(member.type) ?? null) : null;
}

/** True for an op whose value is drawn once a run. */
export function drawsOnce(node: GraphNode): boolean {
  return node.kind === "op" && node.draw !== "each step" && ops.get(node.op)?.rules.compute.kind === "random";
}

/** True for a node that draws on the device in each step. */
export function drawsEachStep(node: GraphNode): boolean {
  const name = node.kind === "op" && node.draw === "each step" ? node.op : null;
  const written = node.kind === "effect" && node.effect.kind === "inPlace" ? node.effect.op : name;
  const op = written === null ? undefined : ops.get(written);
  return op !== undefined && canDrawEachStep(op);
}
