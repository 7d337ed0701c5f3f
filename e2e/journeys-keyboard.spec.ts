/** @file From an empty canvas: the sine polynomial by the keyboard alone; the mouse is never touched. */
import { expect, test } from "./journey";
import { Hand, pi, readNumber } from "./journeys-hand";

/** A node fed by the one that is named, and its name. */
async function after(hand: Hand, source: string, query: string, name: string): Promise<void> {
  await hand.keySelect(source);
  await hand.keyAdd(query, "a");
  await hand.keyName(name);
}

/** a + b·x + c·x² + d·x³ against sin x, its squared error summed, Backward and Update. */
async function wireSine(hand: Hand): Promise<void> {
  await hand.keyAdd("linspace");
  await hand.keyName("x");
  for (const [field, value] of Object.entries({ start: `-${pi}`, end: pi, steps: "2000" }))
    await hand.keySet(field, value);
  await hand.keyAdd("sin", "a");
  await hand.keyName("y");
  for (const name of ["a", "b", "c", "d"]) {
    await hand.keyAdd("Parameter");
    await hand.keyName(name);
  }
  for (const power of ["2", "3"]) {
    await after(hand, "x", "pow", `x${power}`);
    await hand.keySet("exponent", power);
  }
  for (const [coefficient, value, product] of [
    ["b", "linspace x", "bx"],
    ["c", "pow x2", "cx2"],
    ["d", "pow x3", "dx3"],
  ] as const) {
    await after(hand, coefficient, "mul", product);
    await hand.keyWire(`${value} other`, "input");
  }
  for (const [left, right, sum] of [
    ["a", "bx", "linear"],
    ["linear", "cx2", "quadratic"],
    ["quadratic", "dx3", "cubic"],
  ] as const) {
    await after(hand, left, "add", sum);
    await hand.keyWire(`mul ${right} other`, "input");
  }
  await after(hand, "cubic", "sub", "error");
  await hand.keySelect("y");
  await hand.keyWire("error other");
  await after(hand, "error", "pow", "squared");
  await after(hand, "squared", "sum", "loss");
  await hand.keyAdd("backward", "a");
  await hand.keyAdd("Update");
  await hand.keySet("lr", "1e-6");
}

test("builds and trains E03 by keyboard alone, walks its nodes, cuts an edge and takes that back", async ({ page }) => {
  test.setTimeout(240_000);
  const hand = new Hand(page);
  await expect(page.getByRole("button", { name: /^New document/ })).toBeVisible();
  await page.keyboard.press("Control+Alt+N");
  await expect(page.getByText("Empty graph")).toBeVisible();
  await wireSine(hand);
  await page.keyboard.press("Escape");
  const fields = page.getByTestId("document-fields");
  await hand.keyPane(fields);
  await hand.keyTo(fields.getByLabel("steps", { exact: true }));
  await page.keyboard.press("Control+A");
  await page.keyboard.type("2000");
  await page.keyboard.press("Enter");
  await page.keyboard.press("F5");
  await expect(page.getByTestId("step")).toContainText("2,000 / 2,000", { timeout: 60_000 });
  await expect(page.getByTestId("loss")).toHaveText("12.29");
  expect(readNumber(await page.getByTestId("loss").innerText())).toBe(12.29);

  await hand.keyPane(hand.canvas);
  await hand.keySelect("loss");
  const name = hand.inspector.getByLabel("name", { exact: true });
  for (const reached of ["squared", "error"]) {
    await page.keyboard.press("ArrowLeft");
    await expect(name).toHaveValue(reached);
  }
  await page.keyboard.press("ArrowRight");
  await expect(name).toHaveValue("squared");
  await page.keyboard.press("e");
  await page.keyboard.press("Delete");
  await expect(page.getByText(/1 error/)).toBeVisible();
  await page.keyboard.press("Control+Z");
  await expect(page.getByText("No problems", { exact: true })).toBeVisible();
});
