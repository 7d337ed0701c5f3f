/** @file Members and once-draws of bodies: exported code makes them once, in the engine's order, under the engine's names. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ChainruleDocument } from "../../document/document";
import { call, documentOf, effect, op, type GraphSpec, type NodeSpec } from "../../program/document-fixture";
import { exportTypescriptProgram } from ".";
import { engineBundle, expectSameRun, forget } from "./project-fixture";

beforeAll(() => void engineBundle());
afterAll(forget);

const linear = { type: "nn.Linear", attrs: { inFeatures: 3, outFeatures: 3 } };
const drawn = { type: "parameter", attrs: { shape: [3] }, init: { kind: "randn" } } as const;
const buffer = { type: "buffer", attrs: { shape: [3] }, init: { kind: "rand" } } as const;
const input: NodeSpec = { kind: "input", port: "x" };
const output: NodeSpec = { kind: "output", port: "x" };
const carried = [{ name: "x", role: "carried" }] as const;
const repeat = (body: string, value = 2): NodeSpec => ({ kind: "repeat", body, count: { kind: "constant", value } });
const through = (node: string): string[] => [`x.out > ${node}.x`, `${node}.x > y.in`];

/** Owns a Linear, a parameter, a buffer and a draw; and through `inner` what the innermost owns. */
const outer: GraphSpec = {
  kind: "body",
  inputs: carried,
  outputs: carried,
  members: { layer: linear, scale: drawn, shift: buffer },
  nodes: {
    x: input, y: output, h: call("layer"), noise: op("randn", { size: [3] }), scale: call("scale"), shift: call("shift"),
    scaled: op("mul"), moved: op("add"), noisy: op("add"), turned: repeat("inner"), bent: op("tanh"),
  },
  edges: [
    "x.out > h.input", "h.out > scaled.input", "scale.out > scaled.other", "scaled.out > moved.input", "shift.out > moved.other",
    "moved.out > noisy.input", "noise.out > noisy.other", "noisy.out > turned.x", "turned.x > bent.input", "bent.out > y.in",
  ],
  draws: ["scale", "noise"],
}; // prettier-ignore

const inner: GraphSpec = {
  kind: "body",
  inputs: carried,
  outputs: carried,
  members: { layer: linear, factor: drawn },
  nodes: { x: input, y: output, h: call("layer"), factor: call("factor"), out: op("mul") },
  edges: ["x.out > h.input", "h.out > out.input", "factor.out > out.other", "out.out > y.in"],
};

/** One side of a Branch: a layer of its own and that of the graph around it. */
function side(member: string): GraphSpec {
  return {
    kind: "body",
    inputs: ["x"],
    outputs: ["x"],
    members: { [member]: linear, w: drawn },
    nodes: { x: input, y: output, h: call(member), w: call("w"), sum: op("add"), shared: call("shared") },
    edges: ["x.out > h.input", "h.out > sum.input", "w.out > sum.other", "sum.out > shared.input", "shared.out > y.in"],
  };
}

const bodies = { outer, inner, yes: side("layer"), no: side("other") };

/** Two loops over one body, and a Branch. */
const chain = {
  members: { shared: linear },
  nodes: {
    first: repeat("outer"),
    second: repeat("outer", 1),
    side: { kind: "branch", whenTrue: "yes", whenFalse: "no", condition: { kind: "randint", under: 1, outOf: 2 } },
  },
  edges: ["first.x > second.x", "second.x > side.x"],
} as const satisfies GraphSpec;

/** A step of training on the norm of what `last` gives. */
function trainedOn(last: string, spec: GraphSpec, optimizer: Readonly<Record<string, unknown>> = {}): GraphSpec {
  return {
    ...spec,
    members: { ...spec.members, sgd: { type: "optim.SGD", attrs: { lr: 0.05, momentum: 0.5, ...optimizer } } },
    nodes: {
      ...spec.nodes,
      loss: op("norm"),
      clear: effect({ kind: "zeroGrad", optimizer: "sgd" }),
      back: effect({ kind: "backward" }),
      step: effect({ kind: "optimizerStep", optimizer: "sgd" }),
    },
    edges: [...(spec.edges ?? []), `${last} > loss.input`, "loss.out > back.value"],
    effects: ["clear", "back", "step"],
  };
}

const data = op("randn", { size: [2, 3] });

/** The loops in the root, whose draws are listed in another order than its nodes. */
function inRoot(optimizer: Readonly<Record<string, unknown>> = {}): ChainruleDocument {
  const spec: GraphSpec = {
    ...chain,
    nodes: { ...chain.nodes, data },
    edges: ["data.out > first.x", ...chain.edges],
    draws: ["second", "data"],
  };
  return documentOf(trainedOn("side.x", spec, optimizer), bodies, {}, "loss.out");
}

