/** @file Fields of the inspector: what cannot be taken stays, marked, with the reason; drags and keys stop at the limit. */
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./journey";
import { Hand } from "./journeys-hand";

/** E03 open, with nothing selected. */
async function openSine(page: Page): Promise<Locator> {
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await expect(page.getByRole("button", { name: "Run", exact: true })).toBeEnabled();
  return page.getByTestId("document-fields");
}

async function write(field: Locator, words: string): Promise<void> {
  await field.fill(words);
  await field.press("Enter");
}

test("what is no number of steps stays marked until Escape or a number that is", async ({ page }) => {
  const fields = await openSine(page);
  const steps = fields.getByLabel("steps", { exact: true });
  const reason = fields.getByRole("alert");
  for (const [written, found] of [
    ["abc", '"abc"'],
    ["2.5", "2.5"],
    ["-1", "-1"],
    ["", '""'],
  ] as const) {
    await write(steps, written);
    await expect(reason).toHaveText(`steps is ${found}, expected an integer from 0 to 1000000000. Set steps.`);
    await expect(steps).toHaveValue(written);
    await expect(steps).toHaveAttribute("aria-invalid", "true");
  }
  await steps.press("Tab");
  await expect(reason).toBeVisible();
  await steps.press("Escape");
  await expect(steps).toHaveValue("2000");
  await expect(reason).toHaveCount(0);

  await write(steps, "many");
  await write(steps, "1500");
  await expect(reason).toHaveCount(0);
  await expect(page.getByTestId("step")).toContainText("1,500");
  await write(fields.getByLabel("log every", { exact: true }), "0");
  await expect(reason).toContainText("expected an integer from 1");
  await write(fields.getByLabel("name", { exact: true }), " ");
  await expect(reason.first()).toContainText("The name is empty");
});

test("an op's integer is not rounded, a rate is a number, and a member's attribute keeps to its range", async ({
  page,
}) => {
  await openSine(page);
  const hand = new Hand(page);
  const reason = hand.inspector.getByRole("alert");
  await hand.select(await hand.find("Linspace"));
  const size = hand.inspector.getByLabel("steps", { exact: true });
  await write(size, "20.5");
  await expect(reason).toContainText("steps is 20.5, expected an integer");
  await expect(size).toHaveValue("20.5");

  await hand.select(await hand.find("Update"));
  const rate = hand.inspector.getByLabel("lr", { exact: true });
  await write(rate, "0,5");
  await expect(reason).toContainText('lr is "0,5", expected a finite number');
  await write(rate, "1e-7");
  await expect(reason).toHaveCount(0);
  await expect(rate).toHaveValue("1e-7");

  await page.keyboard.press("Control+J");
  await hand.add("Linear", { x: 60, y: 60 });
  const features = hand.inspector.getByLabel("inFeatures", { exact: true });
  await write(features, "0");
  await expect(reason).toContainText("inFeatures is 0, expected an integer ≥ 1");
  await write(features, "3");
  await features.press("Shift+ArrowDown");
  await expect(features).toHaveValue("1");
  await expect(reason).toHaveCount(0);
});

test("a drag and the arrow keys stop at the limit", async ({ page }) => {
  const fields = await openSine(page);
  const hand = new Hand(page);
  const seed = fields.getByLabel("seed", { exact: true });
  await seed.press("ArrowDown");
  await expect(seed).toHaveValue("0");
  await seed.press("ArrowUp");
  await expect(seed).toHaveValue("1");
  const every = fields.getByLabel("log every", { exact: true });
  const from = await hand.middle(every);
  await hand.drag(from, { x: from.x - 600, y: from.y });
  await expect(every).toHaveValue("1");
  await expect(fields.getByRole("alert")).toHaveCount(0);
});
