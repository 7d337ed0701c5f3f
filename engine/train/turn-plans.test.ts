/** @file Steps run turn by turn give the losses, parameters and gradients of steps that are one plan. */
import { describe, expect, test } from "vitest";
import type { BackendName, Device } from "../backends/backend";
import { referenceBackend } from "../backends/reference";
import { wasmBackend } from "../backends/wasm";
import { nodeBackend, whyNoGpu } from "../backends/webgpu/device-fixture";
import type { ChainruleDocument, RepeatCount } from "../document/document";
import { call, documentOf, effect, formula, op, parameter, programOf, type GraphSpec, type NodeSpec } from "../program/document-fixture"; // prettier-ignore
import { Trainer } from "./trainer";

const clock = { now: () => performance.now(), breathe: () => Promise.resolve() };
const repeat = (body: string, count: RepeatCount): NodeSpec => ({ kind: "repeat", body, count });
const drawn = (low: number, high: number, from = 0): RepeatCount => ({ kind: "randint", low, high, from });

const training: Pick<GraphSpec, "effects"> & { readonly nodes: GraphSpec["nodes"]; readonly edges: readonly string[] } =
  {
    nodes: {
      loss: op("sum"),
      zero: effect({ kind: "zeroGrad", optimizer: "optimizer" }),
      back: effect({ kind: "backward" }),
      step: effect({ kind: "optimizerStep", optimizer: "optimizer" }),
    },
    edges: ["loss.out > back.value"],
    effects: ["zero", "back", "step"],
  };
const optimizer = { type: "optim.SGD", attrs: { lr: 0.01, momentum: 0.9, parameters: "all" } };
const carried = { name: "h", role: "carried" } as const;

/** Two loops over one shared layer, as E17 has one. */
function sharedLayer(): ChainruleDocument {
  const middle: GraphSpec = {
    kind: "body", inputs: [carried], outputs: [carried],
    nodes: { h: { kind: "input", port: "h" }, next: call("layer"), soft: op("tanh"), out: { kind: "output", port: "h" } },
    edges: ["h.out > next.input", "next.out > soft.input", "soft.out > out.in"],
  }; // prettier-ignore
  const main: GraphSpec = {
    members: { layer: { type: "nn.Linear", attrs: { inFeatures: 5, outFeatures: 5 } }, last: { type: "nn.Linear", attrs: { inFeatures: 5, outFeatures: 2 } }, optimizer },
    draws: ["layer", "last", "x"],
    nodes: {
      ...training.nodes,
      x: op("randn", { size: [4, 5] }), first: call("layer"),
      one: repeat("middle", drawn(0, 9)), between: op("sin"), two: repeat("middle", drawn(1, 9)), y: call("last"), square: op("square"),
    },
    edges: [
      ...training.edges,
      "x.out > first.input", "first.out > one.h", "one.h > between.input", "between.out > two.h",
      "two.h > y.input", "y.out > square.input", "square.out > loss.input",
    ],
    effects: training.effects ?? [],
  }; // prettier-ignore
  return documentOf(main, { middle, other: middle }, {}, "loss.out");
}

/**
 * One loop whose body reads its index, a value from outside that learns, and has a branch and a loop inside; a second
 * output tells of the last turn alone, and one parameter is used on one side of the branch only.
 */