it("of loops and sides in the root", () => expectSameRun("owned-root", inRoot(), 12));

it("by their names in an optimiser", async () => {
  const parameters = ["shared", "first.layer.weight", "second.turned.factor", "side_false.w"];
  await expectSameRun("owned-named", inRoot({ parameters }), 12);
});

it("of loops and sides in a module, used twice", async () => {
  const net: GraphSpec = {
    ...chain,
    kind: "module",
    inputs: ["x"],
    outputs: ["x"],
    nodes: { x: input, y: output, ...chain.nodes },
    edges: [...chain.edges, "x.out > first.x", "side.x > y.in"],
    draws: ["shared", "second"],
  };
  const spec: GraphSpec = {
    members: { one: { type: "graph:net", attrs: {} }, two: { type: "graph:net", attrs: {} } },
    nodes: { data, one: call("one"), two: call("two") },
    edges: ["data.out > one.x", "one.x > two.x"],
    draws: ["two", "data", "one"],
  };
  await expectSameRun("owned-module", documentOf(trainedOn("two.x", spec), { ...bodies, net }, {}, "loss.out"), 12);
});

it("of a module that only its loop makes learn: the only model, without its name", async () => {
  const net: GraphSpec = {
    kind: "module", inputs: ["x"], outputs: ["x"],
    nodes: { x: input, y: output, loop: repeat("outer") },
    edges: through("loop"),
  }; // prettier-ignore
  const spec: GraphSpec = {
    members: { model: { type: "graph:net", attrs: {} } },
    nodes: { data, model: call("model") },
    edges: ["data.out > model.x"],
  };
  await expectSameRun("owned-only", documentOf(trainedOn("model.x", spec), { ...bodies, net }, {}, "loss.out"));
});

it("with an optimiser that lies in the body and steps there", async () => {
  const learning: GraphSpec = {
    kind: "body",
    inputs: carried,
    outputs: carried,
    members: {
      w: drawn,
      sgd: { type: "optim.SGD", attrs: { lr: 0.05, parameters: ["w"] } },
    },
    nodes: {
      x: input, y: output, w: call("w"), out: op("mul"), loss: op("norm"),
      back: effect({ kind: "backward", targets: ["w"] }), step: effect({ kind: "optimizerStep", optimizer: "sgd" }),
    },
    edges: ["x.out > out.input", "w.out > out.other", "out.out > loss.input", "loss.out > back.value", "out.out > y.in"],
    effects: ["back", "step"],
  }; // prettier-ignore
  const spec: GraphSpec = {
    nodes: { data, loop: repeat("learning", 1), cut: op("detach"), again: repeat("learning", 1), loss: op("norm") },
    edges: ["data.out > loop.x", "loop.x > cut.input", "cut.out > again.x", "again.x > loss.input"],
  };
  await expectSameRun("owned-optimizer", documentOf(spec, { learning }, {}, "loss.out"));
});

it("is found at the lines that make a member, from the nodes that call it in bodies", () => {
  const { text, lines } = exportTypescriptProgram(inRoot());
  const written = text.split("\n");
  const at = (node: string): string[] =>
    lines.filter((range) => range.node === node).map(({ start }) => written[start - 1] ?? "");
  const made = at("outer/scale").filter((line) => line.includes("randn([3]"));
  expect(made, "one for each loop").toHaveLength(2);
  expect(at("yes/shared").filter((line) => line.startsWith("const shared"))).toHaveLength(1);
});

it("refuses a once-draw in a Function, which its static forward cannot keep", () => {
  const forward: GraphSpec = {
    kind: "forward",
    inputs: ["x"],
    outputs: ["y"],
    nodes: { x: input, noise: op("randnLike"), sum: op("add"), y: { kind: "output", port: "y" } },
    edges: ["x.out > noise.input", "x.out > sum.input", "noise.out > sum.other", "sum.out > y.in"],
  };
  const backward: GraphSpec = {
    kind: "backward",
    inputs: [{ name: "y", role: "grad" }],
    outputs: ["x"],
    nodes: { g: { kind: "input", port: "y" }, x: output },
    edges: ["g.out > x.in"],
  };
  const functions = { f: { name: "noisy", forward: "forward", backward: "backward", saved: [] } };
  const spec: GraphSpec = { nodes: { data, f: { kind: "apply", function: "f" } }, edges: ["data.out > f.x"] };
  const document = documentOf(spec, { forward, backward }, functions);
  expect(() => exportTypescriptProgram(document)).toThrow('node "noise" in Function "noisy" draws once a run');
});
