/** @file What can be added: every op, module and optimiser from its declaration, and what the document itself offers. */
import {
  modules,
  ops,
  optimizers,
  type ChainruleDocument,
  type GraphId,
  type MemberId,
} from "@chainrule/engine/analysis";
import type { IdSource, DocumentDraft } from "../document/edits/draft";
import { freeName, graphOf } from "../document/edits/draft";
import { addMember, placeNode } from "../document/edits/nodes";
import { memberHome } from "../document/edits/regions";
import { newModuleItem } from "./new-module-item";
import { portItems } from "./port-items";
import { usedMemberItems } from "./used-member-items";
import { emptyGraph } from "../document/edits/structure";
import { text } from "../text/text";
import type { PaletteItem, Position } from "./palette-item";

/** PyTorch's name of what a declaration computes: torch.sum, nn.Linear; its operator where it has no name. */
export function torchName(torch: { readonly python: string } | { readonly notInTorch: string }): string {
  if (!("python" in torch)) return "";
  return /^([\w.]+)\(/.exec(torch.python)?.[1] ?? torch.python.replace(/[{}]/g, "");
}

function opItems(): PaletteItem[] {
  return [...ops].map(([name, op]) => {
    const { signature } = op;
    const operands = signature.operands.map((spec) => spec.name);
    const isRandom = op.rules.compute.kind === "random";
    return {
      key: `op:${name}`,
      title: signature.label,
      glyph: signature.glyph,
      category: signature.category,
      hint: operands.length > 0 ? operands.join(", ") : Object.keys(signature.attributes).slice(0, 2).join(", "),
      summary: signature.summary,
      search: [name, torchName(op.rules.torch), ...(signature.search ?? [])],
      inputs: operands,
      outputs: ["out"],
      place(draft, graph, position, newId) {
        const content = { kind: "op" as const, op: name, attrs: {}, ...(isRandom ? { draw: "once" as const } : {}) };
        return [placeNode(graphOf(draft, graph), content, { position, name }, newId)];
      },
    };
  });
}

function moduleItems(): PaletteItem[] {
  return [...modules].map(([name, module]) => ({
    key: `nn:${name}`,
    title: module.label,
    glyph: module.glyph,
    category: "modules",
    hint: "nn",
    summary: module.summary,
    search: [`nn.${name}`, torchName(module.torch), ...(module.search ?? [])],
    inputs: module.inputs,
    outputs: ["out"],
    place(draft, graph, position, newId) {
      const owner = graphOf(draft, memberHome(draft, graph));
      const attrs = Object.fromEntries(
        Object.entries(module.attributes)
          .filter(([, spec]) => !("default" in spec))
          .map(([attribute]) => [attribute, 1]),
      );
      const stem = name.charAt(0).toLowerCase() + name.slice(1);
      const content = { type: `nn.${name}`, attrs, ...(module.container ? { children: [] } : {}) };
      const member = addMember(owner, content, stem, newId);
      return [placeNode(graphOf(draft, graph), { kind: "call", member }, { position, name: `${stem}_out` }, newId)];
    },
  }));
}

function placeParameter(type: "parameter" | "buffer"): PaletteItem["place"] {
  return (draft, graph, position, newId) => {
    const owner = graphOf(draft, memberHome(draft, graph));
    const init = type === "parameter" ? ({ kind: "randn" } as const) : ({ kind: "zeros" } as const);
    const member = addMember(owner, { type, attrs: { shape: [] }, init }, type === "parameter" ? "w" : "buffer", newId);
    const name = owner.members[member]?.name ?? "w";
    return [placeNode(graphOf(draft, graph), { kind: "call", member }, { position, name }, newId)];
  };
}

function memberItems(): PaletteItem[] {
  const { items } = text.palette;
  const shared = { hint: "[…]", inputs: [], outputs: ["out"], category: "members" as const };
  return [
    {
      ...shared,
      key: "member:parameter",
      title: items.parameter.title,
      glyph: "◆",
      summary: items.parameter.summary,
      search: ["nn.Parameter", "weight", "variable"],
      place: placeParameter("parameter"),
    },
    {
      ...shared,
      key: "member:buffer",
      title: items.buffer.title,
      glyph: "◇",
      summary: items.buffer.summary,
      search: ["state", "constant"],
      place: placeParameter("buffer"),
    },
  ];
}

function effectItems(): PaletteItem[] {
  const { items } = text.palette;
  const shared = { category: "effects" as const, outputs: [], hint: "" };
  const manual: PaletteItem[] = [
    {
      ...shared,
      key: "effect:backward",
      title: items.backward.title,
      glyph: "∇",
      summary: items.backward.summary,
      search: ["loss.backward", "autograd", "gradient"],
      inputs: ["value", "cotangent"],
      place: (draft, graph, position, newId) => [
        placeNode(
          graphOf(draft, graph),
          { kind: "effect", effect: { kind: "backward" } },
          { position, name: "backward" },
          newId,
        ),
      ],
    },
    {
      ...shared,
      key: "effect:update",
      title: items.update.title,
      glyph: "↓",
      summary: items.update.summary,
      search: ["gradient descent", "sgd", "no_grad", "step"],
      inputs: ["grad"],
      place: (draft, graph, position, newId) => [
        placeNode(
          graphOf(draft, graph),
          {
            kind: "effect",
            effect: { kind: "update", targets: "all", formula: "p - lr * grad", lr: 1e-3, thenClear: true },
          },
          { position, name: "update" },
          newId,
        ),
      ],
    },
    {
      ...shared,
      key: "effect:zeroGrad",
      title: items.zeroGrad.title,
      glyph: "0",
      summary: items.zeroGrad.summary,
      search: ["zero_grad", "clear"],
      inputs: [],
      place: (draft, graph, position, newId) => [
        placeNode(
          graphOf(draft, graph),
          { kind: "effect", effect: { kind: "zeroGrad", targets: "all" } },
          { position, name: "zero_grad" },
          newId,
        ),
      ],
    },
  ];
  const optimizerItems = [...optimizers].map(([name, optimizer]): PaletteItem => ({
    ...shared,
    key: `optim:${name}`,
    title: optimizer.label,
    glyph: "↓",
    summary: optimizer.summary,
    search: [`optim.${name}`, "optimizer"],
    inputs: [],
    place(draft, graph, position, newId) {
      const owner = graphOf(draft, graph);
      const lr = optimizer.attributes["lr"];
      const attrs = { parameters: "all", ...(lr !== undefined && !("default" in lr) ? { lr: 1e-3 } : {}) };
      const member: MemberId = addMember(owner, { type: `optim.${name}`, attrs }, "optimizer", newId);
      const at = (x: number): Position => ({ x: position.x + x, y: position.y });
      return [
        placeNode(
          owner,
          { kind: "effect", effect: { kind: "zeroGrad", optimizer: member } },
          { position: at(0), name: "zero_grad" },
          newId,
        ),
        placeNode(
          owner,
          { kind: "effect", effect: { kind: "backward" } },
          { position: at(160), name: "backward" },
          newId,
        ),
        placeNode(
          owner,
          { kind: "effect", effect: { kind: "optimizerStep", optimizer: member } },
          { position: at(320), name: "step" },
          newId,
        ),
      ];
    },
  }));
  return [...manual, ...optimizerItems];
}

function bodyGraph(draft: DocumentDraft, name: string, newId: IdSource, index: boolean): GraphId {
  const id: GraphId = newId();
  const graph = emptyGraph("body", freeName(new Set(Object.values(draft.graphs).map((known) => known.name)), name));
  graph.inputs.push({ name: "h", role: "carried" }, ...(index ? [{ name: "i", role: "index" as const }] : []));
  graph.outputs.push({ name: "h", role: "carried" });
  const start = placeNode(graph, { kind: "input", port: "h" }, { position: { x: 0, y: 40 }, name: "h" }, newId);
  const end = placeNode(graph, { kind: "output", port: "h" }, { position: { x: 320, y: 40 }, name: "h_next" }, newId);
  if (index) placeNode(graph, { kind: "input", port: "i" }, { position: { x: 0, y: 100 }, name: "i" }, newId);
  graph.edges.push({ from: [start, "out"], to: [end, "in"] });
  draft.graphs[id] = graph;
  return id;
}

function controlItems(): PaletteItem[] {
  const { items } = text.palette;
  const shared = { category: "control" as const, inputs: ["h"], outputs: ["h"] };
  return [
    {
      ...shared,
      key: "control:expression",
      title: items.expression.title,
      glyph: "=",
      hint: "a + b*x",
      summary: items.expression.summary,
      search: ["formula", "code", "math"],
      inputs: ["x"],
      outputs: ["out"],
      place: (draft, graph, position, newId) => [
        placeNode(
          graphOf(draft, graph),
          { kind: "expression", formula: "2*x + 1" },
          { position, name: "expression" },
          newId,
        ),
      ],
    },
    {
      ...shared,
      key: "control:repeat",
      title: items.repeat.title,
      glyph: "↻",
      hint: "count",
      summary: items.repeat.summary,
      search: ["for", "loop", "range"],
      place(draft, graph, position, newId) {
        const body = bodyGraph(draft, "body", newId, true);
        const content = { kind: "repeat" as const, body, count: { kind: "constant" as const, value: 2 } };
        return [placeNode(graphOf(draft, graph), content, { position, name: "repeat" }, newId)];
      },
    },
    {
      ...shared,
      key: "control:branch",
      title: items.branch.title,
      glyph: "⋔",
      hint: "cond",
      summary: items.branch.summary,
      search: ["if", "else", "condition"],
      place(draft, graph, position, newId) {
        const content = {
          kind: "branch" as const,
          whenTrue: bodyGraph(draft, "when_true", newId, false),
          whenFalse: bodyGraph(draft, "when_false", newId, false),
          condition: { kind: "randint" as const, under: 1, outOf: 2 },
        };
        return [placeNode(graphOf(draft, graph), content, { position, name: "branch" }, newId)];
      },
    },
  ];
}

function newFunctionItem(): PaletteItem {
  const words = text.palette.items.newFunction;
  return {
    key: "function:new",
    title: words.title,
    glyph: "ƒ",
    category: "functions",
    hint: "",
    summary: words.summary,
    search: ["autograd.Function", "custom", "backward"],
    inputs: ["x"],
    outputs: ["y"],
    place(draft, graph, position, newId) {
      const forward = emptyGraph("forward", "forward");
      forward.inputs.push({ name: "x" });
      forward.outputs.push({ name: "y" });
      const x = placeNode(forward, { kind: "input", port: "x" }, { position: { x: 0, y: 40 }, name: "x" }, newId);
      const y = placeNode(forward, { kind: "output", port: "y" }, { position: { x: 320, y: 40 }, name: "y" }, newId);
      const saved = placeNode(
        forward,
        { kind: "save", as: "x" },
        { position: { x: 160, y: 120 }, name: "save_x" },
        newId,
      );
      forward.edges.push({ from: [x, "out"], to: [y, "in"] }, { from: [x, "out"], to: [saved, "in"] });
      const backward = emptyGraph("backward", "backward");
      backward.inputs.push({ name: "y", role: "grad" }, { name: "x", role: "saved" });
      backward.outputs.push({ name: "x" });
      const gradIn = placeNode(
        backward,
        { kind: "input", port: "y" },
        { position: { x: 0, y: 40 }, name: "grad_y" },
        newId,
      );
      placeNode(backward, { kind: "input", port: "x" }, { position: { x: 0, y: 120 }, name: "saved_x" }, newId);
      const gradOut = placeNode(
        backward,
        { kind: "output", port: "x" },
        { position: { x: 320, y: 40 }, name: "grad_x" },
        newId,
      );
      backward.edges.push({ from: [gradIn, "out"], to: [gradOut, "in"] });
      const [forwardId, backwardId, id] = [newId(), newId(), newId()];
      const name = freeName(new Set(Object.values(draft.functions).map((known) => known.name)), "MyFunction");
      draft.graphs[forwardId] = { ...forward, name: `${name}_forward` };
      draft.graphs[backwardId] = { ...backward, name: `${name}_backward` };
      draft.functions[id] = { name, forward: forwardId, backward: backwardId, saved: [{ name: "x" }] };
      return [placeNode(graphOf(draft, graph), { kind: "apply", function: id }, { position, name: "applied" }, newId)];
    },
  };
}

/** Functions and module graphs of the document itself. */
function documentItems(document: ChainruleDocument): PaletteItem[] {
  const functions = Object.entries(document.functions).map(([id, definition]): PaletteItem => ({
    key: `function:${id}`,
    title: definition.name,
    glyph: "ƒ",
    category: "functions",
    hint: "",
    summary: definition.summary ?? "",
    search: ["function"],
    inputs: document.graphs[definition.forward]?.inputs.map((port) => port.name) ?? [],
    outputs: document.graphs[definition.forward]?.outputs.map((port) => port.name) ?? [],
    place: (draft, graph, position, newId) => [
      placeNode(
        graphOf(draft, graph),
        { kind: "apply", function: id },
        { position, name: definition.name.toLowerCase() },
        newId,
      ),
    ],
  }));
  const moduleGraphs = Object.entries(document.graphs)
    .filter(([, graph]) => graph.kind === "module")
    .map(([id, module]): PaletteItem => ({
      key: `graph:${id}`,
      title: module.name,
      glyph: "▣",
      category: "document",
      hint: "",
      summary: module.summary ?? "",
      search: ["module"],
      inputs: module.inputs.map((port) => port.name),
      outputs: module.outputs.map((port) => port.name),
      place(draft, graph, position, newId) {
        const owner = graphOf(draft, memberHome(draft, graph));
        const member = addMember(owner, { type: `graph:${id}`, attrs: {} }, module.name.toLowerCase(), newId);
        return [
          placeNode(
            graphOf(draft, graph),
            { kind: "call", member },
            { position, name: `${module.name.toLowerCase()}_out` },
            newId,
          ),
        ];
      },
    }));
  return [...functions, ...moduleGraphs];
}

const declaredItems: readonly PaletteItem[] = [
  ...memberItems(),
  ...opItems(),
  ...moduleItems(),
  ...controlItems(),
  ...effectItems(),
  newFunctionItem(),
  newModuleItem,
];

/** Everything that can be added to a graph of the document. */
export function paletteItems(document: ChainruleDocument, graph: GraphId): readonly PaletteItem[] {
  return [
    ...portItems(document, graph),
    ...usedMemberItems(document, graph),
    ...declaredItems,
    ...documentItems(document),
  ];
}

/** Items that match a query, best first: the start of a name, then anywhere in it, then its other words. */
export function searchItems(items: readonly PaletteItem[], query: string): readonly PaletteItem[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return items;
  const scored = items.flatMap((item) => {
    const names = [item.title, ...item.search].map((name) => name.toLowerCase());
    const exact = names.findIndex((name) => name === wanted);
    const starts = names.findIndex(
      (name) => name.startsWith(wanted) || name.split(".").some((part) => part.startsWith(wanted)),
    );
    const inside = names.findIndex((name) => name.includes(wanted));
    const fuzzy = names.some((name) => isSubsequence(wanted, name));
    const told = item.summary.toLowerCase().includes(wanted);
    if (exact !== -1) return [{ item, score: exact }];
    if (starts !== -1) return [{ item, score: 10 + starts }];
    if (inside !== -1) return [{ item, score: 30 + inside }];
    if (told) return [{ item, score: 50 }];
    return fuzzy ? [{ item, score: 60 }] : [];
  });
  return scored.sort((a, b) => a.score - b.score || a.item.title.length - b.item.title.length).map(({ item }) => item);
}

function isSubsequence(letters: string, name: string): boolean {
  let at = 0;
  for (const letter of name) if (letter === letters[at]) at++;
  return at === letters.length;
}
