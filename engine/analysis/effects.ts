/** @file Backward as a step will meet it: what it would refuse, and the types of the gradients it gives. */
import type { Effect, NodeId } from "../document/document";
import { own, visibleMembers } from "../document/library";
import { elementCount, sameShape } from "../ir/shape";
import type { Value } from "../ir/value";
import type { Interpreter, Scope, Values } from "./interpreter";

/**
 * The gradients a backward gives, by target. What it refuses is a warning: a run stops there when a step gets to it,
 * and `eval` lists it and goes on.
 */
export function evaluateBackward(
  run: Interpreter,
  scope: Scope,
  id: NodeId,
  effect: Effect & { kind: "backward" },
  inputs: Values,
): Values {
  const value = own(inputs, "value");
  const cotangent = own(inputs, "cotangent");
  if (value) check(run, scope, id, value, cotangent);
  const members = visibleMembers(run.document, scope.graph);
  const outputs: Record<string, Value | null> = {};
  const targets = effect.targets === undefined || effect.targets === "all" ? [] : effect.targets;
  for (const target of targets) {
    const states = run.targetStates(scope, [target], members);
    const [only] = states;
    outputs[target] = only && states.length === 1 ? run.stand(only.type) : run.leafTarget(scope, target);
  }
  return outputs;
}

function check(run: Interpreter, scope: Scope, id: NodeId, value: Value, cotangent: Value | null | undefined): void {
  const { shape } = value.type;
  if (!value.requiresGrad) {
    run.findings.atNode(scope.graph, id, { code: "backward.noGraph", severity: "warning" }, { port: "value" });
  } else if (cotangent === undefined && elementCount(shape) !== 1) {
    const to = [id, "value"] as const;
    const fixes = ["sum", "mean"].map((op) => ({
      title: `Insert ${op}`,
      edit: { kind: "insertOnEdge" as const, to, op, attributes: {} },
    }));
    const finding = { code: "backward.nonScalar", parameters: { shape }, severity: "warning", fixes } as const;
    run.findings.atNode(scope.graph, id, finding, { port: "value" });
  } else if (cotangent && !sameShape(cotangent.type.shape, shape)) {
    const parameters = { found: cotangent.type.shape, expected: shape };
    const finding = { code: "backward.cotangentShape", parameters, severity: "warning" } as const;
    run.findings.atNode(scope.graph, id, finding, { port: "cotangent" });
  }
}
