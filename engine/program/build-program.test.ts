/** @file Programs by hand: members and names, draws, regions, Functions, hashes. */
import { describe, expect, it } from "vitest";
import { createTorchGenerator } from "../random/torch-generator";
import { call, documentOf, effect, formula, listOf, numbersOf, op, parameter, portOf, programOf, traceOf, type GraphSpec } from "./document-fixture"; // prettier-ignore
import type { Decision } from "./program";

const linear = (inFeatures: number, outFeatures: number) => ({ type: "nn.Linear", attrs: { inFeatures, outFeatures } });

const net: GraphSpec = {
  kind: "module",
  inputs: ["x"],
  outputs: ["out"],
  members: { first: linear(3, 2), scale: parameter(2), second: linear(2, 1) },
  draws: ["first", "second"],
  nodes: {
    x: { kind: "input", port: "x" }, h: call("first"), factor: call("scale"), scaled: op("mul"), y: call("second"),
    out: { kind: "output", port: "out" },
  },
  edges: ["x.out > h.input", "h.out > scaled.input", "factor.out > scaled.other", "scaled.out > y.input", "y.out > out.in"],
}; // prettier-ignore

const usesNet: GraphSpec = {
  members: { model: { type: "graph:net", attrs: {} }, sgd: { type: "optim.SGD", attrs: { lr: 0.1 } } },
  draws: ["data", "model"],
  nodes: { data: op("randn", { size: [4, 3] }), y: call("model"), loss: op("sum") },
  edges: ["data.out > y.x", "y.out > loss.input"],
};

describe("members", () => {
  it("are named as in state_dict, a module's own first, the only model's name left out", () => {
    const program = programOf(documentOf(usesNet, { net }));
    const names = ["scale", "first.weight", "first.bias", "second.weight", "second.bias"];
    expect(program.parameters.map(({ name }) => name)).toEqual(names);
    expect(program.parameters.map(({ slot }) => slot)).toContain("model/first/weight");
    const two = { ...usesNet, members: { ...usesNet.members, extra: parameter(1) } };
    expect(programOf(documentOf(two, { net })).parameters.map(({ name }) => name)).toEqual([
      "extra",
      ...names.map((name) => `model.${name}`),
    ]);
  });

  it("draw in the document's order, as PyTorch would", () => {
    const { initialize } = programOf(documentOf(usesNet, { net }));
    const values = initialize(createTorchGenerator(3));
    const generator = createTorchGenerator(3);
    const bound = 1 / Math.sqrt(3);
    expect([...(values.get("once:data")?.data ?? [])]).toEqual([...generator.randn(12)]);
    expect([...(values.get("model/first/weight")?.data ?? [])]).toEqual([...generator.uniform(-bound, bound, 6)]);
    const other = programOf(documentOf({ ...usesNet, draws: ["model", "data"] }, { net })).initialize(
      createTorchGenerator(3),
    );
    expect(other.get("model/first/weight")?.data).not.toEqual(values.get("model/first/weight")?.data);
  });

  it("of bodies have names of their own: one for each Repeat, each side of a Branch, and beside a member of the node's name", () => {
    const held: GraphSpec = {
      kind: "body",
      inputs: [{ name: "x", role: "carried" }],
      outputs: [{ name: "x", role: "carried" }],
      members: { w: parameter(1) },
      nodes: { x: { kind: "input", port: "x" }, w: call("w"), out: op("mul"), y: { kind: "output", port: "x" } },
      edges: ["x.out > out.input", "w.out > out.other", "out.out > y.in"],
    };
    const side = (name: string): GraphSpec => ({
      ...held, inputs: ["x"], outputs: ["y"], members: { w: { ...parameter(1), name } },
      nodes: { ...held.nodes, y: { kind: "output", port: "y" } },
    }); // prettier-ignore
    const count = { kind: "constant", value: 2 } as const;
    const spec: GraphSpec = {
      members: { layer: linear(1, 1), other: parameter(1), model: { type: "graph:holder", attrs: {} } },
      nodes: {
        x: op("ones", { size: [1] }),
        a: { kind: "repeat", body: "held", count },
        b: { kind: "repeat", body: "held", count },
        layer: { kind: "repeat", body: "held", count },
        side: { kind: "branch", whenTrue: "yes", whenFalse: "no", condition: { kind: "randint", under: 1, outOf: 2 } },
      },
      edges: ["x.out > a.x", "a.x > b.x", "b.x > layer.x", "layer.x > side.x"],
    };
    const holder: GraphSpec = {
      kind: "module", inputs: ["x"], outputs: ["y"],
      nodes: { x: { kind: "input", port: "x" }, turns: { kind: "repeat", body: "held", count }, y: { kind: "output", port: "y" } },
      edges: ["x.out > turns.x", "turns.x > y.in"],
    }; // prettier-ignore
    const program = programOf(documentOf(spec, { held, holder, yes: side("w"), no: side("w") }));
    const inBodies = ["a.w", "b.w", "layer_2.w", "side_true.w", "side_false.w"];
    expect(program.parameters.map(({ name }) => name)).toEqual(["other", "layer.weight", "layer.bias", "model.turns.w", ...inBodies]); // prettier-ignore
    const { members } = spec;
    const only = documentOf({ ...spec, members: { model: members?.["model"] ?? linear(1, 1) } }, { held, holder, yes: side("w"), no: side("v") }); // prettier-ignore
    expect(programOf(only).parameters.map(({ name }) => name)).toEqual(["model.turns.w", "a.w", "b.w", "layer.w", "side_true.w", "side_false.v"]); // prettier-ignore
  });

  it("have one slot whoever calls them, and a gradient with a contribution from each use", () => {
    const spec: GraphSpec = {
      members: { layer: linear(2, 2) },
      nodes: {
        x: op("ones", { size: [1, 2] }),
        once: call("layer"),
        twice: call("layer"),
        loss: op("sum"),
        back: effect({ kind: "backward" }),
      },
      edges: ["x.out > once.input", "once.out > twice.input", "twice.out > loss.input", "loss.out > back.value"],
      effects: ["back"],
    };
    const program = programOf(documentOf(spec));
    expect(program.parameters).toHaveLength(2);
    const trace = traceOf(program);
    const bias = trace.tape.values.find(
      ({ definition }) => definition.kind === "slot" && definition.slot === "layer/bias",
    );
    if (!bias) throw new Error("the bias is read");
    expect(trace.backwards[0]?.contributions(bias)).toHaveLength(2);
  });

  it("of a Sequential are its positions", () => {
    const children = [
      { name: "0", ...linear(3, 4) },
      { name: "1", type: "nn.ReLU", attrs: {} },
      { name: "2", ...linear(4, 1) },
    ];
    const spec: GraphSpec = {
      members: { model: { type: "nn.Sequential", attrs: {}, children } },
      nodes: { x: op("ones", { size: [2, 3] }), y: call("model") },
      edges: ["x.out > y.input"],
    };
    const program = programOf(documentOf(spec));
    expect(program.parameters.map(({ name }) => name)).toEqual(["0.weight", "0.bias", "2.weight", "2.bias"]);
    expect(portOf(traceOf(program), "y").type.shape).toEqual([2, 1]);
  });
});