function everything(): ChainruleDocument {
  const side = (text: string): GraphSpec => ({
    kind: "body", inputs: ["v"], outputs: ["v"],
    nodes: { v: { kind: "input", port: "v" }, f: formula(text), out: { kind: "output", port: "v" } },
    edges: ["v.out > f.v", "f.out > out.in"],
  }); // prettier-ignore
  const inner: GraphSpec = {
    kind: "body", inputs: [{ name: "v", role: "carried" }], outputs: [{ name: "v", role: "carried" }],
    nodes: { v: { kind: "input", port: "v" }, f: formula("v + 0.1 * a"), out: { kind: "output", port: "v" } },
    edges: ["v.out > f.v", "f.out > out.in"],
  }; // prettier-ignore
  const body: GraphSpec = {
    kind: "body",
    inputs: [carried, { name: "w" }, { name: "k", role: "index" }],
    outputs: [carried, { name: "seen" }],
    nodes: {
      h: { kind: "input", port: "h" }, w: { kind: "input", port: "w" }, k: { kind: "input", port: "k" },
      f: formula("0.3 * h * w + 0.01 * a ** k + 0.1 * w"),
      branch: { kind: "branch", whenTrue: "yes", whenFalse: "no", condition: { kind: "randint", under: 1, outOf: 3 } },
      inner: repeat("inner", drawn(0, 3)),
      square: op("square"),
      out: { kind: "output", port: "h" }, seen: { kind: "output", port: "seen" },
    },
    edges: [
      "h.out > f.h", "w.out > f.w", "k.out > f.k", "f.out > branch.v", "branch.v > inner.v", "inner.v > out.in",
      "h.out > square.input", "square.out > seen.in",
    ],
  }; // prettier-ignore
  const main: GraphSpec = {
    members: { a: parameter([0.5, -0.2, 0.8]), b: parameter([0.3, 0.1, -0.4]), c: parameter([1.5, 0.7, -0.9]), optimizer },
    nodes: {
      ...training.nodes,
      start: formula("b * 2"), outside: formula("c + b"),
      loop: repeat("body", drawn(2, 9, 2)),
      total: formula("(h - 1) ** 2 + 0.5 * seen + 0.1 * outside"),
    },
    edges: [
      ...training.edges,
      "start.out > loop.h", "outside.out > loop.w", "loop.h > total.h", "loop.seen > total.seen",
      "outside.out > total.outside", "total.out > loss.input",
    ],
    effects: training.effects ?? [],
  }; // prettier-ignore
  return documentOf(main, { body, inner, yes: side("v * c + sin(v)"), no: side("v - 0.2") }, {}, "loss.out");
}

/** A module with a loop, called twice; its body applies a Function; a third loop is not differentiated. */
function called(): ChainruleDocument {
  const body = (node: NodeSpec): GraphSpec => ({
    kind: "body", inputs: [carried], outputs: [carried],
    nodes: { h: { kind: "input", port: "h" }, f: node, out: { kind: "output", port: "h" } },
    edges: ["h.out > f.h", "f.out > out.in"],
  }); // prettier-ignore
  const module: GraphSpec = {
    kind: "module", inputs: ["x"], outputs: ["y"],
    members: { a: parameter([0.4, 0.9]) },
    nodes: { x: { kind: "input", port: "x" }, loop: repeat("cubes", drawn(0, 6)), y: { kind: "output", port: "y" } },
    edges: ["x.out > loop.h", "loop.h > y.in"],
  }; // prettier-ignore
  const forward: GraphSpec = {
    kind: "forward", inputs: ["h"], outputs: ["out"],
    nodes: { h: { kind: "input", port: "h" }, keep: { kind: "save", as: "h" }, f: formula("0.3 * h ** 3 + 0.2"), out: { kind: "output", port: "out" } },
    edges: ["h.out > f.h", "h.out > keep.in", "f.out > out.in"],
  }; // prettier-ignore
  const backward: GraphSpec = {
    kind: "backward", inputs: [{ name: "out", role: "grad" }, { name: "h", role: "saved" }], outputs: ["h"],
    nodes: { g: { kind: "input", port: "out" }, h: { kind: "input", port: "h" }, f: formula("g * 0.9 * h ** 2"), out: { kind: "output", port: "h" } },
    edges: ["g.out > f.g", "h.out > f.h", "f.out > out.in"],
  }; // prettier-ignore
  const cubes: GraphSpec = {
    kind: "body", inputs: [carried], outputs: [carried],
    nodes: { h: { kind: "input", port: "h" }, f: { kind: "apply", function: "cube" }, g: formula("f + 0.1 * a"), out: { kind: "output", port: "h" } },
    edges: ["h.out > f.h", "f.out > g.f", "g.out > out.in"],
  }; // prettier-ignore
  const main: GraphSpec = {
    members: { net: { type: "graph:module", attrs: {} }, b: parameter([0.7, -0.3]), optimizer },
    nodes: {
      ...training.nodes,
      b: call("b"), one: call("net"), two: call("net"),
      fixed: { ...repeat("plain", drawn(1, 5)), flags: { noGrad: true } },
      total: formula("(one - 1) ** 2 + two * fixed"),
    },
    edges: [
      ...training.edges,
      "b.out > one.x", "one.y > two.x", "b.out > fixed.h",
      "one.y > total.one", "two.y > total.two", "fixed.h > total.fixed", "total.out > loss.input",
    ],
    effects: training.effects ?? [],
  }; // prettier-ignore
  const functions = { cube: { name: "Cube", forward: "forward", backward: "backward", saved: [{ name: "h" }] } };
  return documentOf(main, { module, cubes, forward, backward, plain: body(formula("h * 0.5 + 0.3")) }, functions, "loss.out"); // prettier-ignore
}

