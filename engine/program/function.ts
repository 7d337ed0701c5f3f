/** @file Applies custom Functions: forward off the tape, and their own backward as graph. */
import { nodeLabel } from "../document/labels";
import { finish } from "../ir/pieces";
import { recordWith } from "../ir/recorder";
import { refuse } from "../ir/refusal";
import type { Value } from "../ir/value";
import { zerosLike } from "../ops";
import { innerFrame, nothing, type Frame, type NodeRun, type Results } from "./frame";
import { makeDiagnostic, PlacedRefusal } from "./report";
import type { FunctionInstance } from "./scope";

/** The value an alias stands for: edges inside forward are recorded off the tape, what enters and leaves is not. */
function behindEdges(value: Value): Value {
  let found = value;
  while (found.definition.kind === "alias" && !found.definition.cut) found = found.definition.of;
  return found;
}

/**
 * Note [Saved values]: a saved input or output is the value outside, so that a second derivative passes through it;
 * anything else that forward keeps is a constant to backward, as in PyTorch.
 */
function savedValues(forward: Frame, inputs: ReadonlyMap<string, Value>, inner: readonly Value[]) {
  const outside = new Map([...inputs.values()].map((value) => [behindEdges(value), value]));
  return (outputs: readonly Value[]): ReadonlyMap<string, Value> => {
    const saved = new Map<string, Value>();
    for (const [name, value] of forward.saved) {
      const at = inner.findIndex((candidate) => behindEdges(candidate) === behindEdges(value));
      saved.set(name, outside.get(behindEdges(value)) ?? outputs[at] ?? value);
    }
    return saved;
  };
}

interface BackwardRun {
  readonly run: NodeRun;
  readonly instance: FunctionInstance;
  readonly inputs: ReadonlyMap<string, Value>;
  readonly outputs: readonly Value[];
  readonly saved: ReadonlyMap<string, Value>;
}

/** Runs the backward graph: a gradient for each input; refuses one that an input needs and backward does not give. */
function runBackward(context: BackwardRun, gradients: readonly (Value | null)[]): (Value | null)[] {
  const { run, instance, inputs, outputs, saved } = context;
  const { definition, backward, forward } = instance;
  const { tape, library } = run.frame.step;
  const place = { graph: run.frame.scope.plan.id, node: run.id };
  const refuseHere: typeof refuse = (code, parameters) => {
    throw new PlacedRefusal(
      makeDiagnostic(place, nodeLabel(run.node, run.frame.scope.plan.visible, library), code, parameters),
    );
  };
  const ports = new Map<string, Value | null>();
  for (const { name, role } of backward.plan.graph.inputs) {
    const at = forward.plan.graph.outputs.findIndex((output) => output.name === name);
    const output = outputs[at];
    if (role === "grad") {
      if (!output) refuseHere("function.gradPort", { function: definition.name, port: name });
      // An output that nothing used has a gradient of zeros, as PyTorch materialises it.
      ports.set(name, gradients[at] ?? recordWith(tape, () => zerosLike(output)));
    } else {
      ports.set(name, saved.get(name) ?? refuseHere("function.notSaved", { function: definition.name, port: name }));
    }
  }
  const frame = innerFrame(run, backward, ports, 0, "backward");
  finish(frame.run(frame));
  return [...inputs].map(([name, input]) => {
    if (!input.requiresGrad) return null;
    return frame.outputs.get(name) ?? refuseHere("function.gradMissing", { function: definition.name, input: name });
  });
}

/** An apply node: outputs of forward, tied to the Function's own backward where an input requires a gradient. */
export function runApply(run: NodeRun): Results {
  const instance = run.frame.scope.functions.get(run.id);
  if (!instance) return nothing;
  const { graph } = instance.forward.plan;
  const { tape } = run.frame.step;
  const inputs = new Map(
    graph.inputs.map(({ name }) => [name, run.inputs.get(name) ?? refuse("port.unwired", { port: name })]),
  );
  const frame = innerFrame(run, instance.forward, inputs, 0);
  tape.noGrad(() => finish(frame.run(frame)));
  const ports = graph.outputs.map(({ name }) => name);
  const found = ports.map((name) => frame.outputs.get(name) ?? null);
  const inner = found.filter((value) => value !== null);
  if (inner.length < found.length) return new Map(ports.map((name, i) => [name, found[i] ?? null]));
  const keep = savedValues(frame, inputs, inner);
  const context = {
    run,
    instance,
    inputs,
    outputs: [] as readonly Value[],
    saved: new Map<string, Value>() as ReadonlyMap<string, Value>,
  };
  const outputs = tape.boundary({
    name: `${instance.definition.name}Backward`,
    inputs: [...inputs.values()],
    inner,
    saved: [...frame.saved.values()],
    backward: (gradients) => runBackward(context, gradients),
  });
  context.outputs = outputs;
  context.saved = keep(outputs);
  return new Map(ports.map((name, i) => [name, outputs[i] ?? null]));
}
