/** @file Checks the backward of a document's custom Functions: each alone, on small inputs, by one input at a time. */
import { gradcheck, seededNumbers, type Evaluator } from "../autodiff/gradcheck";
import { formatName, formatVersion, type ChainruleDocument, type FunctionId, type Graph, type GraphId, type GraphNode, type Member } from "../document/document"; // prettier-ignore
import { bodiesOf } from "../document/regions";
import { printDiagnostic } from "../ir/diagnostic";
import { isFloat, type DType } from "../ir/dtype";
import { Refusal } from "../ir/refusal";
import { elementCount, type Shape } from "../ir/shape";
import { tensorData, type TensorData, type TensorType } from "../ir/tensor";
import type { SlotId } from "../ir/value";
import { buildProgram, wiredTypes } from "./build-program";
import { PlacedRefusal } from "./report";

/** One line of the report: a Function, one of its inputs, and one order of derivative. */
export interface FunctionCheck {
  readonly function: string;
  readonly input: string;
  readonly order: 1 | 2;
  readonly maxError: number;
  readonly ok: boolean;
  readonly message: string | null;
}

export interface GradcheckOptions {
  /** Only the Function of this name or id. */
  readonly function?: string;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Small extents in place of large ones: equal stay equal, different stay different, 1 stays 1. */
function shrink(shapes: readonly Shape[]): readonly Shape[] {
  const extents = [...new Set(shapes.flat().filter((extent) => extent > 1))].sort((a, b) => a - b);
  const small = new Map(extents.map((extent, i) => [extent, Math.min(extent, i + 2)]));
  return shapes.map((shape) => shape.map((extent) => small.get(extent) ?? extent));
}

/** The graphs a Function runs, and the Functions they apply. */
function reachable(document: ChainruleDocument, start: FunctionId) {
  const graphs: Record<GraphId, Graph> = {};
  const functions: ChainruleDocument["functions"][string][] = [];
  const names = new Set<FunctionId>();
  const visitFunction = (id: FunctionId): void => {
    const found = document.functions[id];
    if (!found || names.has(id)) return;
    names.add(id);
    functions.push(found);
    [found.forward, found.backward].forEach(visit);
  };
  const visit = (id: GraphId): void => {
    const graph = document.graphs[id];
    if (!graph || graphs[id]) return;
    graphs[id] = graph;
    for (const node of Object.values(graph.nodes)) {
      if (node.kind === "apply") visitFunction(node.function);
      bodiesOf(node).forEach(visit);
    }
  };
  visitFunction(start);
  const entries = [...names].map((id, i) => [id, functions[i]] as const);
  return { graphs, functions: Object.fromEntries(entries.flatMap(([id, f]) => (f ? [[id, f]] : []))) };
}

const position = { x: 0, y: 0 };
const rootId = "gradcheck root";
const applyId = "apply";

/** A document that applies the Function once, to members: a parameter for the input checked, buffers for the others. */
function trial(document: ChainruleDocument, id: FunctionId, types: ReadonlyMap<string, TensorType>, input: string) {
  const { graphs, functions } = reachable(document, id);
  const members: Record<string, Member> = {};
  const nodes: Record<string, GraphNode> = {
    [applyId]: { kind: "apply", function: id, name: functions[id]?.name ?? id, position },
  };
  const edges: Graph["edges"][number][] = [];
  for (const [name, { dtype, shape }] of types) {
    const attrs = { shape, dtype: dtype === "float32" ? "float64" : dtype };
    members[name] = { name, type: name === input ? "parameter" : "buffer", attrs, init: { kind: "zeros" } };
    nodes[`read ${name}`] = { kind: "call", member: name, name: `read_${name}`, position };
    edges.push({ from: [`read ${name}`, "out"], to: [applyId, name] });
  }
  const root: Graph = {
    kind: "model", name: "gradcheck", inputs: [], outputs: [], members, draws: [], effects: [], nodes, edges, notes: [], frames: [],
  }; // prettier-ignore
  const made: ChainruleDocument = {
    format: formatName,
    version: formatVersion,
    name: "gradcheck",
    seed: 0,
    root: rootId,
    graphs: { ...graphs, [rootId]: root },
    functions,
    resources: document.resources,
    training: { loss: null, steps: 1, logEvery: 1, device: "reference", stopOnNaN: false },
    view: {},
  };
  return made;
}

/** How the inputs of a try are spread: of both signs, positive where logarithms and roots are at home, and farther from 0. */
const spreads = [
  (number: number) => number,
  Math.abs,
  (number: number) => -Math.abs(number),
  (number: number) => 2.5 * number,
] as const;

/** Inputs of a try, away from 0. */
function numbersFor(dtype: DType, shape: Shape, seed: number, attempt: number): TensorData {
  const spread = spreads[attempt % spreads.length] ?? spreads[0];
  const numbers = seededNumbers(seed * 31 + attempt, elementCount(shape)).map((number) => {
    if (!isFloat(dtype)) return dtype === "bool" ? Number(number > 0) : Math.floor((number + 1) * 1.5);
    return spread(Math.sign(number || 1) * (0.2 + Math.abs(number)));
  });
  return tensorData(dtype === "float32" ? "float64" : dtype, shape, numbers);
}

async function checkInput(
  document: ChainruleDocument,
  id: FunctionId,
  types: ReadonlyMap<string, TensorType>,
  input: string,
  evaluator: Evaluator,
): Promise<readonly Omit<FunctionCheck, "function" | "input">[]> {
  const failed = (message: string) => [{ order: 1 as const, maxError: Infinity, ok: false, message }];
  const built = buildProgram(trial(document, id, types, input), { float: "float64", resources: new Map() });
  const wrong = built.diagnostics.find(({ severity }) => severity === "error");
  if (!built.ok) return failed(wrong ? printDiagnostic(wrong) : "the Function does not run.");
  try {
    const { program } = built;
    const trace = program.trace((decision) => (decision.kind === "draw" ? decision.low : 1));
    const ports = trace.ports.filter(({ origin }) => origin.node === applyId && origin.path.length === 0);
    const leaf = trace.tape.slot(input as SlotId, { dtype: "float64", shape: types.get(input)?.shape ?? [] }, true);
    const slots = (attempt: number): ReadonlyMap<SlotId, TensorData> => {
      const entries = [...types].map(([name, { dtype, shape }], i) => [name as SlotId, numbersFor(dtype, shape, i + 1, attempt)] as const); // prettier-ignore
      return new Map(entries);
    };
    const outputs = ports.map(({ value }) => value);
    const checked = { tape: trace.tape, outputs, leaf, leafSlot: input as SlotId, slots };
    const where = `Function "${document.functions[id]?.name ?? id}" › ${input}`;
    return (await gradcheck(checked, evaluator)).map(({ message, ...outcome }) => ({
      ...outcome,
      message: message === null ? null : `${where}: ${message}`,
    }));
  } catch (error) {
    if (error instanceof PlacedRefusal) return failed(error.message);
    if (error instanceof Refusal) return failed(printRefusal(error, document.functions[id]?.name ?? id));
    throw error;
  }
}

function printRefusal({ code, parameters }: Refusal, name: string): string {
  const diagnostic = { code, severity: "error", place: { graph: rootId }, where: `Function "${name}"`, parameters, fixes: [] } as const; // prettier-ignore
  return printDiagnostic(diagnostic);
}

/**
 * Compares the analytic gradients of every Function (or of one) with numeric ones, in float64. A backward that gives
 * no gradient, or one of another shape, is an outcome that is not ok, with the sentence that says so.
 */
export async function gradcheckFunctions(
  document: ChainruleDocument,
  evaluator: Evaluator,
  options: GradcheckOptions = {},
): Promise<readonly FunctionCheck[]> {
  const chosen = Object.entries(document.functions).filter(
    ([id, { name }]) => options.function === undefined || options.function === id || options.function === name,
  );
  const wired = wiredTypes(document);
  const inputsOf = (id: FunctionId): readonly string[] =>
    (document.graphs[document.functions[id]?.forward ?? ""]?.inputs ?? []).map(({ name }) => name);
  const total = chosen.reduce((count, [id]) => count + inputsOf(id).length, 0);
  const results: FunctionCheck[] = [];
  let done = 0;
  for (const [id, definition] of chosen) {
    const names = inputsOf(id);
    const found = names.map((name): TensorType => wired.get(id)?.get(name) ?? { dtype: "float64", shape: [3] });
    const shapes = shrink(found.map(({ shape }) => shape));
    const types = new Map(
      names.map((name, i) => [name, { dtype: found[i]?.dtype ?? "float64", shape: shapes[i] ?? [] }]),
    );
    for (const name of names) {
      if (isFloat(types.get(name)?.dtype ?? "float64")) {
        const outcomes = await checkInput(document, id, types, name, evaluator);
        results.push(...outcomes.map((outcome) => ({ function: definition.name, input: name, ...outcome })));
      }
      options.onProgress?.(++done, total);
    }
  }
  return results;
}
