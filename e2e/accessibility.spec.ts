/** @file axe finds nothing on the gallery and in the editor, in light, dark and high contrast. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { expect, test } from "./journey";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Runs axe in the page's own world: the builder opens pages, which the desktop refuses. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const results = await page.evaluate(() => (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run());
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(" ")}: ${failureSummary?.split("\n")[1]?.trim()}`),
  );
}

/** Colours that fade are judged where they end. */
async function settle(page: Page): Promise<void> {
  await page.waitForTimeout(200);
  await page.evaluate(async () => {
    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
  });
}

for (const theme of ["Light", "Dark", "High contrast"]) {
  test(`${theme.toLowerCase()}: gallery, settings and editor`, async ({ page }) => {
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("radio", { name: "Reduced", exact: true }).click();
    await page.getByRole("radio", { name: theme, exact: true }).click();
    await settle(page);
    expect(await faultsOf(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await settle(page);
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole("button", { name: "Open", exact: true }).click();
    await expect(page.locator(".react-flow__node").first()).toBeVisible();
    await settle(page);
    expect(await faultsOf(page)).toEqual([]);
  });
}
