/** @file The engine dies in mid-training: the app says so, goes on from a checkpoint, and its losses are those of a run that never stopped. */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "@playwright/test";
import { printNumber } from "../renderer/ui/number-text";
import { expect, test } from "./journey";

const steps = 12_000;
/** Checkpoints come every two seconds; a busy machine is late. */
const staleMs = 4000;

/** E17, whose path is drawn anew each step: long enough to die in its middle, and wrong at once if the draws were not resumed. */
function longRun(): string {
  const document = JSON.parse(readFileSync("assets/examples/mlp-dynamic.chainrule", "utf8")) as {
    training: { steps: number };
  };
  document.training.steps = steps;
  return JSON.stringify(document);
}

/** The last loss of the command line's run of the same document. */
function uninterruptedLoss(text: string): number {
  const folder = mkdtempSync(path.join(tmpdir(), "chainrule-recovery-"));
  const file = path.join(folder, "long.chainrule");
  writeFileSync(file, text);
  const args = ["cli/bin/chainrule.mjs", "run", file, "--json", "--log-every", String(steps), "--device", "wasm"];
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  const lines = stdout.trim().split("\n").map((line) => JSON.parse(line) as { event: string; step?: number; loss?: number }); // prettier-ignore
  return lines.find((line) => line.event === "step" && line.step === steps - 1)?.loss ?? NaN;
}

async function stepOf(page: Page): Promise<number> {
  const shown = await page.getByTestId("step").textContent();
  return Number((shown ?? "").split("/")[0]?.replace(/\D/g, ""));
}

test("an engine killed in mid-training goes on with the losses of an uninterrupted run", async ({ host, page }) => {
  test.setTimeout(480_000);
  const text = longRun();
  await host.writeFile("long.chainrule", text);
  await host.chooseFile("long.chainrule");
  await page.getByRole("button", { name: /^Open file/ }).click();
  const run = page.getByRole("button", { name: "Run", exact: true });
  await expect(run).toBeEnabled();
  await run.click();
  const seen: { readonly at: number; readonly step: number }[] = [];
  await expect
    .poll(
      async () => {
        seen.push({ at: Date.now(), step: await stepOf(page) });
        return Date.now() - (seen.find(({ step }) => step > 0)?.at ?? Infinity);
      },
      { timeout: 60_000, intervals: [250] },
    )
    .toBeGreaterThan(staleMs + 500);
  const killedAt = Date.now();
  const reached = await stepOf(page);
  expect(reached).toBeLessThan(steps);
  await host.killEngine();

  const notice = page.getByText(/It was started again and goes on from step/);
  await expect(notice).toBeVisible();
  const resumed = Number(/from step ([\d,]+)/.exec((await notice.textContent()) ?? "")?.[1]?.replaceAll(",", ""));
  const oldEnough = seen.filter(({ at }) => at < killedAt - staleMs).at(-1)?.step ?? 0;
  expect(resumed).toBeGreaterThanOrEqual(oldEnough);
  expect(resumed).toBeGreaterThan(0);
  await expect.poll(() => stepOf(page), { timeout: 200_000 }).toBe(steps);
  await expect(page.getByTestId("loss")).toHaveText(printNumber(uninterruptedLoss(text)));
});

test("an engine killed at rest keeps what was trained", async ({ host, page }) => {
  await page.getByRole("button", { name: "Open", exact: true }).click();
  const run = page.getByRole("button", { name: "Run", exact: true });
  await expect(run).toBeEnabled();
  await run.click();
  await expect.poll(() => stepOf(page)).toBe(2000);
  await host.killEngine();
  await expect(page.getByText(/goes on from step 2,000/)).toBeVisible();
  await page.getByRole("button", { name: "Step", exact: true }).click();
  await expect.poll(() => stepOf(page)).toBe(2001);
});
