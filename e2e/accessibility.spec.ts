/** @file axe finds nothing on any screen, in light, dark and high contrast. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { atRest } from "./at-rest";
import { expect, test } from "./journey";
import { editorScreens } from "./screens";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Runs axe in the page's own world: the builder opens pages, which the desktop refuses. */
async function faultsOf(page: Page, screen: string): Promise<string[]> {
  // Colours that fade are judged where they end.
  await atRest(page);
  await page.evaluate(axeSource);
  const results = await page.evaluate(() => (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run());
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) =>
        `${screen}: ${id} ${target.join(" ")}: ${failureSummary?.split("\n")[1]?.trim() ?? ""}`,
    ),
  );
}

for (const theme of ["Light", "Dark", "High contrast"]) {
  test(`${theme.toLowerCase()}: every screen`, async ({ page }) => {
    test.setTimeout(300_000);
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("radio", { name: "Reduced", exact: true }).click();
    await page.getByRole("radio", { name: theme, exact: true }).click();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    const faults = await faultsOf(page, "gallery");
    await page.getByRole("button", { name: "Open", exact: true }).click();
    for (const { name, go } of editorScreens) {
      await go(page);
      faults.push(...(await faultsOf(page, name)));
    }
    expect(faults).toEqual([]);
  });
}
