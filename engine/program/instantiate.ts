/** @file Instantiates members: walks the root and every module below it, and gives each parameter its slot and name. */
import type { ChainruleDocument, GraphId, GraphNode, Member, MemberId, NodeId } from "../document/document";
import { defaultDType } from "../document/document";
import { memberLabel, nodeLabel } from "../document/labels";
import { own, type Library } from "../document/library";
import { bodiesOf, bodyKey, bodyNames, membersWithin } from "../document/regions";
import { attribute, parseAttributes, type Attributes } from "../ir/attribute";
import { isFloat, type DType } from "../ir/dtype";
import { Refusal, refuse } from "../ir/refusal";
import { checkSize } from "../ir/shape";
import { tensorData } from "../ir/tensor";
import type { SlotId } from "../ir/value";
import type { GraphPlan } from "./graph-plan";
import { initialShape, initialValue } from "./initial-value";
import type { ProgramOptions, SlotDeclaration, SlotRole } from "./program";
import type { Report } from "./report";
import {
  learns, type FunctionInstance, type MemberInstance, type ModuleInstance, type OnceDraw, type Scope, type StateInstance,
} from "./scope"; // prettier-ignore
import { readTargets, resolveTargets } from "./targets";

/** The most graphs that one document may unfold to, and how deep they may lie in each other. */
const scopeLimit = 5_000;
const depthLimit = 100;

const dtypeAttribute = attribute.dtype();
const boolAttribute = attribute.bool();

interface Place {
  /** Id and name prefixes, with their separators. */
  readonly id: string;
  readonly name: string;
}

/** Everything that instances need of the document. */
export interface Instantiation {
  readonly document: ChainruleDocument;
  readonly plans: ReadonlyMap<GraphId, GraphPlan>;
  readonly library: Library;
  readonly options: ProgramOptions;
  readonly report: Report;
}

/** Instantiates one document. Optimisers come after, when all parameters are there. */
export class Instantiator {
  readonly slots: SlotDeclaration[] = [];
  private scopes = 0;
  private readonly learningGraphs = new Map<GraphId, boolean>();
  private readonly optimizers: {
    scope: Scope;
    members: Map<MemberId, { member: Member; instance: MemberInstance }>;
  }[] = [];

  constructor(private readonly context: Instantiation) {}

  /** The root's scope, or null where the document has no such graph. */
  root(): Scope | null {
    const { document, report } = this.context;
    if (!this.context.plans.has(document.root)) {
      report.refuse({ graph: document.root }, `document "${document.name}"`, "graph.missing", { graph: document.root });
      return null;
    }
    let root: Scope | null = null;
    this.guard({ graph: document.root }, `document "${document.name}"`, () => {
      root = this.scope(document.root, { id: "", name: "" }, null, []);
    });
    return root;
  }

  /** Instantiates the optimisers, once every parameter has its slot. */
  addOptimizers(root: Scope): void {
    for (const { scope, members } of this.optimizers) {
      for (const [id, member] of Object.entries(scope.plan.graph.members)) {
        if (!member.type.startsWith("optim.")) continue;
        this.guard({ graph: scope.plan.id, member: id }, memberLabel(member, this.context.library), () => {
          members.set(id, { member, instance: this.optimizer(member, `${scope.id}${id}`, scope, root) });
        });
      }
    }
  }

  /** A float64 parameter takes its steps with all digits of lr, as PyTorch's, whose numbers are doubles. */
  private hyperDType(precise: boolean): DType {
    return precise ? "float64" : "float32";
  }

  private optimizer(member: Member, id: string, scope: Scope, root: Scope): MemberInstance {
    const optimizer = this.context.library.optimizer(member.type.slice("optim.".length));
    if (!optimizer) refuse("member.type", { type: member.type });
    const { parameters: written, ...others } = member.attrs;
    const attributes = parseAttributes(optimizer.attributes, others);
    const stateSpecs = optimizer.state(attributes);
    const states = resolveTargets(readTargets(written ?? "all"), scope, root).flatMap((target) => target.states);
    const parameters = [...new Set(states.filter(learns))].map((instance) => {
      const state = new Map<string, SlotDeclaration>();
      const { dtype } = instance.slot.type;
      for (const { name, like } of stateSpecs) {
        const shape = like === "parameter" ? instance.slot.type.shape : [];
        const label = `${member.name}.${name}.${instance.slot.name}`;
        state.set(name, this.declare(`optim:${id}/${name}:${instance.slot.slot}`, "optimizer", label, dtype, shape));
      }
      return { instance, state };
    });
    const precise = parameters.some(({ instance }) => instance.slot.type.dtype === "float64");
    const hyper = new Map<string, SlotDeclaration>();
    for (const name of optimizer.hyper) {
      const dtype = this.hyperDType(precise);
      hyper.set(name, this.declare(`hyper:${id}/${name}`, "hyper", `${member.name}.${name}`, dtype, [], true));
    }
    return { kind: "optimizer", optimizer, attributes, hyper, parameters };
  }

