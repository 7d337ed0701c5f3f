/** @file The tab of a browser crashes or is loaded again: unsaved work is offered back, and only once it is safe is it forgotten. */
import type { Page } from "@playwright/test";
import { expect, test, watchFaults } from "./journey";

const nodes = (page: Page): Promise<number> => page.locator(".react-flow__node").count();

/** Duplicates a node of the first template; gives the number of nodes then. */
async function editFirst(page: Page): Promise<number> {
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await page.locator(".react-flow__node").first().click();
  const before = await nodes(page);
  await page.keyboard.press("ControlOrMeta+d");
  await expect.poll(() => nodes(page)).toBe(before + 1);
  return before + 1;
}

/** How many documents the journal of the browser holds. Asked by the page, behind what the page has asked itself. */
function journalled(page: Page): Promise<number> {
  return page.evaluate(async () => {
    await navigator.locks.query();
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open("chainrule-journal");
      opening.addEventListener("success", () => resolve(opening.result));
      opening.addEventListener("error", () => reject(new Error("the journal cannot be opened")));
    });
    const counting = database.transaction("entries").objectStore("entries").count();
    const count = await new Promise<number>((resolve) =>
      counting.addEventListener("success", () => resolve(counting.result)),
    );
    database.close();
    return count;
  });
}

async function restore(page: Page, expected: number): Promise<void> {
  await expect(page.getByRole("heading", { name: "Recovered" })).toBeVisible();
  await page.getByRole("button", { name: "Restore" }).click();
  await expect.poll(() => nodes(page)).toBe(expected);
  await expect(page.getByRole("img", { name: "Unsaved changes" })).toBeVisible();
}

test("after a reload, and again after a crash that follows at once", async ({ page, host }) => {
  const count = await editFirst(page);
  await expect.poll(() => journalled(page)).toBe(1);
  await page.reload();
  await restore(page, count);

  const next = await page.context().newPage();
  await page.close({ runBeforeUnload: false });
  const faults = watchFaults(next);
  await next.goto(host.address);
  await restore(next, count);
  expect(faults).toEqual([]);
});

test("another tab does not offer what this one works on, as long as it does", async ({ page, host }) => {
  const count = await editFirst(page);
  await expect.poll(() => journalled(page)).toBe(1);
  const other = await page.context().newPage();
  await other.goto(host.address);
  await expect(other.getByRole("heading", { level: 1 })).toBeVisible();
  expect(await journalled(other)).toBe(1);
  await expect(other.getByRole("heading", { name: "Recovered" })).toHaveCount(0);
  await page.close({ runBeforeUnload: false });
  await other.reload();
  await restore(other, count);
});

test("unsaved work is kept when another document takes its place", async ({ page }) => {
  const count = await editFirst(page);
  await page.getByRole("button", { name: "Back to the gallery" }).click();
  await page.getByRole("button", { name: /^New document/ }).click();
  await page.getByRole("button", { name: "Go on without saving" }).click();
  await expect(page.getByText("It is kept in the gallery, under Recovered.")).toBeVisible();
  await page.getByRole("button", { name: "Back to the gallery" }).click();
  await restore(page, count);
});
