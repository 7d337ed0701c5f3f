/** @file gradcheck on the example Functions, and on copies whose backward is wrong. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { referenceBackend } from "../backends/reference";
import type { ChainruleDocument, Graph } from "../document/document";
import { parseDocument } from "../document/parse";
import { gradcheckFunctions, type FunctionCheck } from "../program/gradcheck-functions";
import { deviceEvaluator } from "./device-evaluator";

function example(name: string): ChainruleDocument {
  const text = readFileSync(new URL(`../../assets/examples/${name}.chainrule`, import.meta.url), "utf8");
  const parsed = parseDocument(text);
  if (!parsed.ok) throw new Error(`${name} is not read`);
  return parsed.document;
}

async function check(document: ChainruleDocument): Promise<readonly FunctionCheck[]> {
  const device = await referenceBackend.open({ memoryBudgetBytes: 2 ** 28 });
  return gradcheckFunctions(document, deviceEvaluator(device));
}

/** The document with one graph changed. */
function withGraph(document: ChainruleDocument, id: string, change: (graph: Graph) => Graph): ChainruleDocument {
  const graph = document.graphs[id];
  if (!graph) throw new Error(`no graph ${id}`);
  return { ...document, graphs: { ...document.graphs, [id]: change(graph) } };
}

function legendreBackward(formula: string): ChainruleDocument {
  return withGraph(example("legendre-function"), "legendre3_backward", (graph) => {
    const nodes = Object.entries(graph.nodes).map(([id, node]) => [id, node.kind === "expression" ? { ...node, formula } : node]); // prettier-ignore
    return { ...graph, nodes: Object.fromEntries(nodes) as Graph["nodes"] };
  });
}

describe("gradcheckFunctions", () => {
  it.each(["legendre-function", "relu-function"])("finds %s right, in both orders", async (name) => {
    const results = await check(example(name));
    expect(results.map(({ order, ok }) => [order, ok])).toEqual([[1, true], [2, true]]); // prettier-ignore
    for (const { maxError, message } of results) {
      expect(maxError).toBeLessThan(1e-6);
      expect(message).toBeNull();
    }
  });

  it("finds a wrong value", async () => {
    const [first] = await check(legendreBackward("grad * 1.5 * (5*x**2 - 2)"));
    expect(first).toMatchObject({ order: 1, ok: false, input: "x" });
    expect(first?.message).toMatch(
      /^Function "Legendre3" › x: found .* as gradient at element \[\d+\], expected .* by central differences\./,
    );
  });

  it("finds a wrong sign and says so", async () => {
    const [first] = await check(legendreBackward("-grad * 1.5 * (5*x**2 - 1)"));
    expect(first).toMatchObject({ ok: false });
    expect(first?.message).toContain("The sign is wrong.");
  });

  it("finds a wrong factor and says which", async () => {
    const [first] = await check(legendreBackward("grad * 3 * (5*x**2 - 1)"));
    expect(first?.message).toContain("2 times what it should be");
    const [close] = await check(legendreBackward("grad * 1.5003 * (5*x**2 - 1)"));
    expect(close?.message).toContain("Every element is 1.0002 times what it should be");
  });

  it("names no factor where only some elements are wrong", async () => {
    const unmasked = withGraph(example("relu-function"), "my_relu_backward", (graph) => ({
      ...graph,
      edges: graph.edges.map((edge) => (edge.to[0] === "out_x" ? { ...edge, from: ["grad_out", "out"] } : edge)),
    }));
    const [first] = await check(unmasked);
    expect(first).toMatchObject({ ok: false });
    expect(first?.message).not.toContain("Every element");
  });

  it.each([
    ["negative inputs", "grad * 1.5 * (5*x**2 - 1) * where(lt(x, 0), 1.01, 1)"],
    ["positive inputs", "grad * 1.5 * (5*x**2 - 1) * where(gt(x, 0), 1.01, 1)"],
    ["inputs beyond 1.5", "grad * 1.5 * (5*x**2 - 1) * where(gt(abs(x), 1.5), 1.01, 1)"],
    ["the first element", "grad * 1.5 * (5*x**2 - 1) * (1 + 0.001 * eq(arange({ end: 2 }), 0))"],
    ["large gradients of the output", "clamp(grad, { min: -1, max: 1 }) * 1.5 * (5*x**2 - 1)"],
  ])("finds what is wrong only for %s", async (_, formula) => {
    const [first] = await check(legendreBackward(formula));
    expect(first).toMatchObject({ order: 1, ok: false });
  });

  it("finds one part in a thousand of a small gradient", async () => {
    const small = (document: ChainruleDocument, factor: number) =>
      withGraph(document, "legendre3_forward", (graph) => ({ ...graph, nodes: Object.fromEntries(Object.entries(graph.nodes).map(([id, node]) => [id, node.kind === "expression" ? { ...node, formula: `${factor} * (5*x**3 - 3*x)` } : node])) as Graph["nodes"] })); // prettier-ignore
    const right = await check(small(legendreBackward("grad * 0.003 * (5*x**2 - 1)"), 0.001));
    expect(right.map(({ ok }) => ok)).toEqual([true, true]);
    const [wrong] = await check(small(legendreBackward("grad * 0.003003 * (5*x**2 - 1)"), 0.001));
    expect(wrong).toMatchObject({ ok: false });
  });

  it("finds a shape that could be summed away but has nothing to sum, and lets a sum be left to us", async () => {
    const [reshaped] = await check(legendreBackward("unsqueeze(grad * 1.5 * (5*x**2 - 1), { dim: 0 })"));
    expect(reshaped).toMatchObject({ ok: false });
    expect(reshaped?.message).toContain("found shape [1, 2], expected one compatible with [2]");
    const summed = await check(
      legendreBackward("unsqueeze(grad * 0.75 * (5*x**2 - 1), { dim: 0 }) * tensor({ data: [[1], [1]] })"),
    );
    expect(summed.map(({ ok }) => ok)).toEqual([true, true]);
  });

  it("finds a wrong shape", async () => {
    const [first] = await check(legendreBackward("sum(grad * x) + tensor({ data: [1, 2, 3, 4, 5, 6, 7] })"));
    expect(first).toMatchObject({ ok: false, maxError: Infinity });
    expect(first?.message).toMatch(/Legendre3Backward returned an invalid gradient at index 0: found shape \[7\]/);
  });

  it("finds a forgotten input", async () => {
    const broken = withGraph(example("legendre-function"), "legendre3_backward", (graph) => ({ ...graph, outputs: [], nodes: Object.fromEntries(Object.entries(graph.nodes).filter(([, node]) => node.kind !== "output")), edges: graph.edges.filter((edge) => edge.to[1] !== "in") })); // prettier-ignore
    const [first] = await check(broken);
    expect(first).toMatchObject({ input: "x", ok: false });
    expect(first?.message).toContain("gives no gradient for the input x");
  });

  it("finds a backward that is right once but not differentiable itself", async () => {
    const results = await check(legendreBackward("grad * 1.5 * (5*detach(x)**2 - 1)"));
    expect(results.map(({ ok }) => ok)).toEqual([true, false]);
  });
});