/** A loop of drawn length with this in its body, and these effects at the end. */
function loopWith(node: NodeSpec, count: RepeatCount, more: GraphSpec = { nodes: {} }): ChainruleDocument {
  const body: GraphSpec = {
    kind: "body", inputs: [carried], outputs: [carried],
    nodes: { h: { kind: "input", port: "h" }, node, f: formula("0.5 * h + a * z"), out: { kind: "output", port: "h" } },
    edges: ["h.out > f.h", "node.out > f.z", "f.out > out.in"],
  }; // prettier-ignore
  const main: GraphSpec = {
    members: { a: parameter([0.7, -0.3]), optimizer },
    nodes: { ...training.nodes, a: call("a"), loop: repeat("body", drawn(1, 9)), last: repeat("body", count), square: op("square"), ...more.nodes },
    edges: [...training.edges, "a.out > loop.h", "loop.h > last.h", "last.h > square.input", "square.out > loss.input", ...(more.edges ?? [])],
    effects: more.effects ?? training.effects ?? [],
  }; // prettier-ignore
  return documentOf(main, { body }, {}, "loss.out");
}

/** Steps that cannot be run turn by turn, and why. */
const refused: readonly (readonly [string, ChainruleDocument])[] = [
  ["a number of turns that is read back", loopWith(formula("2 * 1"), { kind: "value" }, {
    nodes: { turns: formula("2 + 0 * sum(a)") }, edges: ["turns.out > last.count"],
  })],
  ["a draw each step inside", loopWith({ kind: "op", op: "rand", attrs: { size: [2] }, draw: "each step" }, drawn(1, 9))],
  ["two backwards through the same turns", loopWith(formula("2 * 1"), drawn(1, 9), {
    nodes: { first: effect({ kind: "backward", retainGraph: true }) }, edges: ["loss.out > first.value"],
    effects: ["zero", "first", "back", "step"],
  })],
]; // prettier-ignore

const backends = { reference: referenceBackend, wasm: wasmBackend, webgpu: nodeBackend() };

interface Trained {
  readonly losses: readonly number[];
  readonly state: ReadonlyMap<string, readonly number[]>;
  readonly turns: number;
  readonly device: Device;
  readonly trainer: Trainer;
}

/** Trains with so many paths kept: with one, whatever draws is run turn by turn from the second step on. */
async function train(
  document: ChainruleDocument,
  backend: BackendName,
  maxPaths: number,
  steps = 24,
): Promise<Trained> {
  const device = await backends[backend].open({ memoryBudgetBytes: 2 ** 28 });
  const float = backend === "reference" ? "float64" : "float32";
  const trainer = await Trainer.create({ device, clock, program: programOf(document, float), seed: 5, maxPaths });
  const losses: number[] = [];
  const end = await trainer.run({ until: steps, stopOnNaN: true, onSteps: (_, batch) => losses.push(...batch) });
  expect(end).toEqual({ reason: "done", step: steps });
  const { slots } = await trainer.checkpoint();
  const state = new Map(slots.map(({ slot, present, data }) => [slot, present ? [...data].map(Number) : []]));
  return { losses, state, turns: trainer.turns, device, trainer };
}

