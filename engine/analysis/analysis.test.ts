/** @file Analysis: every diagnostic has a document that raises it, and its fix removes it; types, broadcasts, costs. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { applyFix } from "../document/apply-fix";
import { createDocument, createGraph } from "../document/create";
import type { ChainruleDocument, Effect, Graph, GraphNode, Member } from "../document/document";
import { parseDocument } from "../document/parse";
import { graphDiagnostics } from "../ir/graph-diagnostics";
import { printDiagnostic, type DiagnosticCode } from "../ir/diagnostic";
import { analyze } from "./analyze";

const position = { x: 0, y: 0 };
type Wires = Readonly<Record<string, string>>;
type Entry = readonly [node: GraphNode, wires: Wires];

const op = (name: string, attrs: Readonly<Record<string, unknown>> = {}, wires: Wires = {}): Entry => [
  { kind: "op", name, op: name, attrs, position },
  wires,
];
const muted = ([each, wires]: Entry): Entry => [{ ...each, flags: { muted: true } }, wires];
const call = (member: string, wires: Wires = {}): Entry => [{ kind: "call", name: member, member, position }, wires];
const effect = (each: Effect, wires: Wires = {}): Entry => [
  { kind: "effect", name: each.kind, effect: each, position },
  wires,
];
const node = (each: Omit<GraphNode & { kind: "repeat" }, "name" | "position">, wires: Wires = {}): Entry => [
  { ...each, name: each.kind, position },
  wires,
];
const input = (port: string): Entry => [{ kind: "input", name: port, port, position }, {}];
const output = (port: string, from: string): Entry => [
  { kind: "output", name: `${port}_out`, port, position },
  { in: from },
];
const tensor = (...size: number[]) => op("ones", { size });
const parameter = (...shape: number[]): Member => ({
  name: "w",
  type: "parameter",
  attrs: { shape },
  init: { kind: "zeros" },
});

/** Nodes by id, each with its wires `{ port: "node" or "node.port" }`; names are made unique from ids. */
function graph(entries: Readonly<Record<string, Entry>>, more: Partial<Graph> = {}): Graph {
  const nodes = Object.entries(entries).map(([id, [each]]) => [id, { ...each, name: id }] as const);
  const edges = Object.entries(entries).flatMap(([id, [, wires]]) =>
    Object.entries(wires).map(([port, from]) => {
      const [source = "", out = "out"] = from.split(".");
      return { from: [source, out], to: [id, port] } as const;
    }),
  );
  const effects = nodes.filter(([, each]) => each.kind === "effect").map(([id]) => id);
  const made = createGraph("model", "main", { nodes: Object.fromEntries(nodes), edges, effects });
  const members = Object.entries(more.members ?? {}).map(([id, member]) => [id, { ...member, name: id }] as const);
  return { ...made, ...more, members: Object.fromEntries(members) };
}

function model(
  entries: Readonly<Record<string, Entry>>,
  more: Partial<Graph> = {},
  rest: Partial<ChainruleDocument> = {},
): ChainruleDocument {
  const { graphs, ...others } = rest;
  return createDocument("test", { graphs: { main: graph(entries, more), ...graphs }, ...others });
}

const linear = (inFeatures: number): Member => ({
  name: "fc",
  type: "nn.Linear",
  attrs: { inFeatures, outFeatures: 10 },
});
const sgd: Member = { name: "optimizer", type: "optim.SGD", attrs: { parameters: "all" } };
const backward = (from: string, more: Partial<Effect & { kind: "backward" }> = {}) =>
  effect({ kind: "backward", ...more }, { value: from });
const repeat = (body: string, wires: Wires) =>
  node({ kind: "repeat", body, count: { kind: "constant", value: 2 } }, wires);
const carrying = (name: string, more: Partial<Graph> = {}) =>
  graph(
    { h: input("h"), next: op("neg", {}, { input: "h" }), out: output("h", "next") },
    {
      kind: "body",
      name,
      inputs: [{ name: "h", role: "carried" }],
      outputs: [{ name: "h", role: "carried" }],
      ...more,
    },
  );
