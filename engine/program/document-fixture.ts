/** @file Documents for tests, written briefly, and their values computed on the reference backend. */
import { referenceBackend } from "../backends/reference";
import type { ChainruleDocument, Effect, FunctionDefinition, Graph, GraphNode, Member, NodeFlags, Port } from "../document/document"; // prettier-ignore
import { printDiagnostic } from "../ir/diagnostic";
import type { TensorData } from "../ir/tensor";
import type { Value } from "../ir/value";
import { createTorchGenerator } from "../random/torch-generator";
import { deviceEvaluator } from "../train/device-evaluator";
import { buildProgram } from "./build-program";
import type { Decision, Program, StepTrace } from "./program";

type WithoutBase<N> = N extends unknown ? Omit<N, "name" | "position" | "flags" | "label"> : never;
export type NodeSpec = WithoutBase<GraphNode> & { readonly flags?: NodeFlags };

export interface GraphSpec {
  readonly kind?: Graph["kind"];
  readonly summary?: string;
  readonly inputs?: readonly (string | Port)[];
  readonly outputs?: readonly (string | Port)[];
  readonly members?: Readonly<Record<string, Omit<Member, "name"> & { readonly name?: string }>>;
  readonly nodes: Readonly<Record<string, NodeSpec>>;
  /** `a.out > b.input`. */
  readonly edges?: readonly string[];
  readonly effects?: readonly string[];
  readonly draws?: readonly string[];
}

const position = { x: 0, y: 0 };

function port(written: string | Port): Port {
  return typeof written === "string" ? { name: written } : written;
}

function end(text: string): readonly [string, string] {
  const dot = text.indexOf(".");
  return [text.slice(0, dot), text.slice(dot + 1)];
}

/** A graph; node and member ids are their names. */
export function graphOf(spec: GraphSpec, name: string): Graph {
  const nodes = Object.entries(spec.nodes).map(([id, node]) => [id, { ...node, name: id, position } as GraphNode]);
  const members = Object.entries(spec.members ?? {}).map(([id, member]) => [id, { name: id, ...member }]);
  const edges = (spec.edges ?? []).map((edge) => {
    const [from = "", to = ""] = edge.split(" > ");
    return { from: end(from), to: end(to) };
  });
  return {
    kind: spec.kind ?? "model",
    name,
    ...(spec.summary === undefined ? {} : { summary: spec.summary }),
    inputs: (spec.inputs ?? []).map(port),
    outputs: (spec.outputs ?? []).map(port),
    members: Object.fromEntries(members) as Graph["members"],
    draws: spec.draws ?? [],
    effects: spec.effects ?? [],
    nodes: Object.fromEntries(nodes) as Graph["nodes"],
    edges,
    notes: [],
    frames: [],
  };
}

/** A document whose root is "main". */
export function documentOf(
  main: GraphSpec,
  others: Readonly<Record<string, GraphSpec>> = {},
  functions: Readonly<Record<string, FunctionDefinition>> = {},
  loss: string | null = null,
): ChainruleDocument {
  const graphs = Object.entries({ main, ...others }).map(([id, spec]) => [id, graphOf(spec, id)]);
  return {
    format: "chainrule",
    version: 1,
    name: "test",
    seed: 0,
    root: "main",
    graphs: Object.fromEntries(graphs) as ChainruleDocument["graphs"],
    functions,
    resources: {},
    training: { loss: loss === null ? null : end(loss), steps: 1, logEvery: 1, device: "reference", stopOnNaN: true },
    view: {},
  };
}

export const call = (member: string, flags?: NodeFlags): NodeSpec => ({
  kind: "call",
  member,
  ...(flags ? { flags } : {}),
});
export const op = (name: string, attrs: Readonly<Record<string, unknown>> = {}, flags?: NodeFlags): NodeSpec => ({
  kind: "op",
  op: name,
  attrs,
  ...(flags ? { flags } : {}),
});
export const effect = (written: Effect): NodeSpec => ({ kind: "effect", effect: written });
export const formula = (text: string): NodeSpec => ({ kind: "expression", formula: text });

/** A parameter with this initial content. */
export function parameter(value: unknown, attrs: Readonly<Record<string, unknown>> = {}): Omit<Member, "name"> {
  return { type: "parameter", attrs, init: { kind: "constant", value } };
}

/** The sentences of a document's diagnostics. */
export function problemsOf(document: ChainruleDocument): readonly string[] {
  return buildProgram(document, { float: "float32", resources: new Map() }).diagnostics.map(printDiagnostic);
}

/** The program of a document without faults. */
export function programOf(document: ChainruleDocument, float: "float32" | "float64" = "float32"): Program {
  const built = buildProgram(document, { float, resources: new Map() });
  if (!built.ok) throw new Error(built.diagnostics.map(printDiagnostic).join("\n"));
  return built.program;
}

/** One step: presence is none, draws and readings as given, in order. */
export function traceOf(
  program: Program,
  answers: readonly number[] = [],
  asked: Decision[] = [],
  continueOnError = false,
): StepTrace {
  let next = 0;
  const decide = (decision: Decision): number => {
    asked.push(decision);
    return decision.kind === "present" ? 0 : (answers[next++] ?? 0);
  };
  return program.trace(decide, { continueOnError });
}

/** The contents of values, slots being as at the start of a run of seed 0. */
export async function numbersOf(program: Program, values: readonly Value[]): Promise<readonly TensorData[]> {
  const device = await referenceBackend.open({ memoryBudgetBytes: 2 ** 28 });
  const compute = await deviceEvaluator(device)(values);
  for (const { slot, type } of program.slots) {
    const count = type.shape.reduce((product, extent) => product * extent, 1);
    device.allocate(slot, type.dtype, count);
  }
  const written = new Map(program.initialize(createTorchGenerator(0)));
  for (const [slot, value] of program.hyper()) {
    const type = program.slots.find((declared) => declared.slot === slot)?.type;
    const data = type?.dtype === "float64" ? Float64Array.of(value) : Float32Array.of(value);
    written.set(slot, { dtype: type?.dtype ?? "float32", shape: [], data });
  }
  return compute(written);
}

/** The value at a node's port in the root, by "node" or "node.port". */
export function portOf(trace: StepTrace, name: string): Value {
  const found = trace.ports.find((traced) => traced.name === name && traced.origin.path.length === 0);
  if (!found) throw new Error(`no port ${name} among ${trace.ports.map((traced) => traced.name).join(", ")}`);
  return found.value;
}

/** Its content as a plain list. */
export async function listOf(program: Program, value: Value | null | undefined): Promise<readonly number[]> {
  if (!value) throw new Error("no value");
  const [data] = await numbersOf(program, [value]);
  return [...(data?.data ?? [])];
}
