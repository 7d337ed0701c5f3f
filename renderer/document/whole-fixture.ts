/** @file What must hold of every document under edit: nothing names what is not there. */
import { expect } from "vitest";
import { bodiesOf, visibleMembers, type ChainruleDocument } from "@chainrule/engine/analysis";
import { memberOf } from "./edits/regions";

/** Every edge, draw, effect, body, member and role names something that is there; names of nodes are unique. */
export function expectWhole(document: ChainruleDocument): void {
  for (const [id, graph] of Object.entries(document.graphs)) {
    for (const edge of graph.edges) {
      expect(graph.nodes[edge.from[0]], `edge from ${edge.from[0]}`).toBeDefined();
      expect(graph.nodes[edge.to[0]], `edge to ${edge.to[0]}`).toBeDefined();
    }
    const inputs = graph.edges.map((edge) => edge.to.join("."));
    expect(new Set(inputs).size, "one edge an input").toBe(inputs.length);
    const drawn: Readonly<Record<string, unknown>> = { ...graph.nodes, ...graph.members };
    for (const draw of graph.draws) expect(drawn[draw], `draw ${draw}`).toBeDefined();
    expect(new Set(graph.draws).size, "drawn once").toBe(graph.draws.length);
    for (const effect of graph.effects) expect(graph.nodes[effect], `effect ${effect}`).toBeDefined();
    const members = visibleMembers(document, id);
    for (const node of Object.values(graph.nodes)) {
      const member = memberOf(node);
      if (member !== null) expect(members.get(member), `member ${member} in ${graph.name}`).toBeDefined();
      for (const body of bodiesOf(node)) expect(document.graphs[body], `body ${body}`).toBeDefined();
      if (node.kind === "apply") expect(document.functions[node.function], `function ${node.function}`).toBeDefined();
    }
    for (const member of Object.values(graph.members)) {
      const module = member.type.startsWith("graph:") ? member.type.slice("graph:".length) : null;
      if (module !== null) expect(document.graphs[module], `module ${module}`).toBeDefined();
    }
    const names = Object.values(graph.nodes).map((node) => node.name);
    expect(new Set(names).size, "names of nodes are unique").toBe(names.length);
    for (const [member, { name }] of Object.entries(graph.members)) {
      const alike = Object.values(graph.nodes).filter((node) => node.name === name);
      expect(
        alike.every((node) => node.kind === "call" && node.member === member),
        name,
      ).toBe(true);
    }
  }
  for (const { forward, backward } of Object.values(document.functions))
    for (const side of [forward, backward]) expect(document.graphs[side], `side ${side}`).toBeDefined();
  const { loss } = document.training;
  const root = document.graphs[document.root];
  if (loss !== null) expect(root?.nodes[loss[0]], "loss").toBeDefined();
  for (const port of [document.view.plot?.x, ...(document.view.plot?.y ?? [])])
    if (port !== undefined) expect(root?.nodes[port[0]], "plot").toBeDefined();
}
