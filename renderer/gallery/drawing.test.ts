/** @file Every template has a picture that holds its boxes and fills its card. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseDocument } from "@chainrule/engine/analysis";
import { describe, expect, it } from "vitest";
import { drawDocument } from "./drawing";

const folder = "assets/examples";
const size = { width: 268, height: 108 } as const;

describe("the picture of a template", () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".chainrule"))) {
    it(`holds every box of ${file}, fills the card, and draws edges as they learn`, () => {
      const parsed = parseDocument(readFileSync(path.join(folder, file)));
      if (!parsed.ok) throw new Error(`${file} is not read`);
      const drawing = drawDocument(parsed.document, size.width, size.height);
      const boxes = drawing?.boxes ?? [];
      expect(boxes.length).toBeGreaterThan(1);
      for (const box of boxes) {
        expect(box.x).toBeGreaterThanOrEqual(0);
        expect(box.y).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(size.width);
        expect(box.y + box.height).toBeLessThanOrEqual(size.height);
      }
      const [left, right] = [
        Math.min(...boxes.map((box) => box.x)),
        Math.max(...boxes.map((box) => box.x + box.width)),
      ];
      expect(right - left).toBeGreaterThan(size.width * 0.5);
      const graph = parsed.document.graphs[parsed.document.root];
      const hasBackward = Object.values(graph?.nodes ?? {}).some(
        (node) => node.kind === "effect" && node.effect.kind === "backward",
      );
      const looks = new Set(drawing?.edges.map(({ look }) => look));
      expect(looks.has("plain")).toBe(!hasBackward && looks.size > 0);
    });
  }
});
