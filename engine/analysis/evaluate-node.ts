/** @file The types one node gives, kind by kind. */
import type { GraphNode, NodeId } from "../document/document";
import { parseFormula } from "../document/formula";
import { own, visibleMembers } from "../document/library";
import { portsOf } from "../document/ports";
import { sameShape } from "../ir/shape";
import { currentRecorder } from "../ir/recorder";
import { refuse } from "../ir/refusal";
import type { Value } from "../ir/value";
import { recordFormula } from "../tape/record-formula";
import { noCost, type Cost } from "./analysis";
import { callMember } from "./call-member";
import { evaluateBackward } from "./effects";
import type { Collected, Interpreter, Scope, Values } from "./interpreter";
import { recordOp } from "./record-op";
import { applyFunction, evaluateBranch, evaluateRepeat } from "./subgraphs";

export interface Evaluated {
  readonly outputs: Values;
  /** Of the graph it stands for; without it, that of what was recorded. */
  readonly cost?: Cost;
}

const nothing: Evaluated = { outputs: {} };
/** An effect's own work is not part of forward. */
const afterForward: Evaluated = { outputs: {}, cost: noCost };
const out = (value: Value | null): Evaluated => ({ outputs: { out: value } });

/** The types at a node's outputs from those at its wired inputs. Refuses what does not fit. Call in recordWith. */
export function evaluateNode(
  run: Interpreter,
  scope: Scope,
  id: NodeId,
  node: GraphNode,
  inputs: Values,
  facts: Collected,
): Evaluated {
  if (node.flags?.muted) return nothing;
  if (node.flags?.bypassed) {
    const ports = portsOf(run.document, scope.graph, node, run.library);
    const [input] = ports.inputs;
    const [output] = ports.outputs;
    return input && output !== undefined ? { outputs: { [output]: own(inputs, input.name) ?? null } } : nothing;
  }
  switch (node.kind) {
    case "op":
      return out(recordOp(run, id, node.op, node.attrs, inputs, facts));
    case "call":
      return callMember(run, scope, node, inputs);
    case "apply":
      return applyFunction(run, scope, id, node.function, inputs);
    case "repeat":
      return evaluateRepeat(run, scope, node, inputs);
    case "branch":
      return evaluateBranch(run, scope, node, inputs);
    case "expression":
      return out(evaluateFormula(run, scope, node.formula, inputs));
    case "effect":
      return evaluateEffect(run, scope, id, node.effect, inputs, facts);
    case "input": {
      const port = own(run.document.graphs, scope.graph)?.inputs.find((each) => each.name === node.port);
      if (!port) refuse("port.unknown", { port: node.port, known: portNames(run, scope, "inputs") });
      return out(own(scope.inputs, node.port) ?? null);
    }
    case "output": {
      const port = own(run.document.graphs, scope.graph)?.outputs.find((each) => each.name === node.port);
      if (!port) refuse("port.unknown", { port: node.port, known: portNames(run, scope, "outputs") });
      scope.outputs.set(node.port, own(inputs, "in") ?? null);
      return nothing;
    }
    case "save":
      scope.saved.set(node.as, own(inputs, "in") ?? null);
      return nothing;
    case "reroute":
      return out(own(inputs, "in") ?? null);
    case "unknown":
      return refuse("node.unknown", {});
  }
}

function portNames(run: Interpreter, scope: Scope, side: "inputs" | "outputs"): string {
  const ports = own(run.document.graphs, scope.graph)?.[side] ?? [];
  return ports.map((port) => port.name).join(", ") || "none";
}

/** A formula's value; names without an edge are members in scope. */
export function evaluateFormula(run: Interpreter, scope: Scope, text: string, inputs: Values): Value | null {
  return recordFormula(
    parseFormula(text),
    (name) => {
      if (Object.hasOwn(inputs, name)) return inputs[name] ?? null;
      const found = run.memberByName(scope, name);
      return found && (callMember(run, found.scope, { member: found.id }, {}).outputs["out"] ?? null);
    },
    run.library,
  );
}

function evaluateEffect(
  run: Interpreter,
  scope: Scope,
  id: NodeId,
  effect: (GraphNode & { kind: "effect" })["effect"],
  inputs: Values,
  facts: Collected,
): Evaluated {
  switch (effect.kind) {
    case "backward":
      return { outputs: evaluateBackward(run, scope, id, effect, inputs) };
    case "inPlace": {
      const before = own(inputs, "input") ?? null;
      const after = recordOp(run, id, effect.op, effect.attrs, inputs, facts);
      if (before && after && !sameShape(before.type.shape, after.type.shape)) {
        refuse("inPlace.shape", { found: after.type.shape, expected: before.type.shape });
      }
      return out(after && before ? run.stand(before.type, after.requiresGrad, after.gradFn) : null);
    }
    case "update": {
      const formula = parseFormula(effect.formula);
      const members = visibleMembers(run.document, scope.graph);
      for (const state of run.targetStates(scope, effect.targets, members)) {
        const known: Record<string, Value> = {
          p: run.stand(state.type),
          grad: run.stand(state.type),
          lr: currentRecorder().literal(effect.lr ?? 1, true),
        };
        const value = recordFormula(formula, (name) => own(inputs, name) ?? own(known, name) ?? null, run.library);
        if (value && !sameShape(value.type.shape, state.type.shape)) {
          refuse("update.shape", {
            target: state.names.join(".") || "p",
            found: value.type.shape,
            expected: state.type.shape,
          });
        }
      }
      return afterForward;
    }
    case "zeroGrad":
      if (effect.targets !== undefined)
        run.targetStates(scope, effect.targets, visibleMembers(run.document, scope.graph));
      return afterForward;
    case "optimizerStep":
      return afterForward;
  }
}
