/** @file However a run ends, the foot of the window says so and leads to the node that stopped it. */
import { expect, test } from "./journey";
import { Hand } from "./journeys-hand";

test("a loss that is not finite: the status bar and Problems name step and node, until a run begins anew", async ({
  page,
}) => {
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await expect(page.getByRole("button", { name: "Run", exact: true })).toBeEnabled();
  const hand = new Hand(page);
  const foot = page.getByRole("contentinfo");
  const problems = page.getByRole("tab", { name: /^Problems\b/ });
  await hand.select(await hand.find("Update"));
  await hand.set("lr", "1e-5");
  await hand.deselect({ x: 20, y: 400 });
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const ended = foot.getByRole("button", { name: /^Stopped at step \d+, at / });
  await expect(ended).toBeVisible({ timeout: 30_000 });
  await expect(foot.getByText("No problems")).toHaveCount(0);
  await expect(problems).toHaveText(/1/);
  const name = (await ended.innerText()).replace(/^.*, at /, "");

  await ended.click();
  await expect(page.locator(".react-flow__node.selected")).toContainText(name);
  await hand.deselect({ x: 20, y: 400 });
  await problems.click();
  const line = page.getByTestId("problems").getByRole("listitem");
  await expect(line).toContainText(/^The run, at step \d+: .*expected finite numbers/);
  await line.getByRole("button").first().click();
  await expect(page.locator(".react-flow__node.selected")).toContainText(name);

  await hand.select(await hand.find("Update"));
  await hand.set("lr", "1e-6");
  await hand.command("Reset to initial values");
  await expect(foot.getByText("No problems")).toBeVisible();
  await expect(ended).toHaveCount(0);
});

test("a run that is stopped or paused by hand is no problem", async ({ page }) => {
  await page.getByRole("button", { name: "Open", exact: true }).click();
  const foot = page.getByRole("contentinfo");
  for (const how of ["Pause", "Stop"]) {
    await page.getByTestId("document-fields").getByLabel("steps", { exact: true }).fill("1000000");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /^(Run|Resume)$/ }).click();
    await page.getByRole("button", { name: how, exact: true }).click();
    await expect(page.getByRole("progressbar")).toContainText(how === "Pause" ? "paused" : "stopped");
    await expect(foot.getByText("No problems")).toBeVisible();
  }
});
