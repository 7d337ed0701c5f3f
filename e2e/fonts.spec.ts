/** @file What the app says is drawn by fonts that it brings along: a glyph that a machine lacks would be an empty box. */
import type { Page } from "@playwright/test";
import { expect, test } from "./journey";

interface DomNode {
  readonly nodeId: number;
  readonly nodeType: number;
  readonly nodeValue: string;
  readonly children?: readonly DomNode[];
}

/** Superscripts and subscripts, which every system has and no font of ours. */
const small = /[\u00b2\u00b3\u00b9\u2070-\u209c\u1d40]/gu;

/** Words on the page that a font of the machine draws, each with the font. */
async function drawnBySystem(page: Page): Promise<readonly string[]> {
  const session = await page.context().newCDPSession(page);
  await session.send("DOM.enable");
  await session.send("CSS.enable");
  const { root } = await session.send("DOM.getDocument", { depth: -1 });
  const found = new Set<string>();
  const waiting: DomNode[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    waiting.push(...(node.children ?? []));
    const words = (node.children ?? []).map((child) => (child.nodeType === 3 ? child.nodeValue : "")).join("");
    if (words.replace(small, "") !== words || words.trim() === "") continue;
    const { fonts } = await session.send("CSS.getPlatformFontsForNode", { nodeId: node.nodeId });
    for (const { familyName, isCustomFont } of fonts) if (!isCustomFont) found.add(`${familyName}: ${words}`);
  }
  return [...found];
}

test("every glyph of the palette and of the gallery comes from the app's own fonts", async ({ page }) => {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(await drawnBySystem(page)).toEqual([]);
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await expect(page.locator(".react-flow__node").first()).toBeVisible();
  expect(await drawnBySystem(page)).toEqual([]);
});
