/** @file Runs call nodes: reads a parameter or buffer, calls an nn module, or runs a module graph. */
import type { Pieces } from "../ir/pieces";
import { recordWith } from "../ir/recorder";
import { refuse } from "../ir/refusal";
import type { Value } from "../ir/value";
import { innerFrame, nothing, type NodeRun, type Results } from "./frame";
import { findMember, type MemberInstance, type ModuleInstance, type StateInstance } from "./scope";

function readState(run: NodeRun, state: StateInstance): Value {
  const { step } = run.frame;
  const value = step.atBegin(state.slot);
  // Note [Frozen]: the use is cut, not the parameter: the same one may learn through another node.
  return run.frozen && state.grad ? step.tape.detach(value) : value;
}

function callModule(run: NodeRun, instance: ModuleInstance, inputs: Readonly<Record<string, Value>>): Value {
  const { module, attributes, state } = instance;
  const states: Record<string, Value> = {};
  for (const [name, held] of state) states[name] = readState(run, held);
  return recordWith(run.frame.step.tape, () => module.forward({ inputs, state: states, attributes, training: true }));
}

/** Inputs by the callee's port names; refuses one without an edge. */
function portInputs(run: NodeRun, ports: readonly string[]): Record<string, Value> {
  const inputs: Record<string, Value> = {};
  for (const port of ports) inputs[port] = run.inputs.get(port) ?? refuse("port.unwired", { port });
  return inputs;
}

function* callGraph(run: NodeRun, instance: MemberInstance & { kind: "graph" }): Pieces<Results> {
  const { graph } = instance.scope.plan;
  const inputs = new Map(graph.inputs.map(({ name }) => [name, run.inputs.get(name) ?? null]));
  for (const [name, value] of inputs) if (!value) refuse("port.unwired", { port: name });
  const frame = innerFrame(run, instance.scope, inputs, 0);
  yield* frame.run(frame);
  return new Map(graph.outputs.map(({ name }) => [name, frame.outputs.get(name) ?? null]));
}

/** A layer of a Sequential: one value in, one value out. */
function* callLayer(run: NodeRun, layer: MemberInstance, input: Value): Pieces<Value | null> {
  switch (layer.kind) {
    case "module": {
      const [port, second] = layer.module.inputs;
      if (port === undefined || second !== undefined) refuse("sequence.layer", { layer: layer.module.label });
      return callModule(run, layer, { [port]: input });
    }
    case "sequence": {
      let value: Value | null = input;
      for (const child of layer.children) value = value && (yield* callLayer(run, child, value));
      return value;
    }
    case "graph": {
      const { graph } = layer.scope.plan;
      const [port, second] = graph.inputs;
      const [out, another] = graph.outputs;
      if (!port || second || !out || another) return refuse("sequence.layer", { layer: graph.name });
      const results = yield* callGraph({ ...run, inputs: new Map([[port.name, input]]) }, layer);
      return results.get(out.name) ?? null;
    }
    case "state":
    case "optimizer":
      return refuse("sequence.layer", { layer: layer.kind });
  }
}

/** A call node: the member's value or outputs by port. */
export function* runCall(run: NodeRun): Pieces<Results> {
  const { node, frame } = run;
  if (node.kind !== "call") return nothing;
  const found = findMember(frame.scope, node.member);
  // A member that is there and could not be made has been reported as what it is.
  if (!found && frame.scope.plan.visible.has(node.member)) return nothing;
  if (!found) refuse("member.missing", { member: node.member });
  const { instance } = found;
  switch (instance.kind) {
    case "state":
      return new Map([["out", readState(run, instance)]]);
    case "module":
      return new Map([["out", callModule(run, instance, portInputs(run, instance.module.inputs))]]);
    case "sequence": {
      const input = run.inputs.get("input") ?? refuse("port.unwired", { port: "input" });
      return new Map([["out", yield* callLayer(run, instance, input)]]);
    }
    case "graph":
      return yield* callGraph(run, instance);
    case "optimizer":
      return refuse("member.notCallable", { member: found.member.name });
  }
}
