/** @file A node is found by the nodes that lead to it, and the way to a graph leads there. */
import { readFileSync } from "node:fs";
import { parseDocument, type ChainruleDocument } from "@chainrule/engine/analysis";
import { describe, expect, it } from "vitest";
import { placeAlong, stepsTo } from "./paths";

function example(name: string): ChainruleDocument {
  const read = parseDocument(readFileSync(`assets/examples/${name}.chainrule`, "utf8"));
  if (!read.ok) throw new Error(`${name} was not read`);
  return read.document;
}

describe("a node by the nodes that lead to it", () => {
  const dynamic = example("mlp-dynamic");

  it("is found in the root, in a module, and in a body inside it", () => {
    expect(placeAlong(dynamic, [], "loss")).toEqual({ graph: "main", node: "loss" });
    expect(placeAlong(dynamic, ["y_pred"], "h0")).toEqual({ graph: "dynamic_net", node: "h0" });
    expect(placeAlong(dynamic, ["y_pred", "repeat"], "linear")).toEqual({ graph: "middle", node: "linear" });
  });

  it("is found in either side of a Function", () => {
    const legendre = example("legendre-function");
    expect(placeAlong(legendre, ["p3"], "p3")).toEqual({ graph: "legendre3_forward", node: "p3" });
    expect(placeAlong(legendre, ["p3"], "grad_x")).toEqual({ graph: "legendre3_backward", node: "grad_x" });
  });

  it("is the last that is there where the way leads no further", () => {
    expect(placeAlong(dynamic, ["y_pred", "repeat"], "gone")).toEqual({ graph: "dynamic_net", node: "repeat" });
    expect(placeAlong(dynamic, [], "gone")).toBeNull();
  });
});

it("leads from the root through the nodes that stand for graphs", () => {
  expect(stepsTo(example("mlp-dynamic"), "middle").map(({ through }) => through)).toEqual([null, "y_pred", "repeat"]);
});
