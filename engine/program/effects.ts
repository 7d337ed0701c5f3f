/** @file Runs effects: backward, update, optimiser steps, clearing gradients, in-place ops. */
import { backwardInPieces } from "../autodiff/walk";
import type { Effect, Targets } from "../document/document";
import { own } from "../document/library";
import { printMessage } from "../ir/diagnostic";
import type { Pieces } from "../ir/pieces";
import { recordWith } from "../ir/recorder";
import { Refusal, refuse } from "../ir/refusal";
import { broadcastShapes, sameShape } from "../ir/shape";
import type { Origin, Value } from "../ir/value";
import { expand, to } from "../ops";
import { recordFormula } from "../tape/record-formula";
import { sharedStorage, writeThrough } from "../tape/shared-storage";
import { operandsOf, memberByName } from "./compute";
import { nothing, type NodeRun, type Results } from "./frame";
import type { SlotDeclaration } from "./program";
import { findMember, learns, statesOfScope, type OptimizerInstance, type StateInstance } from "./scope";
import { StepEnded, type StateView } from "./step";
import { resolveTarget, resolveTargets } from "./targets";

/** What backward accumulates into: a parameter, or a leaf of this step. */
interface BackwardTarget {
  readonly port: string;
  readonly parameters: readonly StateInstance[];
  readonly leaf: Value | null;
}

/** Leaves that nodes of this graph made, by node id or name. */
function leafNode(run: NodeRun, name: string): Value | null {
  const { values, scope } = run.frame;
  const { nodes } = scope.plan.graph;
  const id = own(nodes, name) ? name : Object.keys(nodes).find((key) => nodes[key]?.name === name);
  let value = id === undefined ? null : (values.get(id)?.get("out") ?? null);
  while (value?.definition.kind === "alias" && !value.definition.cut) value = value.definition.of;
  return value?.isLeaf === true ? value : null;
}

function backwardTargets(run: NodeRun, targets: Targets): readonly BackwardTarget[] {
  const { step, scope } = run.frame;
  if (targets === "all") {
    return resolveTargets("all", scope, step.root).map(({ name, states }) => ({
      port: name,
      parameters: states,
      leaf: null,
    }));
  }
  return targets.flatMap((name): BackwardTarget[] => {
    const states = resolveTarget(name, scope, step.root)?.filter(learns);
    const only = states?.length === 1 ? states[0] : undefined;
    if (only) return [{ port: name, parameters: [only], leaf: null }];
    if (states) return states.map((state) => ({ port: state.slot.name, parameters: [state], leaf: null }));
    const leaf = leafNode(run, name) ?? refuse("target.missing", { target: name });
    return [{ port: name, parameters: [], leaf }];
  });
}

function* runBackward(run: NodeRun, effect: Effect & { kind: "backward" }): Pieces<Results> {
  const { step } = run.frame;
  const value = run.inputs.get("value") ?? refuse("port.unwired", { port: "value" });
  const named = backwardTargets(run, effect.targets ?? "all");
  const wanted = effect.targets === undefined || effect.targets === "all" ? null : named;
  const inputs = wanted?.flatMap(({ parameters, leaf }) => leaf ?? parameters.map(({ slot }) => step.atBegin(slot)));
  const gradients = yield* backwardInPieces(step.tape, value, run.inputs.get("cotangent") ?? null, {
    retainGraph: effect.retainGraph ?? false,
    ...(inputs ? { inputs } : {}),
  });
  const bySlot = new Map<string, StateInstance>();
  const all = resolveTargets("all", run.frame.scope, step.root).flatMap(({ states }) => states);
  for (const state of all) bySlot.set(state.slot.slot, state);
  for (const leaf of gradients.leaves) {
    const grad = gradients.of(leaf);
    if (!grad || (inputs && !inputs.includes(leaf))) continue;
    const state = leaf.definition.kind === "slot" ? bySlot.get(leaf.definition.slot) : undefined;
    if (state) step.accumulate(state, grad);
    else step.accumulateLeaf(leaf, grad);
  }
  step.backwardDone(gradients);
  return new Map(named.map(({ port, parameters: [state], leaf }) => [port, gradientNow(run, state, leaf)]));
}

