/** @file Every op and nn module as an item, from its declaration. */
import { modules, ops } from "@chainrule/engine/analysis";
import { graphOf } from "../document/edits/draft";
import { addMember, placeNode } from "../document/edits/nodes";
import { memberHome } from "../document/edits/regions";
import type { PaletteItem } from "./palette-item";

/** PyTorch's name of what a declaration computes: torch.sum, nn.Linear; its operator where it has no name. */
export function torchName(torch: { readonly python: string } | { readonly notInTorch: string }): string {
  if (!("python" in torch)) return "";
  return /^([\w.]+)\(/.exec(torch.python)?.[1] ?? torch.python.replace(/[{}]/g, "");
}

/** Every declared op. */
export function opItems(): PaletteItem[] {
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

/** Every declared module; placing one adds a member and the node that calls it. */
export function moduleItems(): PaletteItem[] {
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
