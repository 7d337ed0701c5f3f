/** @file Targets: which parameters and buffers an effect or an optimiser means. */
import type { Targets } from "../document/document";
import { refuse } from "../ir/refusal";
import { findMember, findMemberByName, learns, statesOf, statesOfScope, type MemberInstance, type Scope, type StateInstance } from "./scope"; // prettier-ignore

/** One target as written, and the state it stands for. */
export interface ResolvedTarget {
  readonly name: string;
  readonly states: readonly StateInstance[];
}

/** Targets as a file has them; refuses anything but "all" and a list of names. */
export function readTargets(written: unknown): Targets {
  if (written === "all") return "all";
  if (Array.isArray(written) && written.every((name): name is string => typeof name === "string")) return written;
  const found = (JSON.stringify(written) ?? String(written)).slice(0, 60);
  return refuse("attribute.invalid", { attribute: "parameters", found, expected: '"all" or a list of names' });
}

function below(instance: MemberInstance, segments: readonly string[]): MemberInstance | null {
  const [first, ...rest] = segments;
  if (first === undefined) return instance;
  if (instance.kind === "module") {
    const state = instance.state.get(first);
    return state && rest.length === 0 ? state : null;
  }
  if (instance.kind === "sequence") {
    const child = /^\d+$/.test(first) ? instance.children[Number(first)] : undefined;
    return child ? below(child, rest) : null;
  }
  if (instance.kind === "graph") {
    const { members } = instance.scope;
    const entry = members.get(first) ?? [...members.values()].find(({ member }) => member.name === first);
    return entry ? below(entry.instance, rest) : null;
  }
  return null;
}

/** The state a path means: member ids or names from this scope, else a state_dict name; null where there is none. */
export function resolveTarget(path: string, scope: Scope, root: Scope): readonly StateInstance[] | null {
  const [first, ...rest] = path.split(/[./]/);
  const entry = first === undefined ? null : (findMember(scope, first) ?? findMemberByName(scope, first));
  const instance = entry && below(entry.instance, rest);
  if (instance && instance.kind !== "optimizer") return statesOf(instance);
  const byName = statesOfScope(root).find((state) => state.slot.name === path);
  return byName ? [byName] : null;
}

/** What the targets mean, "all" being every parameter below the root that learns; refuses a name of nothing. */
export function resolveTargets(targets: Targets, scope: Scope, root: Scope): readonly ResolvedTarget[] {
  if (targets === "all") {
    return statesOfScope(root)
      .filter(learns)
      .map((state) => ({ name: state.slot.name, states: [state] }));
  }
  return targets.map((name) => {
    const states = resolveTarget(name, scope, root);
    if (!states) refuse("target.missing", { target: name });
    return { name, states };
  });
}