  private scope(graph: GraphId, place: Place, parent: Scope | null, around: readonly GraphId[]): Scope | null {
    const plan = this.context.plans.get(graph);
    if (!plan) refuse("graph.missing", { graph });
    const stack = [...around, graph];
    if (around.includes(graph)) {
      const cycle = stack.slice(around.indexOf(graph)).map((id) => this.context.plans.get(id)?.graph.name ?? id);
      refuse("graph.recursive", { graphs: cycle.join(" → ") });
    }
    if (++this.scopes > scopeLimit || stack.length > depthLimit) {
      refuse("graph.unfolds", { limit: scopeLimit, depth: depthLimit });
    }
    const members = new Map<MemberId, { member: Member; instance: MemberInstance }>();
    const bodies = new Map<string, Scope>();
    const functions = new Map<NodeId, FunctionInstance>();
    const draws = new Map<NodeId, OnceDraw>();
    const hyper = new Map<NodeId, SlotDeclaration>();
    const scope: Scope = { id: place.id, plan, members, parent, bodies, functions, draws, hyper };
    this.optimizers.push({ scope, members });
    const model = around.length === 0 ? this.onlyModel(graph) : null;
    for (const [id, member] of Object.entries(plan.graph.members)) {
      if (member.type.startsWith("optim.")) continue;
      const name = id === model ? place.name : `${place.name}${member.name}.`;
      this.guard({ graph, member: id }, memberLabel(member, this.context.library), () => {
        members.set(id, { member, instance: this.member(member, { id: `${place.id}${id}/`, name }, stack) });
      });
    }
    const names = bodyNames(plan.graph);
    for (const [id, node] of Object.entries(plan.graph.nodes)) {
      this.guard({ graph, node: id }, nodeLabel(node, plan.visible, this.context.library), () => {
        this.node(scope, id, node, place, stack, { bodies, names, functions, draws, hyper });
      });
    }
    return scope;
  }

  private guard(place: { graph: GraphId; node?: string; member?: string }, where: string, body: () => void): void {
    try {
      body();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.context.report.refuse(place, where, error.code, error.parameters);
    }
  }

  private node(
    scope: Scope,
    id: NodeId,
    node: GraphNode,
    place: Place,
    stack: readonly GraphId[],
    into: {
      bodies: Map<string, Scope>;
      names: ReturnType<typeof bodyNames>;
      functions: Map<NodeId, FunctionInstance>;
      draws: Map<NodeId, OnceDraw>;
      hyper: Map<NodeId, SlotDeclaration>;
    },
  ): void {
    const inside = { id: `${place.id}${id}/`, name: `${place.name}${node.name}.` };
    const owned = (graph: GraphId, within: Place, parent: Scope | null): Scope => {
      const body = this.scope(graph, within, parent, stack);
      return body ?? refuse("graph.missing", { graph });
    };
    for (const [side, graph] of bodiesOf(node).entries()) {
      const key = bodyKey(id, graph);
      const within = {
        id: node.kind === "branch" ? `${inside.id}${side === 0 ? "true" : "false"}/` : inside.id,
        name: `${place.name}${into.names.get(key) ?? node.name}.`,
      };
      into.bodies.set(key, owned(graph, within, scope));
    }
    if (node.kind === "apply") {
      const definition = own(this.context.document.functions, node.function);
      if (!definition) refuse("function.missing", { function: node.function });
      for (const graph of [definition.forward, definition.backward]) {
        const [owned] = membersWithin(this.context.document, graph);
        if (owned) refuse("function.members", { function: definition.name, member: owned.name });
      }
      const forward = owned(definition.forward, { id: `${inside.id}forward/`, name: inside.name }, null);
      const backward = owned(definition.backward, { id: `${inside.id}backward/`, name: inside.name }, null);
      into.functions.set(id, { definition, forward, backward });
    }
    const op = scope.plan.ops.get(id);
    if (node.kind === "op" && op?.op.rules.compute.kind === "random" && (node.draw ?? "once") === "once") {
      into.draws.set(id, { node: id, slot: null, draw: null });
    }
    if (node.kind === "effect" && node.effect.kind === "update" && node.effect.lr !== undefined) {
      const precise = this.slots.some(({ role, type }) => role === "parameter" && type.dtype === "float64");
      const dtype = this.hyperDType(precise);
      into.hyper.set(id, this.declare(`hyper:${place.id}${id}/lr`, "hyper", `${node.name}.lr`, dtype, [], true));
    }
  }

  /** Declares a slot: floats in the run's float. */
  declare(
    id: string,
    role: SlotRole,
    name: string,
    declared: DType,
    shape: readonly number[],
    weak = false,
    requiresGrad = false,
  ): SlotDeclaration {
    checkSize(shape);
    const dtype = declared === "float32" ? this.context.options.float : declared;
    const type = weak ? { dtype, shape, weak } : { dtype, shape };
    const slot: SlotDeclaration = { slot: id as SlotId, role, type, name, requiresGrad };
    this.slots.push(slot);
    return slot;
  }