describe("draws", () => {
  it("of _like ops take the shape of what they are wired to", () => {
    const spec: GraphSpec = {
      nodes: { x: op("zeros", { size: [2, 5] }), noise: op("randnLike") },
      edges: ["x.out > noise.input"],
      draws: ["noise"],
    };
    const program = programOf(documentOf(spec));
    const values = program.initialize(createTorchGenerator(1));
    expect([...(values.get("once:noise")?.data ?? [])]).toEqual([...createTorchGenerator(1).randn(10)]);
  });

  it("made each step leave PyTorch's stream alone and count steps", async () => {
    const spec: GraphSpec = { nodes: { noise: { kind: "op", op: "rand", attrs: { size: [3] }, draw: "each step" } } };
    const program = programOf(documentOf(spec));
    const generator = createTorchGenerator(5);
    program.initialize(generator);
    expect(generator.save()).toEqual(createTorchGenerator(5).save());
    const trace = traceOf(program);
    expect(await listOf(program, trace.writes.get("random/counter"))).toEqual([1]);
    const drawn = await listOf(program, portOf(trace, "noise"));
    expect(new Set(drawn).size).toBe(3);
    expect(drawn.every((number) => number >= 0 && number < 1)).toBe(true);
  });

  it("are float32 first in a float64 run", () => {
    const spec: GraphSpec = { members: { p: parameter(0.1) }, nodes: { x: op("rand", { size: [4] }) }, draws: ["x"] };
    const values = programOf(documentOf(spec), "float64").initialize(createTorchGenerator(2));
    expect(values.get("once:x")?.dtype).toBe("float64");
    expect([...(values.get("once:x")?.data ?? [])]).toEqual([...createTorchGenerator(2).rand(4)]);
    expect(values.get("p")?.data[0]).toBe(Math.fround(0.1));
  });
});

