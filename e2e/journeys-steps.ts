/** @file What every journey does once its program is wired: train, compare, watch, undo and redo, save and reopen. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import type { Page, TestInfo } from "@playwright/test";
import { expect, type AppHost } from "./journey";
import { Hand, readNumber, type Wire } from "./journeys-hand";

/** What `chainrule grad --json` says of an edge; no numbers where no gradient flows. */
interface GradEdge {
  readonly to: readonly [string, string];
  readonly rms: number | null;
  readonly max: number | null;
  readonly mean: number | null;
}

/** Edges by "node.port". */
type Gradients = ReadonlyMap<string, GradEdge>;

/** A document as it was saved: its name for a person, and its text. */
interface Saved {
  readonly name: string;
  readonly text: string;
}

/** The gradients of every edge at step 0, from the command line, by "node.port". */
function gradients(file: string): Gradients {
  const printed = execFileSync(process.execPath, ["cli/bin/chainrule.mjs", "grad", file, "--json"], {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  const { edges } = JSON.parse(printed) as { readonly edges: readonly GradEdge[] };
  return new Map(edges.map((edge) => [edge.to.join("."), edge]));
}

/** True when a printed number is the value, rounded to the digits that are printed; float32 may differ by 1e-5 of `size`. */
function printsAs(printed: string, value: number, size: number): boolean {
  const plain = printed.replaceAll("−", "-").replaceAll(",", "");
  const [digits = "", exponent = "0"] = plain.split("e");
  const decimals = digits.split(".")[1]?.length ?? 0;
  const half = 0.5 * 10 ** (Number(exponent) - decimals);
  return Math.abs(Number(plain) - value) <= half + 1e-5 * size;
}

/** An empty document, the panel under the canvas folded away. */
export async function beginEmpty(page: Page): Promise<Hand> {
  await page.getByRole("button", { name: /^New document/ }).click();
  await page.keyboard.press("Control+J");
  return new Hand(page);
}

/** Sets the document's steps; nothing must be selected. */
export async function setSteps(hand: Hand, steps: number): Promise<void> {
  const field = hand.page.getByTestId("document-fields").getByLabel("steps", { exact: true });
  await field.fill(String(steps));
  await field.press("Enter");
}

/** What a journey must come to. */
interface Ending {
  /** The file's name. */
  readonly file: string;
  readonly steps: number;
  /** PyTorch's loss as the bar prints it, and how far it may be off where PyTorch strays from itself. */
  readonly loss: number;
  readonly within?: number;
  /** An edge whose card is read. */
  readonly wire: Wire;
  /** The timeline has more ops than this. */
  readonly ops: number;
}

/** What comes after wiring: trains to the loss, compares gradients, follows a step, undoes and redoes all, reopens the file. */
export async function finish(hand: Hand, host: AppHost, info: TestInfo, ending: Ending): Promise<void> {
  const { file, steps, loss, within = 0, wire, ops } = ending;
  await setSteps(hand, steps);
  await hand.page.keyboard.press("Control+J");
  expect(Math.abs((await train(hand, steps)) - loss)).toBeLessThanOrEqual(within);
  const saved = await saveAndCompare(hand, host, info, file, wire);
  await watchAndReopen(hand, host, saved, ops);
}

/** Trains to the last step and reads the loss from the bar. */
export async function train(hand: Hand, steps: number): Promise<number> {
  const { page } = hand;
  // Edges that flow for ever cost a machine without a GPU more than all that a journey does.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const all = steps.toLocaleString("en-US");
  await expect(page.getByTestId("step")).toContainText(`${all} / ${all}`, { timeout: 60_000 });
  await expect(page.getByRole("button", { name: "Run", exact: true })).toBeVisible();
  return readNumber(await page.getByTestId("loss").innerText());
}

/** Saves under a name. */
async function saveAs(hand: Hand, host: AppHost, name: string): Promise<Saved> {
  await host.chooseFile(name);
  await hand.page.keyboard.press("Control+Shift+S");
  await expect(hand.page.getByText(`Saved as ${name}.`)).toBeVisible();
  return { name, text: await host.readFile(name) };
}

/** The table of edges as it stands on the screen: "node.port" to its cells. */
async function readTable(hand: Hand): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await hand.page.getByTestId("edge-table").locator("tbody tr").all();
  const read = rows.map(
    async (row) => [await row.getAttribute("data-edge"), await row.locator("td").allInnerTexts()] as const,
  );
  return new Map((await Promise.all(read)).map(([edge, cells]) => [edge ?? "", cells]));
}

/** Saves; then one step's gradients, in the table and on the card of an edge, are what the command line says of that file. */
export async function saveAndCompare(
  hand: Hand,
  host: AppHost,
  info: TestInfo,
  name: string,
  wire: Wire,
): Promise<Saved> {
  const saved = await saveAs(hand, host, name);
  await compareCard(hand, wire, await compareFirstStep(hand, info, saved));
  return saved;
}

/** Follows one step of more ops than `least` on the timeline; undoes and redoes all; opens the file again. */
export async function watchAndReopen(hand: Hand, host: AppHost, saved: Saved, least: number): Promise<void> {
  await watchTimeline(hand, least);
  await undoAndRedo(hand);
  await reopen(hand, host, saved);
}

/** One step from the initial values: the table of edges says what the command line says of the saved file, to 1e-5. */
export async function compareFirstStep(hand: Hand, info: TestInfo, saved: Saved): Promise<Gradients> {
  const { page } = hand;
  await hand.command("Reset to initial values");
  await page.getByRole("button", { name: "Step", exact: true }).click();
  await expect(page.getByTestId("step")).toContainText(/^1 \//);
  const file = info.outputPath(saved.name);
  writeFileSync(file, saved.text);
  const wanted = gradients(file);
  await compareTable(hand, wanted);
  return wanted;
}

/** The table of edges of the graph on the canvas against the command line's numbers, to 1e-5. */
async function compareTable(hand: Hand, wanted: Gradients): Promise<void> {
  const { page } = hand;
  await page.getByRole("tab", { name: "Edges" }).click();
  await expect(page.getByTestId("edge-table")).toBeVisible();
  const table = await readTable(hand);
  expect([...table.keys()].filter((edge) => !wanted.has(edge))).toEqual([]);
  expect(table.size).toBeGreaterThan(0);
  for (const [edge, cells] of table) {
    const { rms, max, mean } = wanted.get(edge) ?? { rms: null, max: null, mean: null };
    if (rms === null || max === null || mean === null) expect(cells[1], edge).toBe("–");
    else {
      const near = (cell: string | undefined, value: number): void =>
        expect(Math.abs(readNumber(cell ?? "") - value), `${edge}: ${cell}, ${value}`).toBeLessThanOrEqual(1e-5 * rms);
      near(cells[1], rms);
      near(cells[2], max);
      near(cells[3], mean);
    }
  }
}

/** The card of an edge, found by where the edge runs, says what the command line says, to its printed digits. */
async function compareCard(hand: Hand, wire: Wire, wanted: Gradients): Promise<void> {
  const { rms, max, mean } = wanted.get(`${wire.to.id}.${wire.input}`) ?? { rms: null, max: null, mean: null };
  if (rms === null || max === null || mean === null) throw new Error(`${wire.to.id}.${wire.input}: no gradient there`);
  const card = await hand.hover(wire);
  const fact = (name: string) => card.getByText(name, { exact: true }).locator("xpath=following-sibling::*[1]");
  await expect(fact("RMS").or(fact("gradient"))).toBeVisible();
  // Of one number the card shows that number: its statistics would all be the same.
  const isOne = (await fact("gradient").count()) > 0;
  const shown: readonly (readonly [string, number])[] = isOne
    ? [["gradient", mean]]
    : [
        ["RMS", rms],
        ["max |g|", max],
        ["mean", mean],
      ];
  for (const [name, value] of shown) {
    const printed = await fact(name).innerText();
    expect(printsAs(printed, value, rms), `${name} of ${wire.to.id}.${wire.input}: ${printed}, ${value}`).toBe(true);
  }
}

/** The timeline: load, to the end, back op by op, scrubbed by the handle's keys and by mouse, played. */
async function watchTimeline(hand: Hand, least: number): Promise<void> {
  const { page } = hand;
  await page.getByRole("tab", { name: "Timeline" }).click();
  const place = page.getByTestId("timeline-at");
  await expect(place).toContainText(/op \d+ of \d+/);
  const at = async (): Promise<number> => Number(/op (\d+)/.exec(await place.innerText())?.[1]);
  const ops = Number(/of (\d+)/.exec(await place.innerText())?.[1]);
  expect(ops).toBeGreaterThan(least);
  await page.getByRole("button", { name: "Last op" }).click();
  await expect(place).toContainText(`op ${ops} of`);
  for (const back of [1, 2, 3]) {
    await page.getByRole("button", { name: "Previous op" }).click();
    await expect(place).toContainText(`op ${ops - back} of`);
  }
  const scrub = page.getByRole("slider", { name: "Scrub" });
  const box = await scrub.boundingBox();
  if (box === null) throw new Error("the timeline has no handle on the screen");
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.8, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, y, { steps: 4 });
  await expect.poll(at).toBeLessThan(ops * 0.6);
  expect(await at()).toBeGreaterThan(ops * 0.4);
  await page.mouse.move(box.x + box.width * 0.2, y, { steps: 4 });
  await page.mouse.up();
  await expect.poll(at).toBeLessThan(ops * 0.35);
  const stopped = await at();
  await scrub.press("ArrowLeft");
  await expect(place).toContainText(`op ${stopped - 1} of`);
  await page.getByRole("button", { name: "First op" }).click();
  await expect(place).toContainText("op 1 of");
  const panel = page.getByTestId("timeline");
  await panel.getByRole("button", { name: "Play" }).click();
  await expect.poll(at).toBeGreaterThan(2);
  await panel.getByRole("button", { name: "Pause" }).click();
  const paused = await at();
  await page.getByRole("button", { name: "Next op" }).click();
  await expect(place).toContainText(`op ${paused + 1} of`);
}

/** Back to the empty canvas, and forth again to where it was. */
async function undoAndRedo(hand: Hand): Promise<void> {
  const { page } = hand;
  const nodes = page.locator(".react-flow__node");
  const count = await nodes.count();
  await hand.canvas.focus();
  let undone = 0;
  for (; undone < 400 && (await nodes.count()) > 0; undone++) await page.keyboard.press("Control+Z");
  await expect(page.getByText("Empty graph")).toBeVisible();
  for (; undone > 0; undone--) await page.keyboard.press("Control+Shift+Z");
  await expect(nodes).toHaveCount(count);
}

/** Closes the document, opens its file again, saves that elsewhere: the same bytes. */
async function reopen(hand: Hand, host: AppHost, { name, text }: Saved): Promise<void> {
  const { page } = hand;
  await page.getByRole("button", { name: "Back to the gallery" }).click();
  await host.chooseFile(name);
  await page.getByRole("button", { name: /^Open file/ }).click();
  await expect(page.locator(".react-flow__node").first()).toBeVisible();
  expect((await saveAs(hand, host, `again-${name}`)).text).toBe(text);
}
