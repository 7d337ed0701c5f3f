/** @file Initial values: members and once-draws, in the document's draw order, number for number as PyTorch draws. */
import type { GraphNode } from "../document/document";
import { own } from "../document/library";
import { bodiesOf, bodyKey, drawOrder } from "../document/regions";
import type { TensorData } from "../ir/tensor";
import { tensorData } from "../ir/tensor";
import type { SlotId } from "../ir/value";
import { stepKey } from "../random/step-key";
import type { TorchGenerator } from "../random/torch-generator";
import { randomSlots } from "../tape/record";
import type { MemberInstance, Scope } from "./scope";

type Values = Map<SlotId, TensorData>;

function initializeMember(instance: MemberInstance, generator: TorchGenerator, values: Values): void {
  switch (instance.kind) {
    case "state":
      values.set(instance.slot.slot, instance.initialize(generator));
      return;
    case "module":
      for (const state of instance.state.values()) initializeMember(state, generator, values);
      return;
    case "sequence":
      for (const child of instance.children) initializeMember(child, generator, values);
      return;
    case "graph":
      initializeScope(instance.scope, generator, values);
      return;
    case "optimizer":
      for (const { state } of instance.parameters) {
        for (const { slot, type } of state.values()) values.set(slot, tensorData(type.dtype, type.shape, []));
      }
  }
}

/** What a node draws: itself, or the graphs it owns. */
function initializeNode(scope: Scope, id: string, node: GraphNode, generator: TorchGenerator, values: Values): void {
  const draw = scope.draws.get(id);
  if (draw?.slot && draw.draw) values.set(draw.slot.slot, draw.draw(generator));
  for (const graph of bodiesOf(node)) {
    const body = scope.bodies.get(bodyKey(id, graph));
    if (body) initializeScope(body, generator, values);
  }
  const applied = scope.functions.get(id);
  if (applied) {
    initializeScope(applied.forward, generator, values);
    initializeScope(applied.backward, generator, values);
  }
}

function initializeScope(scope: Scope, generator: TorchGenerator, values: Values): void {
  const { graph } = scope.plan;
  for (const id of drawOrder(graph)) {
    const member = scope.members.get(id);
    if (member) initializeMember(member.instance, generator, values);
    const node = own(graph.nodes, id);
    if (node) initializeNode(scope, id, node, generator, values);
  }
}

/** Values of every slot that has one before the first step. */
export function initialValues(root: Scope, generator: TorchGenerator): ReadonlyMap<SlotId, TensorData> {
  const values: Values = new Map();
  const [low, high] = stepKey(generator.save());
  values.set(randomSlots.keyLow, tensorData("int32", [], [low]));
  values.set(randomSlots.keyHigh, tensorData("int32", [], [high]));
  values.set(randomSlots.counter, tensorData("int32", [], [0]));
  initializeScope(root, generator, values);
  return values;
}