  private member(member: Member, place: Place, stack: readonly GraphId[]): MemberInstance {
    const { type } = member;
    if (type === "parameter" || type === "buffer") return this.state(member, place);
    if (type.startsWith("graph:")) {
      const scope = this.scope(type.slice("graph:".length), place, null, stack);
      return scope ? { kind: "graph", scope } : refuse("member.type", { type });
    }
    const module = type.startsWith("nn.") ? this.context.library.module(type.slice("nn.".length)) : null;
    if (!module) refuse("member.type", { type });
    if (!module.container) return this.module(member, place);
    if (stack.length > depthLimit) refuse("graph.unfolds", { limit: scopeLimit, depth: depthLimit });
    const children = (member.children ?? []).map((child, i) =>
      this.member(child, { id: `${place.id}${i}/`, name: `${place.name}${i}.` }, [...stack, `${stack.at(-1)}/${i}`]),
    );
    return { kind: "sequence", children };
  }

  private state(member: Member, place: Place): StateInstance {
    const { shape: writtenShape, dtype: writtenDType, requiresGrad: writtenGrad, ...others } = member.attrs;
    for (const key of Object.keys(others)) {
      refuse("attribute.unknown", { attribute: key, known: "shape, dtype, requiresGrad" });
    }
    const declared = writtenDType === undefined ? defaultDType : dtypeAttribute.parse(writtenDType, "dtype");
    const wanted = writtenGrad === undefined ? isFloat(declared) : boolAttribute.parse(writtenGrad, "requiresGrad");
    const isParameter = member.type === "parameter";
    if (isParameter && wanted && !isFloat(declared)) refuse("leaf.dtype", { dtype: declared });
    const shape = initialShape(member.init, writtenShape);
    const role = isParameter ? "parameter" : "buffer";
    const learns = isParameter && wanted;
    return this.slotOf(place, role, declared, shape, learns, (dtype) =>
      initialValue(member.init, declared, dtype, shape),
    );
  }

  private slotOf(
    place: Place,
    role: "parameter" | "buffer",
    declared: DType,
    shape: readonly number[],
    learns: boolean,
    initializer: (dtype: DType) => StateInstance["initialize"],
  ): StateInstance {
    const id = place.id.slice(0, -1);
    const name = place.name.slice(0, -1);
    const slot = this.declare(id, role, name, declared, shape, false, learns);
    const grad = learns ? this.declare(`grad:${id}`, "grad", name, declared, shape) : null;
    return { kind: "state", slot, grad, initialize: initializer(slot.type.dtype) };
  }

  private module(member: Member, place: Place): ModuleInstance {
    const { module, attributes } = this.moduleOf(member);
    const state = new Map<string, StateInstance>();
    for (const spec of module.state(attributes)) {
      const within = { id: `${place.id}${spec.name}/`, name: `${place.name}${spec.name}.` };
      const learns = spec.kind === "parameter" && isFloat(spec.dtype);
      const made = this.slotOf(
        within,
        spec.kind,
        spec.dtype,
        spec.shape,
        learns,
        (dtype) => (generator) => tensorData(dtype, spec.shape, spec.initialize(generator)),
      );
      state.set(spec.name, made);
    }
    return { kind: "module", module, attributes, state };
  }

  private moduleOf(member: Member): { module: ModuleInstance["module"]; attributes: Attributes } {
    const module = member.type.startsWith("nn.") ? this.context.library.module(member.type.slice("nn.".length)) : null;
    if (!module) refuse("member.type", { type: member.type });
    return { module, attributes: parseAttributes(module.attributes, member.attrs) };
  }

  /** The one module of the root that learns, where nothing else does: its own name is left out of state_dict names. */
  private onlyModel(root: GraphId): MemberId | null {
    const graph = this.context.plans.get(root)?.graph;
    if (!graph) return null;
    const learners = Object.entries(graph.members).filter(([, member]) => this.learnsBelow(member));
    const [only, second] = learners;
    if (!only || second || only[1].type === "parameter") return null;
    return membersWithin(this.context.document, root).some((member) => member !== only[1] && this.learnsBelow(member))
      ? null
      : only[0];
  }

  private learnsBelow(member: Member, depth = 0): boolean {
    if (member.type === "parameter") return member.attrs["requiresGrad"] !== false;
    if (member.children && depth < depthLimit) {
      return member.children.some((child) => this.learnsBelow(child, depth + 1));
    }
    if (member.type.startsWith("graph:")) return this.graphLearns(member.type.slice("graph:".length), depth + 1);
    try {
      const { module, attributes } = this.moduleOf(member);
      return module.state(attributes).some((spec) => spec.kind === "parameter");
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  }

  /** Asked once per graph, however often it is used: nested modules unfold to exponentially many. */
  private graphLearns(graph: GraphId, depth: number): boolean {
    const known = this.learningGraphs.get(graph);
    if (known !== undefined || depth > depthLimit) return known ?? false;
    this.learningGraphs.set(graph, false);
    const found = membersWithin(this.context.document, graph).some((member) => this.learnsBelow(member, depth));
    this.learningGraphs.set(graph, found);
    return found;
  }
}