/** The accumulated gradient, for an output port that something reads. */
function gradientNow(run: NodeRun, state: StateInstance | undefined, leaf: Value | null): Value | null {
  const { step } = run.frame;
  if (leaf) return step.leafGradient(leaf);
  return state ? step.gradient(state) : null;
}

/** Brings an update's result to the type of what it changes; refuses one that does not broadcast to it. */
function fitted(run: NodeRun, value: Value, { type, name }: SlotDeclaration): Value {
  const joined = broadcastShapes([value.type.shape, type.shape]);
  if (!joined || !sameShape(joined, type.shape)) {
    refuse("update.shape", { target: name, found: value.type.shape, expected: type.shape });
  }
  return recordWith(run.frame.step.tape, () => {
    const typed = value.type.dtype === type.dtype ? value : to(value, { dtype: type.dtype });
    return sameShape(typed.type.shape, type.shape) ? typed : expand(typed, { shape: type.shape });
  });
}

function runUpdate(run: NodeRun, effect: Effect & { kind: "update" }): Results {
  const { step, scope } = run.frame;
  const { tape } = step;
  const formula = scope.plan.formulas.get(run.id);
  if (!formula) return nothing;
  const rate = scope.hyper.get(run.id);
  const states = resolveTargets(effect.targets, scope, step.root).flatMap((target) => target.states);
  const results = new Map<string, Value | null>();
  for (const state of states) {
    const noGradient = Symbol("no gradient");
    const lookup = (name: string): Value => {
      if (name === "p") return step.current(state.slot);
      if (name === "lr" && rate) return step.atBegin(rate);
      const wired = run.inputs.get(name);
      if (wired) return wired;
      if (name !== "grad") return memberByName(run, scope, name);
      const grad = step.gradient(state);
      if (!grad) throw noGradient;
      return grad;
    };
    try {
      const value = tape.noGrad(() => recordWith(tape, () => recordFormula(formula, lookup, step.library)));
      const next = tape.noGrad(() => fitted(run, value, state.slot));
      step.write(state.slot, next);
      if (states.length === 1) results.set("out", next);
    } catch (error) {
      // Like an optimiser, an update leaves alone a parameter whose gradient is none.
      if (error !== noGradient) throw error;
    }
  }
  if (effect.thenClear === true) for (const state of states) step.setGradient(state, null);
  return results;
}

function optimizerOf(run: NodeRun, id: string): OptimizerInstance {
  const found = findMember(run.frame.scope, id);
  if (!found) refuse("member.missing", { member: id });
  return found.instance.kind === "optimizer"
    ? found.instance
    : refuse("member.notOptimizer", { member: found.member.name });
}

function runOptimizer(run: NodeRun, effect: Effect & { kind: "optimizerStep" }): Results {
  const { step } = run.frame;
  const { tape } = step;
  const { optimizer, attributes, hyper, parameters } = optimizerOf(run, effect.optimizer);
  const rates: Record<string, Value> = {};
  for (const [name, slot] of hyper) rates[name] = step.atBegin(slot);
  for (const { instance, state } of parameters) {
    const grad = step.gradient(instance);
    if (!grad) continue;
    const before: Record<string, Value> = {};
    for (const [name, slot] of state) before[name] = step.current(slot);
    const context = { parameter: step.current(instance.slot), grad, state: before, hyper: rates, attributes };
    tape.noGrad(() => {
      const after = recordWith(tape, () => optimizer.update(context));
      step.write(instance.slot, fitted(run, after.parameter, instance.slot));
      for (const [name, slot] of state) {
        const value = after.state[name];
        if (value) step.write(slot, fitted(run, value, slot));
      }
    });
  }
  return nothing;
}