const square = (backwardShape: string) => ({
  graphs: {
    f: graph(
      { x: input("x"), out: output("out", "x") },
      { kind: "forward", inputs: [{ name: "x" }], outputs: [{ name: "out" }] },
    ),
    b: graph(
      { g: input("out"), sum: op("sum", {}, { input: "g" }), out: output("x", backwardShape) },
      { kind: "backward", inputs: [{ name: "out", role: "grad" as const }], outputs: [{ name: "x" }] },
    ),
  },
  functions: { f: { name: "F", forward: "f", backward: "b", saved: [] } },
});
const apply = (wires: Wires, name = "f"): Entry => [{ kind: "apply", name: "apply", function: name, position }, wires];

/** A document for each code, the sentence it must give, and how many fixes it offers. */
const cases: readonly [DiagnosticCode, ChainruleDocument, string, number][] = [
  ["op.unknown", model({ a: tensor(2), r: op("rellu", {}, { input: "a" }) }), 'rellu "r": there is no op rellu, expected the name of one.', 2],
  ["node.unknown", model({ u: [{ kind: "unknown", name: "u", raw: 1, position }, {}] }), 'Unknown "u": this version does not know the node', 1],
  ["operand.missing", model({ a: tensor(2), s: op("add", { other: 1 }), p: effect({ kind: "backward" }, { value: "s" }) }), 'Add "s": the operand input is not given, expected an edge or a number.', 0],
  ["port.unknown", model({ a: tensor(2), s: op("neg", {}, { input: "a", inpt: "a" }) }), 'Neg "s": there is no port inpt, expected one of: input.', 1],
  ["edge.dangling", model({ s: op("neg", {}, { input: "gone" }) }), 'graph "main": the edge from gone.out to s.input ends at a node that is not there', 1],
  ["port.twice", model({ a: tensor(2), s: op("neg", {}, { input: "a" }) }, { edges: [{ from: ["a", "out"], to: ["s", "input"] }, { from: ["a", "out"], to: ["s", "input"] }] }), 'Neg "s": two edges end at the port input', 1],
  ["graph.cycle", model({ a: op("neg", {}, { input: "b" }), b: op("neg", {}, { input: "a" }) }), "nodes depend on each other in a circle: ", 1],
  ["graph.missing", model({ m: call("m") }, { members: { m: { name: "m", type: "graph:gone", attrs: {} } } }), 'there is no graph gone', 0],
  ["graph.recursive", model({ m: call("m") }, { members: { m: { name: "m", type: "graph:main", attrs: {} } } }), "graphs contain each other: main → main", 0],
  ["member.missing", model({ m: call("gone") }), 'Call "m": there is no member gone', 1],
  ["member.type", model({}, { members: { m: { name: "m", type: "nn.Conv9d", attrs: {} } } }), 'Conv9d "m": there is no member type nn.Conv9d', 0],
  ["member.notCallable", model({ o: call("optimizer") }, { members: { optimizer: sgd, w: parameter() } }), "optimizer is an optimiser and cannot be called", 0],
  ["member.content", model({}, { members: { w: { ...parameter(2), init: { kind: "constant", value: [1, 2, 3] } } } }), 'Parameter "w": the initial value has shape [3], expected [2].', 0],
  ["function.missing", model({ a: tensor(2), f: apply({ x: "a" }, "gone") }), 'there is no Function gone', 1],
  ["function.gradMissing", model({ w: call("w"), f: apply({ x: "w" }) }, { members: { w: parameter(2) } }, (() => { const s = square("g"); return { ...s, graphs: { ...s.graphs, b: { ...s.graphs.b, nodes: {}, edges: [] } } }; })()), "backward of F gives no gradient for the input x", 0],
  ["backward.gradientShape", model({ w: call("w"), f: apply({ x: "w" }) }, { members: { w: parameter(2) } }, square("sum")), "F returned an invalid gradient at index 0: found shape []", 0],
  ["name.taken", (() => { const d = model({ a: tensor(2), b: tensor(2) }); const main = d.graphs["main"] ?? createGraph("model", "main"); return { ...d, graphs: { main: { ...main, nodes: { ...main.nodes, b: { ...main.nodes["a"], position } as GraphNode } } } }; })(), "the name a is taken", 1],
  ["name.invalid", model({ "a-b": tensor(2) }), "the name a-b cannot be a variable", 1],
  ["draws.missing", model({ r: op("randn", { size: [2] }) }), 'Randn "r": it draws random numbers but is not in the order of draws', 1],
  ["random.drawnOnce", model({ r: [{ kind: "op", name: "r", op: "randperm", attrs: { n: 3 }, draw: "each step", position }, {}] }), "randperm cannot be drawn anew at each step", 0],
  ["effect.unlisted", model({ w: call("w"), b: backward("w") }, { effects: [], members: { w: parameter() } }), "the effect has no place in the order of effects", 1],
  ["effect.order", model({ w: call("w"), s: op("sum", {}, { input: "first.w" }), second: backward("s"), first: backward("w", { targets: ["w"] }) }, { members: { w: parameter() } }), "effects happen before what they need: second ← first", 1],
  ["effect.noGradient", model({ step: effect({ kind: "optimizerStep", optimizer: "o" }) }, { members: { o: sgd, w: parameter() } }), "no backward happens before it", 0],
  ["member.notOptimizer", model({ zero: effect({ kind: "zeroGrad", optimizer: "w" }) }, { members: { w: parameter() } }), "w is no optimiser", 0],
  ["target.missing", model({ w: call("w"), b: backward("w", { targets: ["nobody"] }) }, { members: { w: parameter() } }), 'there is no parameter, buffer, module or leaf nobody', 0],
  ["optimizer.nesterov", model({}, { members: { o: { ...sgd, attrs: { parameters: "all", nesterov: true } }, w: parameter() } }), "nesterov has momentum 0 and dampening 0", 0],
  ["attribute.invalid", model({}, { members: { o: { ...sgd, type: "optim.Adam", attrs: { parameters: "all", betas: [0.9, 1] } }, w: parameter() } }), "betas is [0.9,1], expected 2 numbers from 0 up to, not including, 1", 1],
  ["optimizer.empty", model({}, { members: { o: { ...sgd, attrs: { parameters: ["b"] } }, b: { name: "b", type: "buffer", attrs: {} }, w: parameter() } }), "optimizer got an empty parameter list", 1],
  ["inPlace.shape", model({ a: tensor(3), b: tensor(2, 3), add: effect({ kind: "inPlace", op: "add", attrs: {} }, { input: "a", other: "b" }) }), "output with shape [3] doesn't match the broadcast shape [2, 3].", 0],
  ["update.shape", model({ a: tensor(5, 1), u: effect({ kind: "update", targets: ["w"], formula: "p - a", lr: 1 }, { a: "a" }) }, { members: { w: parameter() } }), "the update of p has shape [5, 1], expected []", 0],
  ["repeat.range", model({ a: tensor(2), r: node({ kind: "repeat", body: "body", count: { kind: "randint", low: 4, high: 4 } }, { h: "a" }) }, {}, { graphs: { body: carrying("body") } }), "randint(4, 4) has nothing to draw from", 0],
  ["repeat.carried", model({ a: tensor(2), r: repeat("body", {}) }, {}, { graphs: { body: carrying("body", { inputs: [{ name: "h" }] }) } }), 'the body carries "h" out but not in', 0],
  ["loss.muted", model({ a: tensor(2), m: muted(op("neg", {}, { input: "a" })), s: op("sum", {}, { input: "m" }) }, {}, { training: { loss: ["s", "out"], steps: 1, logEvery: 1, device: "auto", stopOnNaN: true } }), 'the loss is not computed while this is muted', 0],
  ["loss.missing", model({ a: tensor(2) }, {}, { training: { loss: ["gone", "out"], steps: 1, logEvery: 1, device: "auto", stopOnNaN: true } }), "the loss is gone.out, which is not there", 0],
  ["loss.shape", model({ a: tensor(2) }, {}, { training: { loss: ["a", "out"], steps: 1, logEvery: 1, device: "auto", stopOnNaN: true } }), "the loss has shape [2], expected one number.", 0],
  ["loss.unreached", model({ w: call("w"), b: backward("w"), v: call("v"), n: op("neg", {}, { input: "v" }) }, { members: { w: parameter(), v: parameter() }, frames: [{ id: "f", title: "Head, draft", position: { x: -1, y: -1 }, size: { width: 9, height: 9 } }] }), "Head, draft: 1 node does not reach a loss, so it does not train.", 0],
  ["loss.unreached", model({ w: call("w"), b: backward("w"), u: call("u"), v: call("v"), n: op("add", {}, { input: "v", other: "u" }) }, { members: { w: parameter(), u: parameter(), v: parameter() } }), "2 nodes do not reach a loss, so they do not train.", 0],
  ["memory.budget", model({ a: tensor(2 ** 15, 2 ** 15), b: tensor(2 ** 15, 2 ** 15), c: op("add", {}, { input: "a", other: "b" }) }), "a step needs about 12 GiB", 0],
  ["backward.noGraph", model({ a: tensor(), b: backward("a") }), "element 0 of tensors does not require grad", 0],
  ["backward.nonScalar", model({ w: call("w"), b: backward("w") }, { members: { w: parameter(2, 3) } }), "grad can be implicitly created only for scalar outputs, found shape [2, 3]", 2],
  ["backward.cotangentShape", model({ w: call("w"), a: tensor(3), b: effect({ kind: "backward" }, { value: "w", cotangent: "a" }) }, { members: { w: parameter(2, 3) } }), "grad_output[0] has a shape of [3]", 0],
  ["backward.released", model({ w: call("w"), s: op("exp", {}, { input: "w" }), b: backward("s"), again: backward("s") }, { members: { w: parameter() } }), "Trying to backward through the graph a second time", 1],
  ["attribute.invalid", model({ a: tensor(2), u: op("unsqueeze", { dim: "x" }, { input: "a" }) }), 'Unsqueeze "u": dim is "x", expected an integer. Set dim.', 1],
  ["attribute.unknown", model({ a: tensor(2), u: op("neg", { dmi: 1 }, { input: "a" }) }), "there is no attribute dmi", 1],
  ["dim.range", model({ a: tensor(2), u: op("unsqueeze", { dim: 7 }, { input: "a" }) }), "dimension 7 is out of range", 0],
  ["shape.broadcast", model({ a: tensor(64, 3), b: tensor(64), s: op("add", {}, { input: "a", other: "b" }) }), "shapes [64, 3] and [64] do not broadcast", 2],
  ["dim.extents", model({ a: tensor(64, 3), b: tensor(10, 3), s: op("mm", {}, { input: "a", mat2: "b" }) }), "Mm \"s\": input [64, 3] meets mat2 [10, 3]: 3 against 10", 1],
  ["dtype.mismatch", model({ a: tensor(2), s: op("maskedFill", { value: 0 }, { input: "a", mask: "a" }) }), "mask has dtype float32, expected bool", 1],
  ["linear.features", model({ a: tensor(64, 512), fc1: call("fc1", { input: "a" }) }, { members: { fc1: linear(784) }, draws: ["fc1"] }), 'Linear "fc1": input has 512 features, weight expects 784.', 1],
  ["tensor.size", model({ a: op("neg", {}, { input: "big" }), big: op("ones", { size: [1e6, 1e6] }) }), "[1000000, 1000000] has 1000000000000 elements", 0],
]; // prettier-ignore

