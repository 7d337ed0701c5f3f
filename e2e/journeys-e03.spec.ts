/** @file From an empty canvas: the sine polynomial by mouse, trained, read, stepped through, undone, saved, reopened. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { expect, test } from "./journey";
import { Hand, readNumber, type Placed, type Point } from "./journeys-hand";

const pi = "3.141592653589793";
const at = (column: number, row: number): Point => ({ x: 30 + column * 126, y: 44 + row * 92 });

/** a + b·x + c·x² + d·x³ against sin x, its squared error summed, Backward and Update. */
async function buildSine(hand: Hand): Promise<void> {
  const x = await hand.add("linspace", at(0, 5), "double-click");
  await hand.set("start", `-${pi}`);
  await hand.set("end", pi);
  await hand.set("steps", "2000");
  await hand.set("name", "x");
  const y = await hand.addFrom(x, "out", "sin", at(3.3, 5.8));
  await hand.set("name", "y");
  const parameters: Placed[] = [];
  for (const [i, name] of ["a", "b", "c", "d"].entries()) {
    parameters.push(await hand.add("Parameter", at(2, i)));
    await hand.set("name", name);
  }
  const [a, b, c, d] = parameters as [Placed, Placed, Placed, Placed];
  const x2 = await hand.addFrom(x, "out", "pow", at(2, 4));
  await hand.set("exponent", "2");
  const x3 = await hand.addFrom(x, "out", "pow", at(2, 5.4));
  await hand.set("exponent", "3");
  const bx = await hand.addFrom(b, "out", "mul", at(3.3, 1));
  await hand.wire(x, bx, "other");
  const cx2 = await hand.addFrom(c, "out", "mul", at(3.3, 2));
  await hand.wire(x2, cx2, "other");
  const dx3 = await hand.addFrom(d, "out", "mul", at(3.3, 3));
  await hand.wire(x3, dx3, "other");
  const linear = await hand.addFrom(a, "out", "add", at(4.3, 0));
  await hand.wire(bx, linear, "other");
  const quadratic = await hand.addFrom(linear, "out", "add", at(5.3, 1));
  await hand.wire(cx2, quadratic, "other");
  const fit = await hand.addFrom(quadratic, "out", "add", at(6.3, 2));
  await hand.wire(dx3, fit, "other");
  const error = await hand.addFrom(fit, "out", "sub", at(4.6, 4.2));
  await hand.wire(y, error, "other");
  const squared = await hand.addFrom(error, "out", "pow", at(5.6, 4.2));
  await hand.set("exponent", "2");
  const loss = await hand.addFrom(squared, "out", "sum", at(6.6, 4.2));
  await hand.addFrom(loss, "out", "backward", at(4.6, 5.4));
  await hand.add("Update", at(5.6, 6));
  await hand.set("lr", "1e-6");
  await hand.deselect(at(0, 0.8));
}

interface GradEdge {
  readonly to: readonly [string, string];
  readonly rms: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly zeros: number | null;
}

/** The gradients of every edge at step 0, from the command line, by "node.port". */
function gradients(file: string): ReadonlyMap<string, GradEdge> {
  const printed = execFileSync(process.execPath, ["cli/bin/chainrule.mjs", "grad", file, "--json"], {
    encoding: "utf8",
  });
  const { edges } = JSON.parse(printed) as { readonly edges: readonly GradEdge[] };
  return new Map(edges.map((edge) => [edge.to.join("."), edge]));
}

/** The table of edges as it stands on the screen: "node.port" to its cells. */
async function readTable(hand: Hand): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await hand.page.getByTestId("edge-table").locator("tbody tr").all();
  const read = rows.map(
    async (row) => [await row.getAttribute("data-edge"), await row.locator("td").allInnerTexts()] as const,
  );
  return new Map((await Promise.all(read)).map(([edge, cells]) => [edge ?? "", cells]));
}

