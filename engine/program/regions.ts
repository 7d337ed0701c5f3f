/** @file Runs repeat and branch nodes: their bodies, once per turn or on one side, with the decisions that take. */
import type { GraphNode } from "../document/document";
import { bodyKey } from "../document/regions";
import type { Pieces } from "../ir/pieces";
import { refuse } from "../ir/refusal";
import { elementCount } from "../ir/shape";
import type { Origin, Value } from "../ir/value";
import { innerFrame, type Frame, type NodeRun, type Results } from "./frame";
import { CannotTakeOver, loopAt, runTaken } from "./loops";
import type { Scope } from "./scope";

/** The most turns of one loop in one step. */
const turnLimit = 100_000;

function placeOf(run: NodeRun): Origin {
  return { phase: run.frame.phase, path: run.frame.path, node: run.id, port: null, ops: [] };
}

function bodyOf(run: NodeRun, graph: string): Scope {
  return run.frame.scope.bodies.get(bodyKey(run.id, graph)) ?? refuse("graph.missing", { graph });
}

/** A number drawn from the host stream: torch.randint(low, high, ()). */
function draw(run: NodeRun, low: number, high: number): number {
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low >= high) {
    refuse("range.empty", { what: "randint", low, high, expected: "low below high" });
  }
  return run.frame.step.options.decide({ kind: "draw", low, high, where: placeOf(run) });
}

/** The number of a value, read back before the step goes on. */
function read(run: NodeRun, port: string): number {
  const value = run.inputs.get(port) ?? refuse("port.unwired", { port });
  const { shape } = value.type;
  if (elementCount(shape) !== 1) refuse("region.scalar", { port, shape });
  return run.frame.step.options.decide({ kind: "read", value, where: placeOf(run) });
}

/** The index of each turn, in order, where no value decides their number. */
function turnsBy(node: GraphNode & { kind: "repeat" }, draw: (low: number, high: number) => number): readonly number[] {
  const { count } = node;
  switch (count.kind) {
    case "constant":
      if (count.value < 0) refuse("repeat.count", { found: count.value, limit: turnLimit });
      return upTo(count.value, count.from);
    case "randint":
      return upTo(draw(count.low, count.high) - (count.from ?? 0), count.from);
    case "list":
      if (count.values.length > turnLimit) refuse("repeat.count", { found: count.values.length, limit: turnLimit });
      return count.values;
    case "value":
      throw new CannotTakeOver();
  }
}

function upTo(end: number, from = 0): readonly number[] {
  if (!Number.isInteger(end) || end > turnLimit) refuse("repeat.count", { found: end, limit: turnLimit });
  return Array.from({ length: Math.max(0, end) }, (_, turn) => from + turn);
}

function turns(run: NodeRun, node: GraphNode & { kind: "repeat" }): readonly number[] {
  if (node.count.kind !== "value") return turnsBy(node, (low, high) => draw(run, low, high));
  const value = run.inputs.get("count");
  if (value && value.type.dtype === "bool") refuse("region.scalar", { port: "count", shape: value.type.shape });
  return upTo(Math.trunc(read(run, "count")), node.count.from);
}

/** A repeat node: its body once a turn; carried values go round, the other outputs are those of the last turn. */
export function* runRepeat(run: NodeRun, node: GraphNode & { kind: "repeat" }): Pieces<Results> {
  const scope = bodyOf(run, node.body);
  const { graph } = scope.plan;
  const { step } = run.frame;
  const carried = new Map<string, Value | null>();
  const fixed = new Map<string, Value>();
  for (const { name, role } of graph.inputs) {
    if (role === "index") continue;
    const value = run.inputs.get(name) ?? refuse("port.unwired", { port: name });
    if (role === "carried") carried.set(name, value);
    else fixed.set(name, value);
  }
  const { loops } = step.options;
  if (loops) {
    const loop = loopAt(run, scope, (drawn) => turnsBy(node, drawn));
    const taken = yield* runTaken(run, node, loop, loops, new Map([...fixed, ...required(carried)]));
    return taken ?? outputsOf(null, scope, carried);
  }
  const indices = turns(run, node);
  const checked = step.options.check ? indices.slice(0, 1) : indices;
  let last: Frame | null = null;
  let before = step.tape.values.length;
  for (const [turn, index] of checked.entries()) {
    yield;
    const inputs = new Map<string, Value | null>([...fixed, ...carried]);
    for (const { name, role } of graph.inputs) {
      if (role === "index") inputs.set(name, step.tape.literal(index, !Number.isInteger(index)));
    }
    last = innerFrame(run, scope, inputs, turn);
    yield* last.run(last);
    for (const name of carried.keys()) carried.set(name, last.outputs.get(name) ?? null);
    const now = step.tape.values.length;
    const ahead = (checked.length - turn - 1) * (now - before);
    // Backward records about as many again.
    step.checkSize(last && learnsIn(last) ? ahead + now + ahead : ahead);
    before = now;
  }
  return outputsOf(last, scope, carried);
}

function required(values: ReadonlyMap<string, Value | null>): readonly (readonly [string, Value])[] {
  return [...values].flatMap(([name, value]) => (value ? [[name, value] as const] : []));
}

function learnsIn({ outputs }: Frame): boolean {
  return [...outputs.values()].some((value) => value?.requiresGrad === true);
}

function outputsOf(last: Frame | null, { plan: { graph } }: Scope, carried: Results): Results {
  return new Map(graph.outputs.map(({ name }) => [name, carried.get(name) ?? last?.outputs.get(name) ?? null]));
}

/** A branch node: the body on the side that the condition gives. */
export function* runBranch(run: NodeRun, node: GraphNode & { kind: "branch" }): Pieces<Results> {
  const { condition } = node;
  const chosen =
    condition.kind === "value" ? read(run, "condition") !== 0 : draw(run, 0, condition.outOf) < condition.under;
  const side = function* (graph: string): Pieces<Results> {
    const scope = bodyOf(run, graph);
    const ports = scope.plan.graph.inputs;
    const inputs = new Map(
      ports.map(({ name }) => [name, run.inputs.get(name) ?? refuse("port.unwired", { port: name })]),
    );
    const frame = innerFrame(run, scope, inputs, 0);
    yield* frame.run(frame);
    return outputsOf(frame, scope, new Map());
  };
  if (!run.frame.step.options.check) return yield* side(chosen ? node.whenTrue : node.whenFalse);
  const results = yield* side(node.whenTrue);
  yield* side(node.whenFalse);
  return results;
}
