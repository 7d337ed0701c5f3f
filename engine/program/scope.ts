/** @file Scopes: the members a document owns, instantiated; one slot per parameter, whoever uses it. */
import type { FunctionDefinition, Member, MemberId, NodeId } from "../document/document";
import type { Attributes } from "../ir/attribute";
import type { TensorData } from "../ir/tensor";
import type { Module } from "../nn/define-module";
import type { Optimizer } from "../optim/define-optimizer";
import type { TorchGenerator } from "../random/torch-generator";
import type { GraphPlan } from "./graph-plan";
import type { SlotDeclaration } from "./program";

/** A parameter or buffer, and how it begins. */
export interface StateInstance {
  readonly kind: "state";
  readonly slot: SlotDeclaration;
  /** Where its accumulated gradient is kept; null for buffers and parameters that do not learn. */
  readonly grad: SlotDeclaration | null;
  initialize(generator: TorchGenerator): TensorData;
}

export interface ModuleInstance {
  readonly kind: "module";
  readonly module: Module;
  readonly attributes: Attributes;
  readonly state: ReadonlyMap<string, StateInstance>;
}

/** The layers of a Sequential, by position. */
export interface SequenceInstance {
  readonly kind: "sequence";
  readonly children: readonly MemberInstance[];
}

export interface GraphInstance {
  readonly kind: "graph";
  readonly scope: Scope;
}

export interface OptimizerInstance {
  readonly kind: "optimizer";
  readonly optimizer: Optimizer;
  readonly attributes: Attributes;
  /** Hyperparameters that live in slots, by attribute. */
  readonly hyper: ReadonlyMap<string, SlotDeclaration>;
  /** What it learns, and the state it keeps for each, by name. */
  readonly parameters: readonly {
    readonly instance: StateInstance;
    readonly state: ReadonlyMap<string, SlotDeclaration>;
  }[];
}

export type MemberInstance = StateInstance | ModuleInstance | SequenceInstance | GraphInstance | OptimizerInstance;

/** One instance of a graph: its members, and the graphs its nodes own. A body sees the members of the scopes around it. */
export interface Scope {
  /** Member and node ids from the root, joined by "/": the prefix of its slots; "" for the root. */
  readonly id: string;
  readonly plan: GraphPlan;
  readonly members: ReadonlyMap<MemberId, { readonly member: Member; readonly instance: MemberInstance }>;
  /** The scope around a body; null for the root, modules and functions, which see no others. */
  readonly parent: Scope | null;
  /** Bodies by bodyKey. */
  readonly bodies: ReadonlyMap<string, Scope>;
  readonly functions: ReadonlyMap<NodeId, FunctionInstance>;
  /** Draws made once for a run, by node. */
  readonly draws: ReadonlyMap<NodeId, OnceDraw>;
  /** The learning rates of updates, by node. */
  readonly hyper: ReadonlyMap<NodeId, SlotDeclaration>;
}

export interface FunctionInstance {
  readonly definition: FunctionDefinition;
  readonly forward: Scope;
  readonly backward: Scope;
}

/** A random node that draws once: its slot is known when its type is, for the `_like` ops when it is first traced. */
export interface OnceDraw {
  readonly node: NodeId;
  /** Set while the program is built. */
  slot: SlotDeclaration | null;
  /** Draws from PyTorch's stream. */
  draw: ((generator: TorchGenerator) => TensorData) | null;
}

/** The member a node of this scope may use: its own, or one of the scopes around it. */
export function findMember(
  scope: Scope,
  id: MemberId,
): { readonly member: Member; readonly instance: MemberInstance } | null {
  for (let at: Scope | null = scope; at; at = at.parent) {
    const found = at.members.get(id);
    if (found) return found;
  }
  return null;
}

/** The same by name: how formulas refer to members. */
export function findMemberByName(
  scope: Scope,
  name: string,
): { readonly member: Member; readonly instance: MemberInstance } | null {
  for (let at: Scope | null = scope; at; at = at.parent) {
    for (const entry of at.members.values()) if (entry.member.name === name) return entry;
  }
  return null;
}

/** Parameters and buffers below a member, in PyTorch's order: a module's own first, then those of its children. */
export function statesOf(instance: MemberInstance): readonly StateInstance[] {
  switch (instance.kind) {
    case "state":
      return [instance];
    case "module":
      return [...instance.state.values()];
    case "sequence":
      return instance.children.flatMap(statesOf);
    case "graph":
      return statesOfScope(instance.scope);
    case "optimizer":
      return [];
  }
}

/** Parameters and buffers of a scope and everything below it. */
export function statesOfScope(scope: Scope): readonly StateInstance[] {
  const instances = [...scope.members.values()].map((entry) => entry.instance);
  const states = instances.filter((instance) => instance.kind === "state");
  const below = instances.filter((instance) => instance.kind !== "state");
  return [...states, ...below.flatMap(statesOf), ...[...scope.bodies.values()].flatMap(statesOfScope)];
}

/** True for what learns: a parameter that requires a gradient. */
export function learns(state: StateInstance): boolean {
  return state.grad !== null;
}