test("builds E03 by hand, trains it to PyTorch's loss, undoes, redoes and saves the same bytes", async ({
  host,
  page,
}, info) => {
  test.setTimeout(240_000);
  await page.getByRole("button", { name: /^New document/ }).click();
  const hand = new Hand(page);
  const nodes = page.locator(".react-flow__node");
  await page.keyboard.press("Control+J");
  await buildSine(hand);
  const steps = page.getByTestId("document-fields").getByLabel("steps", { exact: true });
  await steps.fill("2000");
  await steps.press("Enter");
  await page.keyboard.press("Control+J");

  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByTestId("step")).toContainText("2,000 / 2,000", { timeout: 30_000 });
  await expect(page.getByTestId("loss")).toHaveText("12.29");

  await host.chooseFile("sine.chainrule");
  await page.keyboard.press("Control+S");
  await expect(page.getByText("Saved as sine.chainrule.")).toBeVisible();
  const saved = await host.readFile("sine.chainrule");

  // One step from the initial values: the table of edges says what the command line says of the saved file.
  await hand.command("Reset to initial values");
  await page.getByRole("button", { name: "Step", exact: true }).click();
  await expect(page.getByTestId("step")).toContainText("1 / 2,000");
  await page.getByRole("tab", { name: "Edges" }).click();
  await expect(page.getByTestId("edge-table")).toBeVisible();
  const file = info.outputPath("sine.chainrule");
  writeFileSync(file, saved);
  const wanted = gradients(file);
  const table = await readTable(hand);
  expect([...table.keys()].sort()).toEqual([...wanted.keys()].sort());
  for (const [edge, cells] of table) {
    const { rms, max, mean } = wanted.get(edge) ?? { rms: null, max: null, mean: null };
    if (rms === null || max === null || mean === null) expect(cells[1]).toBe("–");
    else {
      const near = (cell: string | undefined, value: number): void =>
        expect(Math.abs(readNumber(cell ?? "") - value), `${edge}: ${cell}, ${value}`).toBeLessThanOrEqual(1e-5 * rms);
      near(cells[1], rms);
      near(cells[2], max);
      near(cells[3], mean);
    }
  }

  // The timeline: load, to the end, back, by blocks, play.
  await page.getByRole("tab", { name: "Timeline" }).click();
  await page.getByRole("button", { name: "Load step" }).click();
  const place = page.getByTestId("timeline-at");
  await expect(place).toContainText(/op \d+ of \d+/);
  const ops = Number(/of (\d+)/.exec(await place.innerText())?.[1]);
  expect(ops).toBeGreaterThan(20);
  await page.getByRole("button", { name: "Last op" }).click();
  await expect(place).toContainText(`op ${ops} of`);
  await page.getByRole("button", { name: "Previous op" }).click();
  await expect(place).toContainText(`op ${ops - 1} of`);
  await page.getByRole("button", { name: "First op" }).click();
  await expect(place).toContainText("op 1 of");
  await page.getByRole("button", { name: "Next op" }).click();
  await expect(place).toContainText("op 2 of");
  await page.getByTestId("timeline").getByRole("button", { name: "Play" }).click();
  await expect(place).toContainText(/op (?:[4-9]|\d\d) of/);
  await page.getByTestId("timeline").getByRole("button", { name: "Pause" }).click();

  // Back to the empty canvas, and forth again.
  const count = await nodes.count();
  await hand.canvas.focus();
  let undone = 0;
  for (; undone < 200 && (await nodes.count()) > 0; undone++) await page.keyboard.press("Control+Z");
  await expect(page.getByText("Empty graph")).toBeVisible();
  for (; undone > 0; undone--) await page.keyboard.press("Control+Shift+Z");
  await expect(nodes).toHaveCount(count);
  await host.chooseFile("again.chainrule");
  await page.keyboard.press("Control+Shift+S");
  await expect(page.getByText("Saved as again.chainrule.")).toBeVisible();
  expect(await host.readFile("again.chainrule")).toBe(saved);
});