describe("diagnostics", () => {
  it.each(cases)("%s is raised, in one sentence, and its fixes remove it", (code, document, sentence, fixes) => {
    const found = analyze(document).diagnostics.filter((diagnostic) => diagnostic.code === code);
    expect(analyze(document).diagnostics.map(printDiagnostic)).toContainEqual(expect.stringContaining(sentence));
    const [diagnostic] = found;
    expect(diagnostic?.fixes).toHaveLength(fixes);
    for (const fix of diagnostic?.fixes ?? []) {
      const mended = applyFix(document, diagnostic?.place.graph ?? "", fix.edit);
      const left = analyze(mended).diagnostics.filter((each) => each.code === code);
      expect(left.length, fix.title).toBe(found.length - 1);
      expect(analyze(mended).diagnostics.filter((each) => each.severity === "error").length).toBeLessThanOrEqual(
        analyze(document).diagnostics.filter((each) => each.severity === "error").length,
      );
    }
  });

  it("are all raised by a document here, but for those of the program", () => {
    const raised = new Set(cases.map(([code]) => code));
    const elsewhere = new Set(["node.failed", "graph.unfolds", "function.members"]);
    const missing = Object.keys(graphDiagnostics).filter(
      (code) => !raised.has(code as DiagnosticCode) && !elsewhere.has(code),
    );
    expect(missing).toEqual([]);
  });

  it("say which operand they refuse", () => {
    const portOf = (code: DiagnosticCode) => {
      const document = cases.find(([each]) => each === code)?.[1] ?? createDocument("none");
      return analyze(document).diagnostics.find((each) => each.code === code)?.place.port;
    };
    expect([portOf("linear.features"), portOf("dtype.mismatch")]).toEqual(["input", "mask"]);
  });

  it("name sizes in their fixes", () => {
    const titles = (code: DiagnosticCode) =>
      analyze(cases.find(([each]) => each === code)?.[1] ?? createDocument("none"))
        .diagnostics.flatMap((each) => each.fixes)
        .map((fix) => fix.title);
    expect(titles("linear.features")).toEqual(["Set inFeatures to 512"]);
    expect(titles("shape.broadcast")).toEqual(["Insert unsqueeze(-1) on other", "Insert t() on input"]);
    expect(titles("dim.extents")).toEqual(["Insert t() on mat2"]);
    expect(titles("op.unknown")).toEqual(["Use relu", "Remove the node"]);
  });

  it("stay where they are: a broken node leaves the rest of the graph typed", () => {
    const { graphs } = analyze(
      model({
        a: tensor(2, 3),
        broken: op("mm", {}, { input: "a", mat2: "a" }),
        after: op("neg", {}, { input: "broken" }),
        whole: op("sum", { dims: [0] }, { input: "a" }),
      }),
    );
    const outputs = graphs.get("main")?.outputs;
    expect(outputs?.get("whole")?.["out"]?.type.shape).toEqual([3]);
    expect(outputs?.get("after")?.["out"]).toBeNull();
  });

  it("say nothing of a whole document", () => {
    expect(analyze(createDocument("empty")).diagnostics).toEqual([]);
  });
});

