/** @file Effects by hand: accumulation, order, presence, what is skipped and what is refused. */
import { describe, expect, it } from "vitest";
import { call, documentOf, effect, formula, listOf, numbersOf, op, parameter, portOf, problemsOf, programOf, traceOf, type GraphSpec } from "./document-fixture"; // prettier-ignore
import type { Decision } from "./program";

/** loss = Σ x², x = [1, 2, 3]. */
const squares = {
  members: { x: parameter([1, 2, 3]) },
  nodes: { read: call("x"), squared: op("pow", { exponent: 2 }), loss: op("sum") },
  edges: ["read.out > squared.input", "squared.out > loss.input"],
} as const satisfies GraphSpec;

function withEffects(effects: NonNullable<GraphSpec["nodes"]>, edges: readonly string[] = []): GraphSpec {
  return {
    ...squares,
    nodes: { ...squares.nodes, ...effects },
    edges: [...squares.edges, ...edges],
    effects: Object.keys(effects).filter((id) => effects[id]?.kind === "effect"),
  };
}

const backward = effect({ kind: "backward" });

describe("backward", () => {
  it("accumulates over calls, and over steps where a gradient was there", async () => {
    const spec = withEffects(
      {
        first: effect({ kind: "backward", retainGraph: true, targets: ["x"] }),
        second: effect({ kind: "backward", targets: ["x"] }),
        once: { kind: "reroute" },
        twice: { kind: "reroute" },
      },
      ["loss.out > first.value", "loss.out > second.value", "first.x > once.in", "second.x > twice.in"],
    );
    const program = programOf(documentOf(spec));
    const asked: Decision[] = [];
    const trace = traceOf(program, [], asked);
    expect(asked).toEqual([{ kind: "present", slot: "grad:x" }]);
    expect(await listOf(program, portOf(trace, "once"))).toEqual([2, 4, 6]);
    expect(await listOf(program, portOf(trace, "twice"))).toEqual([4, 8, 12]);
    expect([...trace.present]).toEqual([["grad:x", true]]);
    expect(await listOf(program, trace.writes.get("grad:x"))).toEqual([4, 8, 12]);
    expect(trace.gradients.get("x")).toBe(trace.writes.get("grad:x"));
    const before = program.trace(() => 1);
    expect(before.writes.get("grad:x")?.definition.kind).toBe("op");
    expect(
      before.tape.values.some(({ definition }) => definition.kind === "slot" && definition.slot === "grad:x"),
    ).toBe(true);
  });

  it("takes a given cotangent, and is refused without one where the value is no scalar", async () => {
    const ends = ["squared.out > with.value", "weights.out > with.cotangent", "with.x > grad.in"];
    const parts = {
      weights: op("tensor", { data: [1, 0.5, -1] }),
      with: effect({ kind: "backward", targets: ["x"] }),
      grad: { kind: "reroute" },
    } as const;
    const program = programOf(documentOf(withEffects(parts, ends)));
    expect(await listOf(program, portOf(traceOf(program), "grad"))).toEqual([2, 2, -6]);
    const without = programOf(documentOf(withEffects({ without: backward }, ["squared.out > without.value"])));
    const trace = traceOf(without);
    expect(trace.errors).toHaveLength(1);
    expect(trace.errors[0]?.name).toBe("without");
    expect(trace.errors[0]?.message).toMatch(/^grad can be implicitly created only for scalar outputs/);
  });

  it("ends the step at a refused effect, or goes on when told to", () => {
    const spec = withEffects({ first: backward, second: backward, clear: effect({ kind: "zeroGrad" }) }, [
      "loss.out > first.value",
      "loss.out > second.value",
    ]);
    const program = programOf(documentOf(spec));
    const stopped = traceOf(program);
    expect(stopped.errors[0]?.message).toMatch(/^Trying to backward through the graph a second time/);
    expect([...stopped.present]).toEqual([["grad:x", true]]);
    const through = traceOf(program, [], [], true);
    expect(through.errors).toHaveLength(1);
    expect([...through.present]).toEqual([]);
  });

  it("changes only its targets", () => {
    const spec: GraphSpec = {
      members: { x: parameter([1, 2]), y: parameter([3, 4]) },
      nodes: {
        a: call("x"),
        b: call("y"),
        product: op("mul"),
        loss: op("sum"),
        back: effect({ kind: "backward", targets: ["y"] }),
      },
      edges: ["a.out > product.input", "b.out > product.other", "product.out > loss.input", "loss.out > back.value"],
      effects: ["back"],
    };
    expect([...traceOf(programOf(documentOf(spec))).present.keys()]).toEqual(["grad:y"]);
  });

  it("reaches leaves that a node made, for this step", async () => {
    const spec: GraphSpec = {
      nodes: {
        data: op("tensor", { data: [1.5, 2.5] }), x: op("leaf"), squared: op("square"), loss: op("sum"),
        back: effect({ kind: "backward", targets: ["x"] }), grad: { kind: "reroute" },
      },
      edges: ["data.out > x.input", "x.out > squared.input", "squared.out > loss.input", "loss.out > back.value", "back.x > grad.in"],
      effects: ["back"],
    }; // prettier-ignore
    const program = programOf(documentOf(spec));
    const trace = traceOf(program);
    expect(await listOf(program, portOf(trace, "grad"))).toEqual([3, 5]);
    expect(trace.writes.size).toBe(0);
  });

  it("gives every edge its consumer's contribution", async () => {
    const spec: GraphSpec = {
      members: { x: parameter([1, 2]) },
      nodes: { read: call("x"), triple: op("mul", { other: 3 }), both: op("mul"), loss: op("sum"), back: backward },
      edges: [
        "read.out > triple.input",
        "read.out > both.input",
        "triple.out > both.other",
        "both.out > loss.input",
        "loss.out > back.value",
      ],
      effects: ["back"],
    };
    const program = programOf(documentOf(spec));
    const { edges } = traceOf(program);
    const gradientTo = (node: string) => edges.find(({ edge }) => edge.to[0] === node)?.gradient ?? null;
    expect(await listOf(program, gradientTo("triple"))).toEqual([3, 6]);
    expect(await listOf(program, gradientTo("both"))).toEqual([3, 6]);
    expect(edges.find(({ edge }) => edge.to[0] === "back")?.gradient).not.toBeNull();
  });
});

