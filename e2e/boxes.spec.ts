/**
 * @file Nothing clips, overlaps or leaves the window, at three sizes and with long names: judged by bounding boxes. Text may end in an
 * ellipsis where its whole can be had as a title or from what scrolls; what the camera moves (nodes, edges) may lie anywhere.
 */
import type { Page } from "@playwright/test";
import { atRest } from "./at-rest";
import { expect, test } from "./journey";
import { editorScreens, longNamed, openText } from "./screens";

/** Runs in the page: one sentence for each fault. */
function findFaults(): string[] {
  const faults = new Set<string>();
  const camera = ".react-flow__viewport, .uplot, [data-minimap], .cm-editor, .katex";
  const visible = (element: Element): DOMRect | null => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const isShown = box.width > 1 && box.height > 1 && style.visibility === "visible" && style.opacity !== "0";
    return isShown && element.closest(camera) === null ? box : null;
  };
  const scroller = (element: Element): Element | null => {
    for (let at = element.parentElement; at !== null; at = at.parentElement)
      if (/auto|scroll/.test(getComputedStyle(at).overflow)) return at;
    return null;
  };
  const say = (element: Element): string =>
    `<${element.tagName.toLowerCase()}> "${(element.textContent ?? "").trim().slice(0, 40) || (element.getAttribute("aria-label") ?? element.className)}"`;
  const hasTitle = (element: Element): boolean => element.closest("[title]") !== null;

  for (const element of document.body.querySelectorAll("*")) {
    const box = visible(element);
    if (box === null) continue;
    const ownText = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
    );
    if (ownText && element instanceof HTMLElement && getComputedStyle(element).overflowX !== "visible") {
      const isCut = element.scrollWidth > element.clientWidth + 1;
      // The pointer comes over it.
      if (isCut) element.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
      if (isCut && !hasTitle(element)) faults.add(`text cut without a title: ${say(element)}`);
    }
    const isOutside = box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
    if (ownText && isOutside && scroller(element) === null) faults.add(`outside the window: ${say(element)}`);
  }

  const controls = [...document.querySelectorAll("button, input, select, textarea, [role=tab]")].filter(
    (element) => visible(element) !== null,
  );
  for (const [i, a] of controls.entries())
    for (const b of controls.slice(i + 1)) {
      if (a.parentElement !== b.parentElement) continue;
      const [x, y] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
      const width = Math.min(x.right, y.right) - Math.max(x.left, y.left);
      const height = Math.min(x.bottom, y.bottom) - Math.max(x.top, y.top);
      if (width > 1 && height > 1) faults.add(`overlap: ${say(a)} and ${say(b)}`);
    }

  const legend = document.querySelector("section[aria-label='Gradient']");
  const place = legend === null ? null : visible(legend);
  const isUnderSearch = document.querySelector("[role=dialog], [role=combobox]") !== null;
  if (legend !== null && place !== null && !isUnderSearch)
    for (const share of [0.01, 0.25, 0.5, 0.75, 0.99])
      for (const y of [place.top + 3, place.bottom - 3]) {
        const above = document.elementFromPoint(place.left + share * place.width, y);
        if (above !== null && !legend.contains(above)) faults.add(`over the legend: ${say(above)}`);
      }
  return [...faults];
}

/** Adds the faults of a screen to those known, each under the first screen that has it. */
async function judge(page: Page, screen: string, known: Map<string, string>): Promise<void> {
  await atRest(page);
  for (const fault of await page.evaluate(findFaults)) if (!known.has(fault)) known.set(fault, screen);
}

for (const [width, height] of [
  [1280, 720],
  [1440, 900],
  [2560, 1440],
] as const) {
  test(`${width}×${height}: every screen, with long names`, async ({ host, page }) => {
    test.setTimeout(300_000);
    await page.setViewportSize({ width, height });
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("radio", { name: "Reduced", exact: true }).click();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    const faults = new Map<string, string>();
    await judge(page, "gallery", faults);
    await openText(host, page, `${"long ".repeat(20)}name.chainrule`, longNamed());
    for (const { name, go } of editorScreens) {
      await go(page);
      await judge(page, name, faults);
    }
    expect([...faults].map(([fault, screen]) => `${screen}: ${fault}`)).toEqual([]);
  });
}