function example(name: string): ChainruleDocument {
  const url = new URL(`../../assets/examples/${name}.chainrule`, import.meta.url);
  const result = parseDocument(readFileSync(url, "utf8"));
  if (!result.ok) throw new Error(name);
  return result.document;
}

describe("types", () => {
  it("propagate through modules, bodies and Functions from their uses", () => {
    const { graphs } = analyze(example("mlp-dynamic"));
    expect(graphs.get("middle")?.outputs.get("linear")?.["out"]?.type).toEqual({ dtype: "float32", shape: [64, 100] });
    expect(graphs.get("main")?.outputs.get("y_pred")?.["out"]?.type.shape).toEqual([64, 10]);
    const legendre = analyze(example("legendre-function")).graphs;
    expect(legendre.get("main")?.outputs.get("p3")?.["out"]).toEqual({
      type: { dtype: "float32", shape: [2000] },
      requiresGrad: true,
      gradFn: "Legendre3Backward",
    });
    expect(legendre.get("legendre3_backward")?.outputs.get("grad_x")?.["out"]?.type.shape).toEqual([2000]);
  });

  it("are those of each call: one module, two shapes", () => {
    const m = graph(
      { x: input("x"), y: op("sum", { dims: [0] }, { input: "x" }), out: output("out", "y") },
      { kind: "module", inputs: [{ name: "x" }], outputs: [{ name: "out" }] },
    );
    const member: Member = { name: "m", type: "graph:m", attrs: {} };
    const { graphs } = analyze(
      model(
        { a: tensor(2, 3), b: tensor(4, 5), first: call("m", { x: "a" }), second: call("m", { x: "b" }) },
        { members: { m: member } },
        { graphs: { m } },
      ),
    );
    const outputs = graphs.get("main")?.outputs;
    expect(outputs?.get("first")?.["out"]?.type.shape).toEqual([3]);
    expect(outputs?.get("second")?.["out"]?.type.shape).toEqual([5]);
    expect(graphs.get("m")?.outputs.get("y")?.["out"]?.type.shape).toEqual([3]);
  });

  it("say what needs a gradient, and PyTorch's name of its backward", () => {
    const outputs = analyze(example("autograd-basics")).graphs.get("main")?.outputs;
    const flags = (id: string) => [outputs?.get(id)?.["out"]?.requiresGrad, outputs?.get(id)?.["out"]?.gradFn];
    expect(flags("y")).toEqual([true, "AddBackward0"]);
    expect(flags("z")).toEqual([true, "MulBackward0"]);
    expect(flags("out")).toEqual([true, "MeanBackward0"]);
    expect(flags("dot")).toEqual([true, "AddBackward0"]);
    expect(flags("other")).toEqual([false, null]);
    expect(flags("after_requires_grad")).toEqual([true, null]);
    expect(flags("x_detached")).toEqual([false, null]);
    expect(flags("x_squared_no_grad")).toEqual([false, null]);
  });

  it("of a Repeat whose turns change the shape are not known, unless it runs an exact few turns", () => {
    const growing = graph(
      { h: input("h"), next: op("unsqueeze", { dim: 0 }, { input: "h" }), out: output("h", "next") },
      { kind: "body", inputs: [{ name: "h", role: "carried" }], outputs: [{ name: "h", role: "carried" }] },
    );
    const count = (each: (GraphNode & { kind: "repeat" })["count"]) =>
      analyze(
        model({ a: tensor(2), r: node({ kind: "repeat", body: "body", count: each }, { h: "a" }) }, {}, { graphs: { body: growing } }),
      ).graphs.get("main")?.outputs.get("r")?.["h"]?.type.shape; // prettier-ignore
    expect(count({ kind: "constant", value: 2 })).toEqual([1, 1, 2]);
    expect(count({ kind: "constant", value: 0 })).toEqual([2]);
    expect(count({ kind: "randint", low: 0, high: 4 })).toBeUndefined();
  });
});