describe("presence of gradients", () => {
  it("is never asked by a step that clears first", () => {
    const spec = withEffects({ clear: effect({ kind: "zeroGrad" }), back: backward }, ["loss.out > back.value"]);
    const asked: Decision[] = [];
    traceOf(programOf(documentOf(spec)), [], asked);
    expect(asked).toEqual([]);
  });

  it("leaves alone a parameter whose gradient is none, momentum included", () => {
    const spec: GraphSpec = {
      members: {
        used: parameter([1]), unused: parameter([2]),
        sgd: { type: "optim.SGD", attrs: { lr: 0.1, momentum: 0.9, parameters: "all" } },
      },
      nodes: {
        read: call("used"), loss: op("sum"), clear: effect({ kind: "zeroGrad", optimizer: "sgd" }), back: backward,
        step: effect({ kind: "optimizerStep", optimizer: "sgd" }),
      },
      edges: ["read.out > loss.input", "loss.out > back.value"],
      effects: ["clear", "back", "step"],
    }; // prettier-ignore
    const trace = traceOf(programOf(documentOf(spec)));
    expect([...trace.writes.keys()].sort()).toEqual(["grad:used", "optim:sgd/momentumBuffer:used", "used"]);
    expect([...trace.present]).toEqual([["grad:used", true], ["grad:unused", false]]); // prettier-ignore
  });
});

