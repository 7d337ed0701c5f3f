/** @file Effects: backward, update and zeroing by hand, and the three that an optimiser has. */
import { optimizers, type MemberId } from "@chainrule/engine/analysis";
import { graphOf } from "../document/edits/draft";
import { addMember, placeNode } from "../document/edits/nodes";
import { startFromLoss } from "../document/edits/training";
import { text } from "../text/text";
import type { PaletteItem, Position } from "./palette-item";

/** Those by hand, then every declared optimiser with its effects. */
export function effectItems(): PaletteItem[] {
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
      place(draft, graph, position, newId) {
        const effect = { kind: "effect", effect: { kind: "backward" } } as const;
        const placed = placeNode(graphOf(draft, graph), effect, { position, name: "backward" }, newId);
        startFromLoss(draft, graph);
        return [placed];
      },
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
      const placed = [
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
      startFromLoss(draft, graph);
      return placed;
    },
  }));
  return [...manual, ...optimizerItems];
}
