/** @file Broken documents: each fault is a diagnostic at its place, and nothing throws. */
import { describe, expect, it } from "vitest";
import type { ChainruleDocument, Graph } from "../document/document";
import type { DiagnosticCode } from "../ir/diagnostic";
import { uniforms } from "../random/uniforms";
import { call, documentOf, effect, formula, op, parameter, problemsOf, type GraphSpec } from "./document-fixture";
import { buildProgram } from "./build-program";

const options = { float: "float32", resources: new Map() } as const;

const graph = (spec: GraphSpec): ChainruleDocument => documentOf(spec);

const whole: GraphSpec = {
  members: { x: parameter([1, 2, 3]) },
  nodes: { read: call("x"), y: op("exp"), loss: op("sum"), back: effect({ kind: "backward" }) },
  edges: ["read.out > y.input", "y.out > loss.input", "loss.out > back.value"],
  effects: ["back"],
};

const body: GraphSpec = {
  kind: "body",
  inputs: ["x"],
  outputs: ["x"],
  nodes: { x: { kind: "input", port: "x" }, out: { kind: "output", port: "x" } },
  edges: ["x.out > out.in"],
};

describe("buildProgram finds", () => {
  it("nothing in a whole document", () => {
    expect(problemsOf(graph(whole))).toEqual([]);
  });

  it.each<[string, GraphSpec, DiagnosticCode]>([
    ["an unknown op", { nodes: { a: op("frobnicate") } }, "op.unknown"],
    [
      "a circle",
      { nodes: { a: op("exp"), b: op("sin") }, edges: ["a.out > b.input", "b.out > a.input"] },
      "graph.cycle",
    ],
    ["a node wired to itself", { nodes: { a: op("exp") }, edges: ["a.out > a.input"] }, "graph.cycle"],
    ["a missing operand", { nodes: { a: op("exp") } }, "port.unwired"],
    [
      "an edge to a port that is not there",
      { nodes: { a: op("ones"), b: op("exp") }, edges: ["a.out > b.inptu"] },
      "port.unknown",
    ],
    [
      "an edge from a port that is not there",
      { nodes: { a: op("ones"), b: op("exp") }, edges: ["a.result > b.input"] },
      "port.unknown",
    ],
    ["an edge from nowhere", { nodes: { b: op("exp") }, edges: ["a.out > b.input"] }, "edge.dangling"],
    [
      "two edges into one port",
      { nodes: { a: op("ones"), b: op("exp") }, edges: ["a.out > b.input", "a.out > b.input"] },
      "port.twice",
    ],
    ["an unknown member", { nodes: { a: call("ghost") } }, "member.missing"],
    ["an unknown member type", { members: { m: { type: "nn.Convoluted", attrs: {} } }, nodes: {} }, "member.type"],
    ["a wrong attribute", { nodes: { a: op("ones", { size: [2, "x"] }) } }, "attribute.invalid"],
    [
      "an attribute of a member",
      { members: { m: { type: "nn.Linear", attrs: { inFeatures: "x" } } }, nodes: {} },
      "attribute.invalid",
    ],
    [
      "shapes that do not meet",
      {
        nodes: { a: op("ones", { size: [2] }), b: op("ones", { size: [3] }), c: op("add") },
        edges: ["a.out > c.input", "b.out > c.other"],
      },
      "shape.broadcast",
    ],
    [
      "a claimed tensor of 10¹² elements",
      { nodes: { a: op("ones", { size: [1_000_000, 1_000_000] }) } },
      "tensor.size",
    ],
    [
      "a parameter of 10¹² elements",
      { members: { m: { type: "parameter", attrs: { shape: [1_000_000, 1_000_000] } } }, nodes: {} },
      "tensor.size",
    ],
    ["content of another shape", { members: { m: parameter([1, 2], { shape: [3] }) }, nodes: {} }, "member.content"],
    ["a formula that is none", { nodes: { a: formula("x +") } }, "formula.invalid"],
    ["a name of nothing", { nodes: { a: formula("x + 1") } }, "formula.name"],
    ["an op called with too much", { members: { x: parameter(1) }, nodes: { a: formula("sin(x, x)") } }, "op.operands"],
    ["an effect without a place", { ...whole, effects: [] }, "effect.unlisted"],
    [
      "an effect before what it needs",
      {
        nodes: {
          a: op("zeros"),
          first: effect({ kind: "inPlace", op: "add", attrs: { other: 1 } }),
          second: effect({ kind: "inPlace", op: "add", attrs: { other: 1 } }),
        },
        edges: ["a.out > second.input", "second.out > first.input"],
        effects: ["first", "second"],
      },
      "effect.order",
    ],
    [
      "a target of nothing",
      { ...whole, nodes: { ...whole.nodes, back: effect({ kind: "backward", targets: ["w"] }) } },
      "target.missing",
    ],
    [
      "a step of what is no optimiser",
      { ...whole, nodes: { ...whole.nodes, back: effect({ kind: "optimizerStep", optimizer: "x" }) }, edges: [] },
      "member.notOptimizer",
    ],
    [
      "a missing body",
      { nodes: { a: { kind: "repeat", body: "ghost", count: { kind: "constant", value: 1 } } } },
      "graph.missing",
    ],
    ["a missing Function", { nodes: { a: { kind: "apply", function: "ghost" } } }, "function.missing"],
    ["an unknown node", { nodes: { a: { kind: "unknown", raw: {} } } }, "node.unknown"],
  ])("%s", (_, spec, expected) => {
    const document = graph(spec);
    const built = buildProgram(document, options);
    expect(built.ok).toBe(false);
    expect(built.diagnostics.map(({ code }) => code)).toContain(expected);
    expect(problemsOf(document).join("\n")).not.toContain("?");
    for (const { place } of built.diagnostics) expect(place.graph).toBe("main");
  });

  it("members of a Function, in its bodies too", () => {
    const ports = { inputs: ["x"], outputs: ["y"] };
    const through: GraphSpec["nodes"] = { x: { kind: "input", port: "x" }, y: { kind: "output", port: "y" } };
    const loop: GraphSpec = { ...body, members: { w: parameter(1) } };
    const repeat = { kind: "repeat", body: "loop", count: { kind: "constant", value: 2 } } as const;
    const forward: GraphSpec = {
      kind: "forward", ...ports, nodes: { ...through, a: repeat }, edges: ["x.out > a.x", "a.x > y.in"],
    }; // prettier-ignore
    const backward: GraphSpec = { kind: "backward", ...ports, nodes: through, edges: ["x.out > y.in"] };
    const applies: GraphSpec = {
      nodes: { x: op("ones"), f: { kind: "apply", function: "f" } },
      edges: ["x.out > f.x"],
    };
    const functions = { f: { name: "f", forward: "forward", backward: "backward", saved: [] } };
    expect(problemsOf(documentOf(applies, { loop, forward, backward }, functions)).join("\n")).toContain(
      "Function f owns the member w",
    );
  });

  it("graphs that contain themselves", () => {
    const inner: GraphSpec = { kind: "module", members: { again: { type: "graph:inner", attrs: {} } }, nodes: {} };
    const modules = documentOf({ members: { m: { type: "graph:inner", attrs: {} } }, nodes: {} }, { inner });
    expect(problemsOf(modules).join("\n")).toContain("inner → inner");
    const loop: GraphSpec = {
      ...body,
      nodes: { ...body.nodes, again: { kind: "repeat", body: "loop", count: { kind: "constant", value: 2 } } },
    };
    const bodies = documentOf(
      { nodes: { a: { kind: "repeat", body: "loop", count: { kind: "constant", value: 2 } } } },
      { loop },
    );
    expect(problemsOf(bodies).join("\n")).toContain("loop → loop");
  });

  it("modules that unfold to millions", () => {
    const graphs: Record<string, GraphSpec> = {};
    for (let level = 0; level < 30; level++) {
      const type = `graph:level${level + 1}`;
      graphs[`level${level}`] = {
        kind: "module",
        members: level < 29 ? { a: { type, attrs: {} }, b: { type, attrs: {} } } : {},
        nodes: {},
      };
    }
    const document = documentOf({ members: { m: { type: "graph:level0", attrs: {} } }, nodes: {} }, graphs);
    expect(problemsOf(document).join("\n")).toContain("unfolds to more than");
  });

  it("loops that never end", () => {
    const count = { kind: "constant", value: 1e9 } as const;
    const spec: GraphSpec = {
      nodes: { x: op("ones"), a: { kind: "repeat", body: "body", count } },
      edges: ["x.out > a.x"],
    };
    expect(problemsOf(documentOf(spec, { body })).join("\n")).toContain("1000000000 turns");
  });

  it("a root that is not there", () => {
    expect(problemsOf({ ...graph(whole), root: "ghost" }).join("\n")).toMatch(/graph "?ghost/);
  });

  it("faults of data when a step runs, with their node", () => {
    const count = { kind: "value" } as const;
    const grow: GraphSpec = {
      kind: "body", inputs: [{ name: "x", role: "carried" }], outputs: [{ name: "x", role: "carried" }],
      nodes: { x: { kind: "input", port: "x" }, wide: op("unsqueeze", { dim: 0 }), y: op("mm"), out: { kind: "output", port: "x" } },
      edges: ["x.out > wide.input", "wide.out > out.in", "x.out > y.input", "x.out > y.mat2"],
    }; // prettier-ignore
    const spec: GraphSpec = {
      nodes: { x: op("ones", { size: [2, 2] }), n: op("ones"), a: { kind: "repeat", body: "grow", count } },
      edges: ["x.out > a.x", "n.out > a.count"],
    };
    const built = buildProgram(documentOf(spec, { grow }), options);
    if (!built.ok) throw new Error("the first turn is right");
    expect(() => built.program.trace(() => 2)).toThrow(/"y": /);
  });
});

const unary = ["exp", "sin", "relu", "sum", "neg", "tanh", "square", "t", "mean", "detach", "softmax"];
const binary = ["add", "mul", "sub", "matmul", "maximum", "div"];

function picker(seed: number): (below: number) => number {
  const next = uniforms(seed);
  return (below) => Math.floor(next() * below);
}

/** A random document: a layer or two of ops over parameters and draws, with a loss, backward and an update. */
function randomDocument(seed: number): ChainruleDocument {
  const pick = picker(seed);
  const nodes: Record<string, GraphSpec["nodes"][string]> = {
    p: call("w"),
    q: call("v"),
    noise: op("randn", { size: [3, 3] }),
  };
  const edges: string[] = [];
  const made = ["p", "q", "noise"];
  const any = (): string => made[pick(made.length)] ?? "p";
  for (let i = 0; i < 3 + pick(6); i++) {
    const id = `n${i}`;
    if (pick(3) === 0) {
      nodes[id] = op(unary[pick(unary.length)] ?? "exp");
      edges.push(`${any()}.out > ${id}.input`);
    } else if (pick(4) === 0) {
      nodes[id] = formula("0.5 * a ** 2 - sin(b) * w");
      edges.push(`${any()}.out > ${id}.a`, `${any()}.out > ${id}.b`);
    } else {
      nodes[id] = op(binary[pick(binary.length)] ?? "add");
      edges.push(`${any()}.out > ${id}.input`, `${any()}.out > ${id}.other`);
    }
    made.push(id);
  }
  nodes["joined"] = op("add");
  nodes["loss"] = op("sum");
  edges.push(
    `${made.at(-1)}.out > joined.input`,
    "p.out > joined.other",
    "joined.out > loss.input",
    "loss.out > back.value",
  );
  nodes["back"] = effect({ kind: "backward" });
  nodes["update"] = effect({ kind: "update", targets: "all", formula: "p - lr * grad", lr: 0.01, thenClear: true });
  const members = { w: { type: "parameter", attrs: { shape: [3, 3] }, init: { kind: "randn" } }, v: parameter([[1], [2], [3]]) } as const; // prettier-ignore
  return documentOf({ members, nodes, edges, effects: ["back", "update"], draws: ["w", "noise"] }, {}, {}, "loss.out");
}

/** One careless change somewhere in the document. */
function mutated(document: ChainruleDocument, seed: number): ChainruleDocument {
  const pick = picker(seed + 7919);
  const main = document.graphs["main"];
  if (!main) throw new Error("main");
  const ids = Object.keys(main.nodes);
  const id = ids[pick(ids.length)] ?? "p";
  const node = main.nodes[id];
  const edges = [...main.edges];
  const at = pick(edges.length);
  const edge = edges[at];
  const change = (graph: Partial<Graph>): ChainruleDocument => ({
    ...document,
    graphs: { main: { ...main, ...graph } },
  });
  const { [id]: _, ...without } = main.nodes;
  switch (pick(8)) {
    case 0:
      return change({ edges: edges.filter((_, i) => i !== at) });
    case 1:
      return change({ nodes: without });
    case 2:
      return change({ edges: [...edges, { from: [id, "out"], to: [ids[pick(ids.length)] ?? "p", "input"] }] });
    case 3:
      return change({ members: {} });
    case 4:
      return node
        ? change({
            nodes: {
              ...main.nodes,
              [id]: {
                name: id,
                position: { x: 0, y: 0 },
                kind: "op",
                op: ["norm", "conv9", "reshape", "__proto__"][pick(4)] ?? "",
                attrs: { dims: "x" },
              },
            },
          })
        : document;
    case 5:
      return edge ? change({ edges: edges.map((e, i) => (i === at ? { from: e.to, to: e.from } : e)) }) : document;
    case 6:
      return change({ effects: ["update", "back", "ghost", "update"] });
    default:
      return node
        ? change({
            nodes: {
              ...main.nodes,
              [id]: { ...node, flags: { muted: pick(2) === 0, bypassed: pick(2) === 0, frozen: pick(2) === 0 } },
            },
          })
        : document;
  }
}

describe("random documents", () => {
  it("build and trace, or say why not", () => {
    let traced = 0;
    for (let seed = 0; seed < 60; seed++) {
      const built = buildProgram(randomDocument(seed), options);
      if (!built.ok) {
        expect(built.diagnostics.length).toBeGreaterThan(0);
        continue;
      }
      const trace = built.program.trace(() => 0);
      expect(trace.errors).toEqual([]);
      expect(trace.loss).not.toBeNull();
      expect(trace.writes.get("w")?.type.shape).toEqual([3, 3]);
      traced++;
    }
    expect(traced).toBeGreaterThan(15);
  });

  it("never throw when broken", () => {
    let broken = 0;
    for (let seed = 0; seed < 120; seed++) {
      const built = buildProgram(mutated(mutated(randomDocument(seed), seed), seed + 1), options);
      if (built.ok) built.program.trace(() => 0, { continueOnError: true });
      else {
        broken++;
        expect(built.diagnostics.some(({ severity }) => severity === "error")).toBe(true);
      }
    }
    expect(broken).toBeGreaterThan(40);
  });
});