describe("update", () => {
  it("sees what earlier updates left, while everything else reads the start of the step", async () => {
    const spec: GraphSpec = {
      members: { p: parameter([1, 2]) },
      nodes: {
        read: call("p"), seen: op("mul", { other: 10 }),
        double: effect({ kind: "update", targets: ["p"], formula: "2 * p" }),
        shift: effect({ kind: "update", targets: ["p"], formula: "p + seen" }),
      },
      edges: ["read.out > seen.input", "seen.out > shift.seen"],
      effects: ["double", "shift"],
    }; // prettier-ignore
    const program = programOf(documentOf(spec));
    const trace = traceOf(program);
    expect(await listOf(program, trace.writes.get("p"))).toEqual([12, 24]);
    expect(await listOf(program, portOf(trace, "shift"))).toEqual([12, 24]);
  });

  it("steps by the accumulated gradient, or by a wired one, and clears after", async () => {
    const update = effect({ kind: "update", targets: ["x"], formula: "p - lr * grad", lr: 0.5, thenClear: true });
    const own = programOf(documentOf(withEffects({ back: backward, update }, ["loss.out > back.value"])));
    const trace = traceOf(own);
    expect(await listOf(own, trace.writes.get("x"))).toEqual([0, 0, 0]);
    expect([...trace.present]).toEqual([]);
    expect([...own.trace(() => 1).present]).toEqual([["grad:x", false]]);
    expect([...own.hyper().values()]).toEqual([0.5]);
    const wired = programOf(documentOf(withEffects({ update }, ["squared.out > update.grad"])));
    expect(await listOf(wired, traceOf(wired).writes.get("x"))).toEqual([0.5, 0, -1.5]);
  });

  it("steps a float64 parameter with all digits of lr, and works out a formula's numbers in doubles", async () => {
    const spec: GraphSpec = {
      members: { x: parameter(1, { dtype: "float64" }) },
      nodes: {
        read: call("x"),
        loss: formula("x * 3"),
        back: backward,
        update: effect({ kind: "update", targets: ["x"], formula: "p - lr * grad", lr: 0.1 }),
      },
      edges: ["read.out > loss.x", "loss.out > back.value"],
      effects: ["back", "update"],
    };
    const program = programOf(documentOf(spec));
    expect(await listOf(program, traceOf(program).writes.get("x"))).toEqual([1 - 0.1 * 3]);
    const turn: GraphSpec = {
      kind: "body",
      inputs: [{ name: "h", role: "carried" }, { name: "i", role: "index" }],
      outputs: [{ name: "h", role: "carried" }],
      nodes: { h: { kind: "input", port: "h" }, i: { kind: "input", port: "i" }, next: formula("h + 0.1 * i"), out: { kind: "output", port: "h" } },
      edges: ["h.out > next.h", "i.out > next.i", "next.out > out.in"],
    }; // prettier-ignore
    const loop: GraphSpec = {
      members: spec.members ?? {},
      nodes: { read: call("x"), loop: { kind: "repeat", body: "turn", count: { kind: "constant", value: 2, from: 1 } } },
      edges: ["read.out > loop.h"],
    }; // prettier-ignore
    const looped = programOf(documentOf(loop, { turn }));
    expect(await listOf(looped, portOf(traceOf(looped), "loop.h"))).toEqual([1 + 0.1 * 1 + 0.1 * 2]);
  });

  it("steps by a wired rate where none is set, and has no port for one that is", async () => {
    const edges = ["squared.out > update.grad", "squared.out > update.lr"];
    const update = { kind: "update", targets: ["x"], formula: "p - lr * grad" } as const;
    const program = programOf(documentOf(withEffects({ update: effect(update) }, edges)));
    expect(await listOf(program, traceOf(program).writes.get("x"))).toEqual([0, -14, -78]);
    const set = documentOf(withEffects({ update: effect({ ...update, lr: 0.5 }) }, edges));
    expect(problemsOf(set)).toEqual([expect.stringContaining("there is no port lr, expected one of: grad")]);
  });

  it("refuses a result of another shape when the document is built", () => {
    const update = effect({ kind: "update", targets: ["x"], formula: "p * squared" });
    const spec = {
      ...withEffects({ update, squared2: op("unsqueeze", { dim: 0 }) }, [
        "squared.out > squared2.input",
        "squared2.out > update.squared",
      ]),
    };
    expect(problemsOf(documentOf(spec))).toEqual([expect.stringMatching(/x .*shape \[1, 3\], expected .*\[3\]/)]);
  });
});

