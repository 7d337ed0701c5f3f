/** @file From an empty canvas: a module whose Repeat turns a shared Linear as often as each step draws. */
import { expect, test } from "./journey";
import { Hand, type Placed, type Point, type Wire } from "./journeys-hand";
import {
  compareCard,
  compareFirstStep,
  compareTable,
  reopen,
  saveAs,
  setSteps,
  train,
  undoAndRedo,
  watchTimeline,
} from "./journeys-steps";

const at = (column: number, row: number): Point => ({ x: 30 + column * 126, y: 44 + row * 92 });

/** The net at the root: Linear, clamp, a Repeat of the shared Linear and a clamp, Linear; then a module of it. */
async function wireNet(hand: Hand, x: Placed): Promise<Placed> {
  const first = await hand.addFrom(x, "out", "Linear", at(1.1, 1));
  await hand.set("inFeatures", "1000");
  await hand.set("outFeatures", "100");
  const clamped = await hand.addFrom(first, "out", "clamp", at(2.3, 1));
  await hand.set("min", "0");
  const repeat = await hand.addFrom(clamped, "out", "Repeat", at(3.4, 1));
  await hand.choose("turns", "drawn each step");
  await hand.set("low", "0");
  await hand.set("high", "4");
  const [carriedIn] = await hand.terminals(repeat, "in");
  const [carriedOut] = await hand.terminals(repeat, "out");
  if (carriedIn === undefined || carriedOut === undefined) throw new Error("the region has no ports inside");
  const shared = await hand.addFrom(carriedIn, "out", "Linear", await hand.inside(repeat, 0.35, 0.7));
  await hand.set("inFeatures", "100");
  await hand.set("outFeatures", "100");
  const again = await hand.addFrom(shared, "out", "clamp", await hand.inside(repeat, 0.8, 0.4));
  await hand.set("min", "0");
  await hand.wire(again, carriedOut, "in");
  const last = await hand.addFrom(repeat, "h", "Linear", at(4, 3.4));
  await hand.set("inFeatures", "100");
  await hand.set("outFeatures", "10");
  await hand.page.screenshot({ path: "/tmp/e17-1.png" });
  for (const [i, node] of [first, clamped, repeat, last].entries()) await hand.select(node, i > 0 ? "add" : "only");
  await hand.page.keyboard.press("Control+Shift+E");
  await expect(hand.node(first)).toHaveCount(0);
  const [module] = await hand.selected();
  if (module === undefined) throw new Error("the module is not selected");
  return module;
}

test("builds E17 by hand, trains it to PyTorch's losses, undoes, redoes, reopens", async ({ host, page }, info) => {
  test.setTimeout(240_000);
  await page.getByRole("button", { name: /^New document/ }).click();
  const hand = new Hand(page);
  await page.keyboard.press("Control+J");
  const x = await hand.add("randn", at(0, 1));
  await hand.set("size", "[64, 1000]");
  await hand.set("name", "x");
  const y = await hand.add("randn", at(0, 3));
  await hand.set("size", "[64, 10]");
  await hand.set("name", "y");
  const module = await wireNet(hand, x);
  await page.screenshot({ path: "/tmp/e17-2.png" });
  const loss = await hand.addFrom(module, "out", "MSE", at(4, 2.4));
  await hand.choose("reduction", "sum");
  await hand.wire(y, loss, "target");
  await hand.add("SGD", at(2, 4.4));
  await page.screenshot({ path: "/tmp/e17-3.png" });
});