describe("regions", () => {
  const double: GraphSpec = {
    kind: "body",
    inputs: [{ name: "h", role: "carried" }, { name: "i", role: "index" }, "step"],
    outputs: [{ name: "h", role: "carried" }, "last"],
    nodes: {
      h: { kind: "input", port: "h" }, i: { kind: "input", port: "i" }, step: { kind: "input", port: "step" },
      next: formula("h * w + i + step"), out: { kind: "output", port: "h" }, last: { kind: "output", port: "last" },
    },
    edges: ["h.out > next.h", "i.out > next.i", "step.out > next.step", "next.out > out.in", "i.out > last.in"],
  }; // prettier-ignore
  const loop = (
    count: Extract<GraphSpec["nodes"][string], { kind: "repeat" }>["count"],
    more: Partial<GraphSpec> = {},
  ): GraphSpec => ({
    members: { w: parameter(2) },
    nodes: {
      start: op("tensor", { data: 1.5 }),
      by: op("tensor", { data: 0.5 }),
      loop: { kind: "repeat", body: "double", count },
      ...more.nodes,
    },
    edges: ["start.out > loop.h", "by.out > loop.step", ...(more.edges ?? [])],
  });

  it("repeat a body with carried values, an index, and the members around it", async () => {
    const program = programOf(documentOf(loop({ kind: "constant", value: 3, from: 1 }), { double }));
    const trace = traceOf(program);
    // ((1.5·2 + 1.5)·2 + 2.5)·2 + 3.5
    expect(await listOf(program, portOf(trace, "loop.h"))).toEqual([26.5]);
    expect(await listOf(program, portOf(trace, "loop.last"))).toEqual([3]);
    const paths = trace.ports.filter(({ name }) => name === "next").map(({ origin }) => origin.path);
    expect(paths).toEqual([[["loop", 0]], [["loop", 1]], [["loop", 2]]]);
  });

  it("draw their count on the host, and read it from a value", async () => {
    const program = programOf(documentOf(loop({ kind: "randint", low: 0, high: 4 }), { double }));
    const asked: Decision[] = [];
    expect(await listOf(program, portOf(traceOf(program, [2], asked), "loop.h"))).toEqual([8.5]);
    expect(asked).toMatchObject([{ kind: "draw", low: 0, high: 4, where: { node: "loop" } }]);
    expect(await listOf(program, portOf(traceOf(program, [0]), "loop.h"))).toEqual([1.5]);
    const read = loop({ kind: "value" }, { nodes: { n: op("tensor", { data: 1 }) }, edges: ["n.out > loop.count"] });
    const reading = programOf(documentOf(read, { double }));
    const readings: Decision[] = [];
    expect(await listOf(reading, portOf(traceOf(reading, [1], readings), "loop.h"))).toEqual([3.5]);
    expect(readings).toMatchObject([{ kind: "read", value: { type: { shape: [] } } }]);
  });

  it("take list entries as the index", async () => {
    const program = programOf(documentOf(loop({ kind: "list", values: [5, -1] }), { double }));
    expect(await listOf(program, portOf(traceOf(program), "loop.h"))).toEqual([16.5]);
  });

  it("branch to one side", async () => {
    const side = (text: string): GraphSpec => ({
      kind: "body", inputs: ["x"], outputs: ["out"],
      nodes: { x: { kind: "input", port: "x" }, y: formula(text), out: { kind: "output", port: "out" } },
      edges: ["x.out > y.x", "y.out > out.in"],
    }); // prettier-ignore
    const spec: GraphSpec = {
      nodes: {
        x: op("tensor", { data: 3 }),
        either: {
          kind: "branch",
          whenTrue: "yes",
          whenFalse: "no",
          condition: { kind: "randint", under: 1, outOf: 4 },
        },
      },
      edges: ["x.out > either.x"],
    };
    const program = programOf(documentOf(spec, { yes: side("x + 1"), no: side("x * x") }));
    expect(await listOf(program, portOf(traceOf(program, [0]), "either"))).toEqual([4]);
    expect(await listOf(program, portOf(traceOf(program, [1]), "either"))).toEqual([9]);
  });
});

