/** @file What happens within a step, and in which order, is the same in exported code as in the engine: draws, updates, graphs. */
import { afterAll, beforeAll, it } from "vitest";
import type { ChainruleDocument } from "../../document/document";
import { call, documentOf, effect, op, type GraphSpec } from "../../program/document-fixture";
import { engineBundle, expectSameRun, forget } from "./project-fixture";

beforeAll(() => void engineBundle());
afterAll(forget);

const randn = (size: readonly number[]) => ({ kind: "op", op: "randn", attrs: { size }, draw: "each step" }) as const;
const parameter = (shape: readonly number[] = []) => ({ type: "parameter", attrs: { shape }, init: { kind: "randn" } }) as const; // prettier-ignore
const sgd = (parameters: readonly string[]) => ({ type: "optim.SGD", attrs: { lr: 0.05, momentum: 0.5, parameters } }) as const; // prettier-ignore

/** Backward and an update of everything. */
const descent = {
  back: effect({ kind: "backward" }),
  update: effect({ kind: "update", formula: "p - lr * grad", lr: 0.1, targets: "all", thenClear: true }),
} satisfies GraphSpec["nodes"];

/** A body from h to h, which a loop carries round. */
function body(nodes: GraphSpec["nodes"], edges: readonly string[], isTurn = true): GraphSpec {
  return {
    kind: "body",
    inputs: [isTurn ? { name: "h", role: "carried" } : "h"],
    outputs: ["h"],
    nodes: { h: { kind: "input", port: "h" }, ...nodes, out: { kind: "output", port: "h" } },
    edges,
  };
}

const times = (factor: number, isTurn = true): GraphSpec =>
  body({ more: op("mul", { other: factor }) }, ["h.out > more.input", "more.out > out.in"], isTurn);

/** Two losses over shared parameters, each with its backward and its update: the second graph spans the first update. */
function twoLosses(update: "optimizer" | "formula"): ChainruleDocument {
  const step = (optimizer: string, target: string) =>
    update === "optimizer"
      ? effect({ kind: "optimizerStep", optimizer })
      : effect({ kind: "update", formula: "p - lr * grad", lr: 0.05, targets: [target] });
  return documentOf(
    {
      members: {
        w: parameter([3]),
        v: parameter([3]),
        ...(update === "optimizer" ? { first: sgd(["w"]), second: sgd(["v"]) } : {}),
      },
      draws: ["w", "v"],
      nodes: {
        w: call("w"),
        v: call("v"),
        product: op("mul"),
        left: op("norm"),
        shifted: op("sub", { other: 2 }),
        right: op("norm"),
        loss: op("add"),
        clear: effect({ kind: "zeroGrad", targets: "all" }),
        back_left: effect({ kind: "backward", retainGraph: true, targets: ["w"] }),
        step_left: step("first", "w"),
        back_right: effect({ kind: "backward", targets: ["v"] }),
        step_right: step("second", "v"),
      },
      edges: [
        "w.out > product.input",
        "v.out > product.other",
        "product.out > left.input",
        "product.out > shifted.input",
        "shifted.out > right.input",
        "left.out > loss.input",
        "right.out > loss.other",
        "left.out > back_left.value",
        "right.out > back_right.value",
      ],
      effects: ["clear", "back_left", "step_left", "back_right", "step_right"],
    },
    {},
    {},
    "loss.out",
  );
}

it.each(["optimizer", "formula"] as const)(
  "a second loss goes back through what the first update changed (%s)",
  (update) => expectSameRun(`two-losses-${update}`, twoLosses(update)),
);

/** A module that adds noise to its input, times a weight. */
const noisy: GraphSpec = {
  kind: "module",
  inputs: ["x"],
  outputs: ["y"],
  members: { scale: parameter([4]) },
  draws: ["scale"],
  nodes: {
    x: { kind: "input", port: "x" },
    y: { kind: "output", port: "y" },
    scale: call("scale"),
    noise: randn([4]),
    scaled: op("mul"),
    out: op("add"),
  },
  edges: [
    "noise.out > scaled.input",
    "scale.out > scaled.other",
    "scaled.out > out.input",
    "x.out > out.other",
    "out.out > y.in",
  ],
};

it("draws made each step come from the device, in the engine's order, in modules and loops too", async () => {
  const document = documentOf(
    {
      members: {
        w: parameter([4]),
        block: { type: "graph:noisy", attrs: {} },
        optimizer: { type: "optim.SGD", attrs: { lr: 0.01 } },
      },
      draws: ["w", "block"],
      nodes: {
        w: call("w"),
        begun: op("add"),
        // Listed last to first, so that the listing's order is not the order in which they run.
        loss: op("norm"),
        joined: op("add"),
        late: randn([4]),
        turns: { kind: "repeat", body: "turn", count: { kind: "randint", low: 0, high: 4 } },
        early: randn([4]),
        unused: randn([4]),
        clear: effect({ kind: "zeroGrad", targets: "all" }),
        back: effect({ kind: "backward" }),
        step: effect({ kind: "optimizerStep", optimizer: "optimizer" }),
      },
      edges: [
        "w.out > begun.input",
        "early.out > begun.other",
        "begun.out > turns.h",
        "turns.h > joined.input",
        "late.out > joined.other",
        "joined.out > loss.input",
        "loss.out > back.value",
      ],
      effects: ["clear", "back", "step"],
    },
    {
      noisy,
      turn: body({ block: call("block") }, ["h.out > block.x", "block.y > out.in"]),
    },
    {},
    "loss.out",
  );
  await expectSameRun("each-step", document);
});