describe("facts", () => {
  it("explain broadcasting on the edge", () => {
    const { broadcasts } = analyze(
      model({ a: tensor(64, 3), b: tensor(3), s: op("add", {}, { input: "a", other: "b" }) }),
    ).graphs.get("main") ?? { broadcasts: new Map() };
    expect(broadcasts.get("s")).toEqual({ other: { from: [3], to: [64, 3], axes: [0] } });
  });

  it("count parameters, operations and bytes", () => {
    const facts = analyze(example("poly-autograd")).graphs.get("main");
    expect(facts?.costs.get("squared")).toEqual({
      parameters: 0,
      flops: 2000,
      backwardFlops: 8000,
      forwardBytes: 8000,
      savedBytes: 8000,
    });
    expect(facts?.cost.parameters).toBe(4);
    expect(analyze(example("mlp-module")).graphs.get("main")?.cost.parameters).toBe(101_110);
    expect(analyze(example("mlp-module")).graphs.get("two_layer_net")?.costs.get("h")?.parameters).toBe(100_100);
  });
});

describe("speed", () => {
  it("1,000 nodes take at most 20 ms of this machine's time, once warm", () => {
    const names = ["sin", "mul", "add", "relu", "pow"];
    const entries: Record<string, Entry> = { w: call("w") };
    for (let i = 0; i < 1000; i++) {
      const name = names[i % names.length] ?? "sin";
      const before = i === 0 ? "w" : `n${i - 1}`;
      const other = name === "mul" || name === "add" ? { other: i > 5 ? `n${i - 4}` : "w" } : {};
      entries[`n${i}`] = op(name, {}, { input: before, ...other });
    }
    const member: Member = { name: "w", type: "parameter", attrs: { shape: [64, 3] } };
    const times = Array.from({ length: 60 }, () => {
      const document = model({ ...entries, b: backward("n999") }, { members: { w: member } });
      const before = process.cpuUsage();
      analyze(document);
      return process.cpuUsage(before).user / 1000;
    });
    // Garbage collection and other work on the machine fall into some of them: the best ones are the work itself.
    expect(Math.min(...times)).toBeLessThan(20);
  });
});