function runZeroGrad(run: NodeRun, effect: Effect & { kind: "zeroGrad" }): Results {
  const { step, scope } = run.frame;
  if (effect.optimizer !== undefined) {
    for (const { instance } of optimizerOf(run, effect.optimizer).parameters) step.setGradient(instance, null);
    return nothing;
  }
  const targets = effect.targets ?? "all";
  if (targets === "all") {
    step.clearLeaves("all");
    for (const { states } of resolveTargets("all", scope, step.root))
      states.forEach((state) => step.setGradient(state, null));
    return nothing;
  }
  for (const name of targets) {
    const states = resolveTarget(name, scope, step.root);
    if (states) states.forEach((state) => step.setGradient(state, null));
    else step.clearLeaves([leafNode(run, name) ?? refuse("target.missing", { target: name })]);
  }
  return nothing;
}

/** The parameter or buffer that a value reads, through edges and views or as a version of it: an in-place op changes that. */
function stateBehind(run: NodeRun, value: Value): StateView | null {
  const { step } = run.frame;
  const { base, steps } = sharedStorage(value, (each) => step.versions.has(each));
  const version = step.versions.get(base);
  if (version) return { slot: version.slot, steps: [...version.steps, ...steps] };
  const { definition } = base;
  if (definition.kind !== "slot") return null;
  const state = statesOfScope(step.root).find(({ slot }) => slot.slot === definition.slot);
  return state ? { slot: state.slot, steps } : null;
}

/** Whether gradients stop at a value or at what it is a view of. */
function viewsLeaf(value: Value): boolean {
  const { base } = sharedStorage(value, (each) => each.definition.kind === "alias" && each.definition.cut);
  return base.isLeaf;
}

function runInPlace(run: NodeRun): Results {
  const { step, scope } = run.frame;
  const written = scope.plan.ops.get(run.id);
  if (!written) return nothing;
  const input = run.inputs.get("input") ?? refuse("port.unwired", { port: "input" });
  if (run.node.flags?.noGrad !== true && viewsLeaf(input)) refuse("inPlace.leaf", {});
  const first = written.op.signature.operands[0]?.name ?? "input";
  const operands = operandsOf(run, written, new Map([[first, "input"]]));
  const out = step.tape.record(written.op, operands, written.attributes);
  if (!sameShape(out.type.shape, input.type.shape)) {
    refuse("inPlace.shape", { found: out.type.shape, expected: input.type.shape });
  }
  const { dtype } = input.type;
  const result = out.type.dtype === dtype ? out : recordWith(step.tape, () => to(out, { dtype }));
  const state = stateBehind(run, input);
  if (state) {
    const write = (): Value => writeThrough(state.steps, step.current(state.slot), result);
    const next = recordWith(step.tape, () => step.tape.noGrad(write));
    step.write(state.slot, next);
    step.versions.set(result, state);
  }
  return new Map([["out", result]]);
}

function* perform(run: NodeRun, effect: Effect): Pieces<Results> {
  switch (effect.kind) {
    case "backward":
      return yield* runBackward(run, effect);
    case "update":
      return runUpdate(run, effect);
    case "optimizerStep":
      return runOptimizer(run, effect);
    case "zeroGrad":
      return runZeroGrad(run, effect);
    case "inPlace":
      return runInPlace(run);
  }
}

/** Refusals that belong to a step, not to the document: PyTorch raises them when it runs. */
const raisedByRunning = new Set<string>([
  "backward.noGraph", "backward.nonScalar", "backward.cotangentShape", "backward.released", "inPlace.leaf",
]); // prettier-ignore

/** An effect node. One that is refused is listed; the step ends there, unless it is to go on. */
export function* runEffect(run: NodeRun, effect: Effect): Pieces<Results> {
  const { frame, id, node } = run;
  const { tape, options, errors } = frame.step;
  const phase: Origin["phase"] = effect.kind === "inPlace" || effect.kind === "backward" ? frame.phase : "update";
  const place = { phase, path: frame.path, node: id, port: null };
  try {
    return yield* tape.piecesAt(place, perform(run, effect));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const raised = raisedByRunning.has(error.code);
    if (options.check && !raised) throw error;
    errors.push({ where: { ...place, ops: [] }, name: node.name, message: printMessage(error.code, error.parameters) });
    if (!options.continueOnError && !options.check) throw new StepEnded();
    return nothing;
  }
}
