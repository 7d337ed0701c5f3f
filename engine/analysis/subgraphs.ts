/** @file Nodes that own or apply graphs: Repeat, Branch and custom Functions. */
import type { GraphNode, NodeId } from "../document/document";
import { own } from "../document/library";
import { refuse } from "../ir/refusal";
import { broadcastShapes, sameShape } from "../ir/shape";
import type { Value } from "../ir/value";
import { addCosts } from "./costs";
import type { Evaluated } from "./evaluate-node";
import type { GraphResult, Interpreter, Scope, Values } from "./interpreter";

/** Turns walked to see whether carried types settle. */
const mostTurns = 4;

function sameType(a: Value | null, b: Value | null): boolean {
  return a !== null && b !== null && a.type.dtype === b.type.dtype && sameShape(a.type.shape, b.type.shape);
}

/** What is known of a value that is one or the other: nothing where they differ. */
function either(run: Interpreter, a: Value | null, b: Value | null): Value | null {
  if (!a || !b || !sameType(a, b)) return null;
  if (a.requiresGrad === b.requiresGrad) return b;
  return run.stand(b.type, true, a.gradFn ?? b.gradFn);
}

/** The values after a Repeat: those of a turn, joined with those of no turn. Unknown where a turn changes a type. */
export function evaluateRepeat(
  run: Interpreter,
  scope: Scope,
  node: GraphNode & { kind: "repeat" },
  inputs: Values,
): Evaluated {
  const body = own(run.document.graphs, node.body);
  if (!body) return refuse("graph.missing", { graph: node.body });
  if (node.count.kind === "randint" && node.count.low >= node.count.high) {
    refuse("repeat.range", { low: node.count.low, high: node.count.high });
  }
  const listFloat = node.count.kind === "list" && !node.count.values.every(Number.isInteger);
  const index = run.tape.literal(0, listFloat);
  const indexPorts = body.inputs.filter((port) => port.role === "index").map((port) => [port.name, index] as const);
  const carried = body.outputs.filter((port) => port.role === "carried").map((port) => port.name);
  for (const port of carried) {
    const goesIn = body.inputs.some((each) => each.name === port && each.role === "carried");
    if (!goesIn) refuse("repeat.carried", { port });
  }
  const exact = node.count.kind === "constant" ? node.count.value : null;
  const turns = exact === null ? mostTurns : Math.min(exact, mostTurns);
  let values: Values = inputs;
  let joined: Values = inputs;
  let last: GraphResult | null = null;
  for (let turn = 0; turn < Math.max(1, turns); turn++) {
    last = run.walk(node.body, { ...values, ...Object.fromEntries(indexPorts) }, scope, scope.instance);
    const next = { ...values, ...pick(last.outputs, carried) };
    const settled = carried.every((name) => sameType(values[name] ?? null, next[name] ?? null));
    if (exact === 0) break;
    const before = joined;
    joined = Object.fromEntries(
      Object.keys(next).map((name) => [
        name,
        exact === null ? either(run, own(before, name) ?? null, next[name] ?? null) : (next[name] ?? null),
      ]),
    );
    values = next;
    if (settled) break;
    if (exact !== null && exact > mostTurns && turn === turns - 1) joined = {};
  }
  const outputs = body.outputs.map((port) => {
    const value = port.role === "carried" ? own(joined, port.name) : last?.outputs[port.name];
    return [port.name, value ?? null] as const;
  });
  return { outputs: Object.fromEntries(outputs), ...(last ? { cost: last.cost } : {}) };
}

function pick(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(names.map((name) => [name, own(values, name) ?? null]));
}

/** The values after a Branch: what both sides agree on. */
export function evaluateBranch(
  run: Interpreter,
  scope: Scope,
  node: GraphNode & { kind: "branch" },
  inputs: Values,
): Evaluated {
  const sides = [node.whenTrue, node.whenFalse].map((graph) => {
    if (!own(run.document.graphs, graph)) refuse("graph.missing", { graph });
    return run.walk(graph, inputs, scope, scope.instance);
  });
  const [whenTrue, whenFalse] = sides;
  if (!whenTrue || !whenFalse) return { outputs: {} };
  const outputs = Object.entries(whenTrue.outputs).map(
    ([name, value]) => [name, either(run, value, own(whenFalse.outputs, name) ?? null)] as const,
  );
  return { outputs: Object.fromEntries(outputs), cost: whenTrue.cost };
}

/** A custom Function: forward's types, and a look at whether backward gives gradients that fit. */
export function applyFunction(run: Interpreter, scope: Scope, id: NodeId, name: string, inputs: Values): Evaluated {
  const definition = own(run.document.functions, name);
  if (!definition) return refuse("function.missing", { function: name });
  const forward = own(run.document.graphs, definition.forward);
  const backward = own(run.document.graphs, definition.backward);
  if (!forward) return refuse("graph.missing", { graph: definition.forward });
  if (!backward) return refuse("graph.missing", { graph: definition.backward });
  const done = run.tape.noGrad(() => run.walk(definition.forward, inputs, null, `${scope.instance}/${id}`));
  const gradients = backward.inputs.map((port) => {
    const value = port.role === "saved" ? own(done.saved, port.name) : own(done.outputs, port.name);
    return [port.name, value ? run.stand(value.type) : null] as const;
  });
  const back = run.tape.noGrad(() =>
    run.walk(definition.backward, Object.fromEntries(gradients), null, `${scope.instance}/${id}`),
  );
  forward.inputs.forEach((port, index) =>
    checkGradient(run, scope, id, definition.name, port.name, index, inputs, back.outputs),
  );
  const flows = Object.values(inputs).some((value) => value?.requiresGrad === true);
  const outputs = Object.entries(done.outputs).map(([port, value]) => {
    const stand = value && run.stand(value.type, flows, flows ? `${definition.name}Backward` : null);
    return [port, stand] as const;
  });
  const cost = addCosts([done.cost]);
  return { outputs: Object.fromEntries(outputs), cost: { ...cost, backwardFlops: flows ? back.cost.flops : 0 } };
}

function checkGradient(
  run: Interpreter,
  scope: Scope,
  id: NodeId,
  name: string,
  port: string,
  index: number,
  inputs: Values,
  gradients: Values,
): void {
  const input = own(inputs, port);
  if (!input?.requiresGrad) return;
  const gradient = own(gradients, port);
  if (gradient === undefined) {
    run.findings.atNode(scope.graph, id, { code: "function.gradMissing", parameters: { function: name, input: port } });
    return;
  }
  if (!gradient) return;
  const [found, expected] = [gradient.type.shape, input.type.shape];
  const both = broadcastShapes([found, expected]);
  if (both && sameShape(both, found)) return;
  run.findings.atNode(scope.graph, id, {
    code: "backward.gradientShape",
    parameters: { name, index, found, expected },
  });
}