it("two loops of random length take their turns at the stream as in the engine", async () => {
  const loop = (low: number) =>
    ({ kind: "repeat", body: "turn", count: { kind: "randint", low, high: low + 5 } }) as const;
  const document = documentOf(
    {
      members: { w: parameter([4]) },
      draws: ["w"],
      nodes: {
        w: call("w"),
        once: { kind: "op", op: "randn", attrs: { size: [4] } },
        second: loop(0),
        first: loop(1),
        difference: op("sub"),
        loss: op("norm"),
        ...descent,
      },
      edges: [
        "w.out > first.h",
        "once.out > second.h",
        "first.h > difference.input",
        "second.h > difference.other",
        "difference.out > loss.input",
        "loss.out > back.value",
      ],
      effects: ["back", "update"],
    },
    {
      turn: times(1.5),
    },
    {},
    "loss.out",
  );
  await expectSameRun("two-loops", document);
});

it("a side chosen by a draw is the engine's", async () => {
  const document = documentOf(
    {
      members: { w: parameter([4]) },
      draws: ["w"],
      nodes: {
        w: call("w"),
        noise: randn([4]),
        shaken: op("add"),
        pick: { kind: "branch", whenTrue: "yes", whenFalse: "no", condition: { kind: "randint", under: 2, outOf: 5 } },
        loss: op("norm"),
        ...descent,
      },
      edges: [
        "w.out > shaken.input",
        "noise.out > shaken.other",
        "shaken.out > pick.h",
        "pick.h > loss.input",
        "loss.out > back.value",
      ],
      effects: ["back", "update"],
    },
    { yes: times(2, false), no: times(-0.5, false) },
    {},
    "loss.out",
  );
  await expectSameRun("branch", document);
});

it("what a frozen node uses learns nothing there, and passes gradients on", async () => {
  const weighted: GraphSpec = {
    kind: "module",
    inputs: ["x"],
    outputs: ["y"],
    members: { scale: parameter([4]), linear: { type: "nn.Linear", attrs: { inFeatures: 4, outFeatures: 4 } } },
    draws: ["scale", "linear"],
    nodes: {
      x: { kind: "input", port: "x" },
      y: { kind: "output", port: "y" },
      linear: call("linear"),
      scaled: { kind: "expression", formula: "x * scale" },
    },
    edges: ["x.out > linear.input", "linear.out > scaled.x", "scaled.out > y.in"],
  };
  const document = documentOf(
    {
      members: { w: parameter([4]), v: parameter([4]), net: { type: "graph:weighted", attrs: {} } },
      draws: ["w", "v", "net"],
      nodes: {
        w: { ...call("w"), flags: { frozen: true } },
        v: call("v"),
        inside: { ...call("net"), flags: { frozen: true } },
        outside: call("net"),
        named: { kind: "expression", formula: "h + w * v", flags: { frozen: true } },
        loops: { kind: "repeat", body: "turn", count: { kind: "constant", value: 2 }, flags: { frozen: true } },
        product: op("mul"),
        sum: op("add"),
        loss: op("norm"),
        ...descent,
      },
      edges: [
        "v.out > inside.x",
        "inside.y > outside.x",
        "outside.y > named.h",
        "named.out > loops.h",
        "loops.h > product.input",
        "w.out > product.other",
        "product.out > sum.input",
        "v.out > sum.other",
        "sum.out > loss.input",
        "loss.out > back.value",
      ],
      effects: ["back", "update"],
    },
    {
      weighted,
      turn: body({ net: call("net") }, ["h.out > net.x", "net.y > out.in"]),
    },
    {},
    "loss.out",
  );
  await expectSameRun("frozen", document);
});

it("in-place ops change buffers and parameters through views, and leave what was read before", async () => {
  const add = (other: number, flags = {}) => ({ ...effect({ kind: "inPlace", op: "add", attrs: { other } }), flags }); // prettier-ignore
  const spec: GraphSpec = {
    members: { held: { type: "buffer", attrs: { shape: [2, 3] }, init: { kind: "rand" } }, w: parameter([4]) },
    draws: ["w", "held"],
    nodes: {
      held: call("held"), flat: op("reshape", { shape: [-1] }), part: op("slice", { start: 1, stop: 5, step: 2 }),
      turned: op("t"), row: op("select", { dim: 0, index: 2 }),
      tens: add(10), again: effect({ kind: "inPlace", op: "mul", attrs: { other: 0.5 } }), ones: add(1),
      w: call("w"), square: op("view", { shape: [2, 2] }), column: op("select", { dim: 1, index: 0 }), moved: add(0.25, { noGrad: true }),
      after: op("norm"), was: op("norm"), still: op("norm"), sum: op("add"), more: op("add"), loss: op("add"),
    },
    edges: [
      "held.out > flat.input", "flat.out > part.input", "part.out > tens.input", "tens.out > again.input",
      "held.out > turned.input", "turned.out > row.input", "row.out > ones.input",
      "w.out > square.input", "square.out > column.input", "column.out > moved.input",
      "again.out > after.input", "flat.out > was.input", "square.out > still.input",
      "after.out > sum.input", "was.out > sum.other", "sum.out > more.input", "still.out > more.other", "more.out > loss.input", "ones.out > last.input",
      "last.out > loss.other",
    ],
    effects: ["tens", "again", "ones", "moved"],
  }; // prettier-ignore
  const whole = { ...spec, nodes: { ...spec.nodes, last: op("norm") } };
  await expectSameRun("in-place-state", documentOf(whole, {}, {}, "loss.out"));
});
