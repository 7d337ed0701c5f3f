/** @file Gradcheck: a custom Function's backward against central differences of its forward, in float64. */
import { backward } from "../autodiff/walk";
import type { Device, LoadedPlan } from "../backends/backend";
import { compile } from "../compile/compile";
import { createDocument, createGraph } from "../document/create";
import type { ChainruleDocument, FunctionId, GraphNode, Member } from "../document/document";
import { printDiagnostic, printMessage } from "../ir/diagnostic";
import { recordWith } from "../ir/recorder";
import { Refusal } from "../ir/refusal";
import { elementCount, type Shape } from "../ir/shape";
import { tensorData } from "../ir/tensor";
import type { SlotId, Value } from "../ir/value";
import { add, mul, sum } from "../ops/index";
import { buildProgram } from "../program/build-program";
import type { Program, StepTrace } from "../program/program";
import { createTorchGenerator } from "../random/torch-generator";
import type { Tape } from "../tape/tape";

/** One input of one Function, at one order of differentiation. */
export interface GradcheckResult {
  readonly function: string;
  readonly input: string;
  readonly order: 1 | 2;
  /** The largest |analytic − numeric| / max(1, |numeric|). */
  readonly maxError: number;
  readonly ok: boolean;
  /** What is wrong, and what to do. */
  readonly message: string | null;
}

const step = 1e-5;
const tolerance = { 1: 1e-6, 2: 1e-4 } as const;
/** Points tried before kinks are accepted as they are. */
const attempts = 6;

