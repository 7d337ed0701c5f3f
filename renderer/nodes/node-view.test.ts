/** @file Nodes have look.md's measures before anything is drawn: heights, widths, ports, and whose badge they wear. */
import { readFileSync } from "node:fs";
import { parseDocument, standardLibrary, type ChainruleDocument } from "@chainrule/engine/analysis";
import { describe, expect, it } from "vitest";
import { viewNode, type NodeView } from "./node-view";

function open(name: string): ChainruleDocument {
  const parsed = parseDocument(readFileSync(`assets/examples/${name}.chainrule`, "utf8"));
  if (!parsed.ok) throw new Error(`${name} does not parse`);
  return parsed.document;
}

const polynomial = open("poly-autograd");
const dynamic = open("mlp-dynamic");

function view(document: ChainruleDocument, graph: string, id: string): NodeView {
  const node = document.graphs[graph]?.nodes[id];
  if (node === undefined) throw new Error(`no node ${id}`);
  return viewNode(document, graph, id, node, standardLibrary);
}

describe("a node's measures", () => {
  it("are 80 px for an op with a preview, 46 for a parameter, 26 when collapsed", () => {
    expect(view(polynomial, "main", "x2").height).toBe(80);
    expect(view(polynomial, "main", "n_a").height).toBe(46);
    const sum = polynomial.graphs["main"]?.nodes["loss"];
    if (sum === undefined) throw new Error("no loss");
    const collapsed = viewNode(polynomial, "main", "loss", { ...sum, flags: { collapsed: true } }, standardLibrary);
    expect(collapsed.height).toBe(26);
  });

  it("have widths on the grid of 4, from 84 to 240", () => {
    for (const id of Object.keys(polynomial.graphs["main"]?.nodes ?? {})) {
      const { width } = view(polynomial, "main", id);
      expect(width % 4, id).toBe(0);
      expect(width, id).toBeGreaterThanOrEqual(84);
      expect(width, id).toBeLessThanOrEqual(240);
    }
  });

  it("put two inputs 22 px apart round the output's height, and one straight across from it", () => {
    const heights = ({ ports }: NodeView, side: "input" | "output") =>
      ports.filter((port) => port.side === side && !port.isFree).map(({ y }) => y);
    expect(heights(view(polynomial, "main", "a_bx"), "input")).toEqual([42, 64]);
    expect(heights(view(polynomial, "main", "x2"), "input")).toEqual([53]);
    expect(heights(view(polynomial, "main", "x2"), "output")).toEqual([53]);
  });

  it("keep a port that a number stands in for out of the way until it is wired", () => {
    const exponent = view(polynomial, "main", "x2").ports.find(({ name }) => name === "exponent");
    expect(exponent).toMatchObject({ isFree: true, required: false });
    const main = polynomial.graphs["main"];
    if (main === undefined) throw new Error("no main");
    const edges = [...main.edges, { from: ["n_a", "out"] as const, to: ["x2", "exponent"] as const }];
    const wired = { ...polynomial, graphs: { ...polynomial.graphs, main: { ...main, edges } } };
    const port = view(wired as unknown as ChainruleDocument, "main", "x2").ports.find(
      ({ name }) => name === "exponent",
    );
    expect(port).toMatchObject({ isFree: false });
  });

  it("mark a layer that a loop calls each turn as shared, with its name", () => {
    expect(view(dynamic, "middle", "linear")).toMatchObject({ shared: true, badge: "middle", label: null });
    expect(view(dynamic, "dynamic_net", "h0")).toMatchObject({ shared: false, badge: null, label: "input" });
  });
});