function expectClose(found: readonly number[], wanted: readonly number[], tolerance: number): void {
  expect(found.length).toBe(wanted.length);
  const size = Math.max(...wanted.filter((value) => !Number.isNaN(value)).map(Math.abs), 1e-30);
  found.forEach((value, i) => {
    const other = wanted[i] ?? NaN;
    // A step whose loop has no turn has no last turn to tell of, and so no loss.
    if (!Number.isNaN(value) || !Number.isNaN(other)) expect(Math.abs(value - other) / size).toBeLessThan(tolerance);
  });
}

const tolerances = { reference: 1e-12, wasm: 2e-5, webgpu: 1e-4 } as const;

if (whyNoGpu) console.warn(`skipped on webgpu: ${whyNoGpu}`);
describe.each(["reference", "wasm", "webgpu"] as const)("turn by turn on %s", (backend) => {
  test.for([["two loops over a shared layer", sharedLayer], ["index, branch, inner loop and outside values", everything], ["a module called twice, a Function, no gradient", called]] as const)(
    "%s: losses, parameters, momenta and gradients are those of whole steps",
    async ([, make], { skip }) => {
      if (backend === "webgpu" && whyNoGpu !== null) return skip(whyNoGpu);
      const steps = backend === "webgpu" ? 5 : 24;
      const whole = await train(make(), backend, 1e9, steps);
      const single = await train(make(), backend, 1, steps);
      expect(whole.turns).toBe(0);
      expect(single.turns).toBeGreaterThan(8);
      single.losses.forEach((loss, i) => expectClose([loss], [whole.losses[i] ?? NaN], tolerances[backend]));
      expect([...single.state.keys()]).toEqual([...whole.state.keys()]);
      for (const [slot, values] of single.state) expectClose(values, whole.state.get(slot) ?? [], tolerances[backend]);
    },
  ); // prettier-ignore
});

test.each(refused)("%s keeps steps whole, with the same losses", async (_, document) => {
  const whole = await train(document, "reference", 1e9, 12);
  const tried = await train(document, "reference", 1, 12);
  expect(tried.turns).toBe(0);
  expect(tried.losses).toEqual(whole.losses);
});

test("a run that is stopped and goes on, and one that is sampled, are as one that is neither", async () => {
  const whole = await train(everything(), "wasm", 1, 60);
  const device = await wasmBackend.open({ memoryBudgetBytes: 2 ** 28 });
  let time = 0;
  const counting = { now: () => time++, breathe: () => Promise.resolve() };
  const program = programOf(everything());
  const trainer = await Trainer.create({ device, clock: counting, program, seed: 5, maxPaths: 1 });
  const losses: number[] = [];
  let sampled = 0;
  trainer.probe = {
    layout: 1,
    everyMs: 0,
    instrument: (trace) => ({ scalars: trace.loss ? [trace.loss] : [], onSample: () => sampled++ }),
  };
  while (trainer.step < 60) {
    let asked = 0;
    const onSteps = (_: number, batch: Float64Array): number => losses.push(...batch);
    await trainer.run({ until: 60, stopOnNaN: false, cancelled: () => ++asked > 25, onSteps });
  }
  expect(sampled).toBeGreaterThan(1);
  expectClose(losses, whole.losses, tolerances.wasm);
});

test("what turns hold is bounded, forgotten ones are made again, and all is freed with the trainer", async () => {
  const whole = await train(everything(), "wasm", 1e9, 40);
  const device = await wasmBackend.open({ memoryBudgetBytes: 2 ** 28 });
  const before = device.bytes();
  const limits = { maxPaths: 1, maxTurns: 20 };
  const trainer = await Trainer.create({ device, clock, program: programOf(everything()), seed: 5, ...limits });
  const losses: number[] = [];
  for (let step = 1; step <= 40; step++) {
    await trainer.run({ until: step, stopOnNaN: false, onSteps: (_, batch) => losses.push(...batch) });
    // One step has at most six turns more.
    expect(trainer.turns).toBeLessThanOrEqual(26);
  }
  expectClose(losses, whole.losses, tolerances.wasm);
  trainer.close();
  // What plans share stays with the device: scratch and packing.
  expect(device.bytes() - before).toBeLessThan(2 ** 16);
});