describe("Functions", () => {
  const cube = { name: "Cube", forward: "forward", backward: "backward", saved: [{ name: "x" }] };
  const forward: GraphSpec = {
    kind: "forward", inputs: ["x"], outputs: ["y"],
    nodes: { x: { kind: "input", port: "x" }, y: formula("x ** 3"), save: { kind: "save", as: "x" }, out: { kind: "output", port: "y" } },
    edges: ["x.out > y.x", "x.out > save.in", "y.out > out.in"],
  }; // prettier-ignore
  // Deliberately 7 times what it should be, so that a test can tell whose backward ran.
  const backward: GraphSpec = {
    kind: "backward", inputs: [{ name: "y", role: "grad" }, { name: "x", role: "saved" }], outputs: ["x"],
    nodes: { g: { kind: "input", port: "y" }, x: { kind: "input", port: "x" }, r: formula("21 * g * x ** 2"), out: { kind: "output", port: "x" } },
    edges: ["g.out > r.g", "x.out > r.x", "r.out > out.in"],
  }; // prettier-ignore
  const main: GraphSpec = {
    members: { x: parameter([1, 2]) },
    nodes: {
      read: call("x"),
      y: { kind: "apply", function: "cube" },
      loss: op("sum"),
      back: effect({ kind: "backward", targets: ["x"] }),
    },
    edges: ["read.out > y.x", "y.y > loss.input", "loss.out > back.value"],
    effects: ["back"],
  };

  it("run their own backward", async () => {
    const program = programOf(documentOf(main, { forward, backward }, { cube }));
    const trace = traceOf(program);
    const [value, grad] = await numbersOf(program, [portOf(trace, "y.y"), portOf(trace, "back.x")]);
    expect([...(value?.data ?? [])]).toEqual([1, 8]);
    expect([...(grad?.data ?? [])]).toEqual([21, 84]);
    expect(portOf(trace, "y.y").gradFn).toBe("CubeBackward");
    const inside = trace.ports.filter(({ graph }) => graph === "backward");
    expect(inside.map(({ origin: { phase } }) => phase)).toEqual(["backward", "backward", "backward"]);
  });

  it("are refused when backward forgets an input", () => {
    const silent = { ...backward, outputs: [], nodes: { g: { kind: "input", port: "y" } }, edges: [] } as const;
    expect(() => programOf(documentOf(main, { forward, backward: silent }, { cube }))).toThrow(
      "backward of Cube gives no gradient for the input x",
    );
  });
});

describe("the hash of a program", () => {
  const spec: GraphSpec = {
    members: { x: parameter([1, 2]), sgd: { type: "optim.SGD", attrs: { lr: 0.1, momentum: 0.5 } } },
    nodes: {
      read: call("x"),
      loss: op("sum"),
      back: effect({ kind: "backward" }),
      step: effect({ kind: "optimizerStep", optimizer: "sgd" }),
    },
    edges: ["read.out > loss.input", "loss.out > back.value"],
    effects: ["back", "step"],
  };
  const hash = (changed: GraphSpec): string => programOf(documentOf(changed)).hash;

  it("is blind to names, places and learning rates", () => {
    const renamed = documentOf(spec);
    const main = renamed.graphs["main"];
    if (!main) throw new Error("main");
    const nodes = Object.fromEntries(Object.entries(main.nodes).map(([id, node]) => [id, { ...node, name: `n_${id}`, position: { x: 9, y: 9 } }])); // prettier-ignore
    expect(programOf({ ...renamed, graphs: { main: { ...main, nodes } } }).hash).toBe(hash(spec));
    const faster = { ...spec.members, sgd: { type: "optim.SGD", attrs: { lr: 0.7, momentum: 0.5 } } };
    expect(hash({ ...spec, members: faster })).toBe(hash(spec));
  });

  it("sees attributes, wiring and the order of effects", () => {
    const heavier = { ...spec.members, sgd: { type: "optim.SGD", attrs: { lr: 0.1, momentum: 0.6 } } };
    const changed = [
      hash({ ...spec, members: heavier }),
      hash({ ...spec, effects: ["step", "back"] }),
      hash({ ...spec, nodes: { ...spec.nodes, loss: op("mean") } }),
      programOf(documentOf(spec), "float64").hash,
    ];
    expect(new Set([hash(spec), ...changed]).size).toBe(5);
  });
});

describe("traces", () => {
  it("of equal decisions are alike", () => {
    const program = programOf(documentOf(usesNet, { net }));
    const shape = (): unknown =>
      traceOf(program).tape.values.map(({ id, type, definition, origin }) => [id, type, definition.kind, origin]);
    expect(shape()).toEqual(shape());
  });

  it("fill summaries with values", () => {
    const spec: GraphSpec = {
      summary: "y = {a} + {b} x, {w}",
      members: { a: parameter(0), b: parameter(0) },
      nodes: {},
    };
    const program = programOf(documentOf(spec));
    const scalar = (value: number) => ({ dtype: "float32", shape: [], data: Float32Array.of(value) }) as const;
    expect(program.summary(new Map([["a", scalar(0.1)], ["b", scalar(-2)]]))).toBe("y = 0.1 + -2 x, {w}"); // prettier-ignore
  });
});