interface Checked {
  readonly id: FunctionId;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Small extents for each input that keep what its wired shape has: rank, ones, and which extents are equal. */
function smallShapes(document: ChainruleDocument, trace: StepTrace | null, checked: Checked): readonly Shape[] {
  const small = new Map<number, number>([[0, 0], [1, 1]]); // prettier-ignore
  const shrink = (extent: number): number => {
    const known = small.get(extent);
    if (known !== undefined) return known;
    const next = Math.min(extent, 1 + small.size);
    small.set(extent, next);
    return next;
  };
  const isUse = (graph: string, node: string): boolean => {
    const found = document.graphs[graph]?.nodes[node];
    return found?.kind === "apply" && found.function === checked.id;
  };
  const use = trace?.edges.find((e) => isUse(e.graph, e.edge.to[0]));
  return checked.inputs.map((input) => {
    const edge = use && trace?.edges.find((e) => e.edge.to[0] === use.edge.to[0] && e.edge.to[1] === input && e.path === use.path); // prettier-ignore
    const wired = edge ?? (use && trace?.edges.find((e) => e.edge.to[0] === use.edge.to[0] && e.edge.to[1] === input));
    return wired ? wired.value.type.shape.map(shrink) : [3];
  });
}

/** A document of one use of the Function whose inputs are parameters. */
function documentOf(document: ChainruleDocument, checked: Checked, shapes: readonly Shape[]): ChainruleDocument {
  const position = { x: 0, y: 0 };
  const members: Record<string, Member> = {};
  const nodes: Record<string, GraphNode> = {
    applied: { kind: "apply", function: checked.id, name: "applied", position },
  };
  checked.inputs.forEach((input, i) => {
    members[`m_${input}`] = { name: input, type: "parameter", attrs: { shape: shapes[i] ?? [] }, init: { kind: "zeros" } }; // prettier-ignore
    nodes[`n_${input}`] = { kind: "call", member: `m_${input}`, name: `read_${input}`, position };
  });
  const edges = checked.inputs.map((input) => ({ from: [`n_${input}`, "out"], to: ["applied", input] }) as const);
  const graph = createGraph("model", "gradcheck", { members, nodes, edges, draws: Object.keys(members) });
  const root = "gradcheck";
  return createDocument("gradcheck", {
    root,
    graphs: { ...document.graphs, [root]: graph },
    functions: document.functions,
  });
}

/** Numbers away from 0, where most kinks are; of both signs, or positive for Functions that need it. */
function draw(count: number, seed: number, positive: boolean): Float64Array {
  const uniform = createTorchGenerator(seed).rand(count * 2);
  return Float64Array.from({ length: count }, (_, i) => {
    const magnitude = 0.3 + 0.9 * (uniform[i] ?? 0);
    return !positive && (uniform[count + i] ?? 0) < 0.5 ? -magnitude : magnitude;
  });
}

function weighted(tape: Tape, values: readonly Value[], seed: number): Value {
  const terms = values.map((value, i) => {
    const weights = tape.data(tensorData("float64", value.type.shape, draw(elementCount(value.type.shape), seed + i, true))); // prettier-ignore
    return sum(mul(value, weights));
  });
  return terms.reduce((a, b) => add(a, b));
}

/** What one plan computes at a point: f and s = Σ weights·∇f, and the gradients of both. */
interface Probe {
  readonly plan: LoadedPlan;
  readonly slots: readonly SlotId[];
  readonly counts: readonly number[];
  readonly results: Readonly<Record<1 | 2, readonly (SlotId | null)[]>>;
}

async function makeProbe(device: Device, program: Program, checked: Checked): Promise<Probe> {
  const trace = program.trace(() => 0);
  const { tape } = trace;
  const parameters = checked.inputs.map((input) => program.parameters.find((p) => p.name === input));
  const outputs = checked.outputs.flatMap((port) => {
    const found = trace.ports.find((p) => p.origin.node === "applied" && p.origin.port === port);
    return found ? [found.value] : [];
  });
  const inputs = parameters.flatMap((p) => (p ? [tape.slot(p.slot, p.type, true)] : []));
  return recordWith(tape, async () => {
    const f = weighted(tape, outputs, 11);
    const first = backward(tape, f, null, { inputs, createGraph: true });
    const gradients = inputs.map((input) => first.of(input));
    const given = gradients.filter((g): g is Value => g !== null);
    const s = given.length > 0 ? weighted(tape, given, 51) : null;
    const second = s?.requiresGrad === true ? backward(tape, s, null, { inputs, createGraph: true }) : null;
    const writes: { slot: SlotId; value: Value }[] = [];
    const keep = (order: 1 | 2, values: readonly (Value | null)[]): (SlotId | null)[] =>
      values.map((value, i) => {
        if (!value) return null;
        const slot: SlotId = `gradcheck:${order}.${i}`;
        device.allocate(slot, value.type.dtype, elementCount(value.type.shape));
        writes.push({ slot, value });
        return slot;
      });
    const results = { 1: keep(1, gradients), 2: keep(2, second ? inputs.map((input) => second.of(input)) : inputs.map(() => null)) } as const; // prettier-ignore
    for (const { slot, type } of program.slots) device.allocate(slot, type.dtype, elementCount(type.shape));
    const plan = await device.load(compile({ writes, given: new Map(), ring: s ? [f, s] : [f, f] }));
    return {
      plan,
      results,
      slots: parameters.flatMap((p) => (p ? [p.slot] : [])),
      counts: inputs.map((input) => elementCount(input.type.shape)),
    };
  });
}

/** f and s at the point that the slots hold. */
async function valuesAt(device: Device, probe: Probe): Promise<readonly [number, number]> {
  const { ring } = await device.run([{ plan: probe.plan, count: 1 }]);
  return [ring[0] ?? NaN, ring[1] ?? NaN];
}

interface Comparison {
  readonly maxError: number;
  readonly analytic: number;
  readonly numeric: number;
  readonly element: number;
}

/** Central differences of f and of s; `kink` where the differences to both sides disagree. */
async function differences(device: Device, probe: Probe, input: number, point: Float64Array) {
  const slot = probe.slots[input] ?? "";
  const numeric = { 1: [] as number[], 2: [] as number[] };
  let kink = false;
  const here = await valuesAt(device, probe);
  for (let i = 0; i < point.length; i++) {
    const moved = Float64Array.from(point);
    const at = async (distance: number): Promise<readonly [number, number]> => {
      moved[i] = (point[i] ?? 0) + distance;
      device.write(slot, moved);
      return valuesAt(device, probe);
    };
    const [up, down] = [await at(step), await at(-step)];
    for (const order of [1, 2] as const) {
      const [u, d, h] = [up[order - 1] ?? NaN, down[order - 1] ?? NaN, here[order - 1] ?? NaN];
      numeric[order].push((u - d) / (2 * step));
      if (!(Math.abs(u - 2 * h + d) / step < 1e-2 * (1 + Math.abs(u - d) / step))) kink = true;
    }
  }
  device.write(slot, point);
  return { numeric, kink };
}

function compare(analytic: ArrayLike<number> | null, numeric: readonly number[]): Comparison {
  let worst: Comparison = { maxError: 0, analytic: 0, numeric: 0, element: 0 };
  numeric.forEach((n, element) => {
    const a = analytic?.[element] ?? 0;
    const error = Math.abs(a - n) / Math.max(1, Math.abs(n));
    if (!(error <= worst.maxError)) worst = { maxError: error, analytic: a, numeric: n, element };
  });
  return worst;
}

function explain(checked: Checked, input: string, order: 1 | 2, missing: boolean, found: Comparison): string {
  const what = order === 1 ? "the gradient" : "the second derivative";
  const where = `${checked.name}: ${what} of input "${input}"`;
  const n = found.numeric.toPrecision(6);
  if (missing)
    return `${where} is missing, differences of forward give ${n}. Wire an output "${input}" in its backward.`;
  const hint = Math.abs(found.analytic + found.numeric) < 1e-4 * Math.abs(found.numeric) ? " Its sign is wrong." : "";
  return `${where} is ${found.analytic.toPrecision(6)} at element ${found.element}, differences of forward give ${n}.${hint} Mend its backward.`;
}

async function checkFunction(
  document: ChainruleDocument,
  trace: StepTrace | null,
  device: Device,
  checked: Checked,
): Promise<GradcheckResult[]> {
  const refused = (message: string): GradcheckResult[] =>
    checked.inputs.map((input) => ({
      function: checked.name,
      input,
      order: 1,
      maxError: Infinity,
      ok: false,
      message,
    }));
  const small = documentOf(document, checked, smallShapes(document, trace, checked));
  const built = buildProgram(small, { float: "float64", resources: new Map() });
  if (!built.ok) return refused(built.diagnostics.map(printDiagnostic).join(" "));
  let probe: Probe;
  try {
    probe = await makeProbe(device, built.program, checked);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refused(`${checked.name}: ${printMessage(error.code, error.parameters)}`);
  }
  for (let attempt = 0; ; attempt++) {
    const results: GradcheckResult[] = [];
    let kinks = false;
    const points = probe.counts.map((count, i) => draw(count, 101 + 10 * attempt + i, attempt % 2 === 1));
    points.forEach((point, i) => device.write(probe.slots[i] ?? "", point));
    await valuesAt(device, probe);
    const kept = ([1, 2] as const).map((order) =>
      probe.results[order].flatMap((slot) => (slot === null ? [] : [slot])),
    );
    const read = new Map<SlotId, ArrayLike<number>>();
    for (const slots of kept) (await device.read(slots)).forEach((data, i) => read.set(slots[i] ?? "", data));
    for (const [i, input] of checked.inputs.entries()) {
      const { numeric, kink } = await differences(device, probe, i, points[i] ?? new Float64Array(0));
      kinks ||= kink;
      for (const order of [1, 2] as const) {
        const slot = probe.results[order][i] ?? null;
        const found = compare(slot === null ? null : (read.get(slot) ?? null), numeric[order]);
        const ok = found.maxError <= tolerance[order];
        const missing = order === 1 && slot === null;
        const message = ok ? null : explain(checked, input, order, missing, found);
        results.push({ function: checked.name, input, order, maxError: found.maxError, ok, message });
      }
    }
    if (!kinks || attempt + 1 >= attempts) return results;
  }
}

/** Checks every custom Function of a document, or the one of that name; `device` computes in float64 and holds nothing else. */
export async function gradcheckFunctions(
  document: ChainruleDocument,
  program: Program,
  device: Device,
  only?: string,
): Promise<readonly GradcheckResult[]> {
  let trace: StepTrace | null = null;
  try {
    trace = program.trace(() => 0, { continueOnError: true });
  } catch (error) {
    // A backward of a wrong shape ends the trace; the Functions are then checked on vectors.
    if (!(error instanceof Refusal)) throw error;
  }
  const results: GradcheckResult[] = [];
  for (const [id, { name, forward }] of Object.entries(document.functions)) {
    if (only !== undefined && name !== only) continue;
    const graph = document.graphs[forward];
    if (!graph) continue;
    const inputs = graph.inputs.map((port) => port.name);
    const outputs = graph.outputs.map((port) => port.name);
    results.push(...(await checkFunction(document, trace, device, { id, name, inputs, outputs })));
  }
  return results;
}