describe("in-place ops", () => {
  it("make a new version, and change a buffer", async () => {
    const spec: GraphSpec = {
      members: { count: { type: "buffer", attrs: {}, init: { kind: "constant", value: [1, 2] } } },
      nodes: {
        read: call("count"),
        before: { kind: "reroute" },
        more: effect({ kind: "inPlace", op: "add", attrs: { other: 1 } }),
      },
      edges: ["read.out > more.input", "read.out > before.in"],
      effects: ["more"],
    };
    const program = programOf(documentOf(spec));
    const trace = traceOf(program);
    const [after, before] = await numbersOf(program, [portOf(trace, "more"), portOf(trace, "before")]);
    expect([[...(after?.data ?? [])], [...(before?.data ?? [])]]).toEqual([[2, 3], [1, 2]]); // prettier-ignore
    expect(await listOf(program, trace.writes.get("count"))).toEqual([2, 3]);
  });

  it("are refused on a leaf that requires a gradient", () => {
    const more = effect({ kind: "inPlace", op: "add", attrs: { other: 1 } });
    const trace = traceOf(programOf(documentOf(withEffects({ more }, ["read.out > more.input"]))));
    expect(trace.errors[0]?.message).toMatch(
      /^a leaf Variable that requires grad is being used in an in-place operation/,
    );
  });

  it("change a buffer through views of it, one after another, and through what they made of it", async () => {
    const add = (other: number) => effect({ kind: "inPlace", op: "add", attrs: { other } });
    const spec: GraphSpec = {
      members: { held: { type: "buffer", attrs: {}, init: { kind: "constant", value: [[1, 2, 3], [4, 5, 6]] } } },
      nodes: {
        read: call("held"), flat: op("reshape", { shape: [-1] }), part: op("slice", { start: 1, stop: 5, step: 2 }),
        turned: op("t"), row: op("select", { dim: 0, index: 2 }), off: op("detach"),
        tens: add(10), again: effect({ kind: "inPlace", op: "mul", attrs: { other: 2 } }), hundreds: add(100),
      },
      edges: [
        "read.out > flat.input", "flat.out > part.input", "part.out > tens.input", "tens.out > again.input",
        "read.out > turned.input", "turned.out > row.input", "row.out > off.input", "off.out > hundreds.input",
      ],
      effects: ["tens", "again", "hundreds"],
    }; // prettier-ignore
    const program = programOf(documentOf(spec));
    // x[1:5:2] += 10; x[1:5:2] *= 2; x.t()[2] += 100, as torch has it.
    expect(await listOf(program, traceOf(program).writes.get("held"))).toEqual([1, 24, 103, 28, 5, 106]);
  });

  it("are refused on a view of a leaf, and where several elements are one", () => {
    const more = effect({ kind: "inPlace", op: "add", attrs: { other: 1 } });
    const view = withEffects({ flat: op("unsqueeze"), more }, ["read.out > flat.input", "flat.out > more.input"]);
    expect(traceOf(programOf(documentOf(view))).errors[0]?.message).toContain("a leaf Variable that requires grad");
    const spec: GraphSpec = {
      members: { held: { type: "buffer", attrs: {}, init: { kind: "constant", value: [1, 2] } } },
      nodes: { read: call("held"), wide: op("expand", { shape: [3, 2] }), more },
      edges: ["read.out > wide.input", "wide.out > more.input"],
      effects: ["more"],
    };
    expect(problemsOf(documentOf(spec))).toEqual([
      expect.stringContaining("several elements of [3, 2] are the same element of [2]"),
    ]);
  });

  it("change a parameter where its node is off the tape", async () => {
    const more = { ...effect({ kind: "inPlace", op: "add", attrs: { other: 1 } }), flags: { noGrad: true } };
    const program = programOf(documentOf(withEffects({ more }, ["read.out > more.input"])));
    const trace = traceOf(program);
    expect(trace.errors).toEqual([]);
    expect(await listOf(program, trace.writes.get("x"))).toEqual([2, 3, 4]);
  });
});

describe("flags", () => {
  const flagged = (flags: Parameters<typeof call>[1]): GraphSpec => ({
    members: { x: parameter([1, 2]), y: parameter([3, 4]) },
    nodes: { a: call("x", flags), b: call("y"), product: op("mul"), loss: op("sum"), back: backward },
    edges: ["a.out > product.input", "b.out > product.other", "product.out > loss.input", "loss.out > back.value"],
    effects: ["back"],
  });

  it("frozen keeps a use from learning", () => {
    expect([...traceOf(programOf(documentOf(flagged({ frozen: true })))).present.keys()]).toEqual(["grad:y"]);
    expect([...traceOf(programOf(documentOf(flagged({})))).present.keys()].sort()).toEqual(["grad:x", "grad:y"]);
  });

  it("muted leaves out what depends on it", () => {
    const trace = traceOf(programOf(documentOf(flagged({ muted: true }), {}, {}, "loss.out")));
    expect(trace.loss).toBeNull();
    expect(trace.ports.map(({ name }) => name)).toEqual(["b"]);
    expect(trace.errors).toEqual([]);
  });

  it("noGrad and detach end the gradient; bypassed passes the first input on", () => {
    const spec = withEffects({
      off: op("pow", { exponent: 2 }, { noGrad: true }), cut: op("detach"),
      skipped: op("exp", {}, { bypassed: true }), by: formula("a + 1"),
    }, ["read.out > off.input", "read.out > cut.input", "read.out > skipped.input", "skipped.out > by.a"]); // prettier-ignore
    const trace = traceOf(programOf(documentOf(spec)));
    expect([portOf(trace, "off"), portOf(trace, "cut")].map(({ requiresGrad }) => requiresGrad)).toEqual([
      false,
      false,
    ]);
    expect(portOf(trace, "skipped").definition.kind).toBe("alias");
    expect(portOf(trace, "by").gradFn).toBe("AddBackward0");
  });
});
