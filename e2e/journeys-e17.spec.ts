/** @file From an empty canvas: a module whose Repeat turns a shared Linear as often as each step draws. */
import { expect, test } from "./journey";
import { at, type Hand, type Placed, type Wire } from "./journeys-hand";
import { beginEmpty, compareFirstStep, saveAndCompare, setSteps, train, watchAndReopen } from "./journeys-steps";

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
  for (const [i, node] of [first, clamped, repeat, last].entries()) await hand.select(node, i > 0 ? "add" : "only");
  await hand.page.keyboard.press("Control+Shift+E");
  await expect(hand.node(first)).toHaveCount(0);
  const [module] = await hand.selected();
  if (module === undefined) throw new Error("the module is not selected");
  return module;
}

/** PyTorch's losses at steps that are logged, and how far PyTorch strays from itself until there. */
const logged = [
  { steps: 50, loss: 78.15024, spread: 9.8e-8 },
  { steps: 100, loss: 9.412003, spread: 4e-6 },
  { steps: 500, loss: 0.8903935, spread: 3.15e-3 },
] as const;

test("builds E17 by hand, trains it to PyTorch's losses, undoes, redoes, reopens", async ({ host, page }, info) => {
  test.setTimeout(240_000);
  const hand = await beginEmpty(page);
  const x = await hand.add("randn", at(0, 1));
  await hand.set("size", "[64, 1000]");
  await hand.set("name", "x");
  const y = await hand.add("randn", at(0, 3));
  await hand.set("size", "[64, 10]");
  await hand.set("name", "y");
  const module = await wireNet(hand, x);
  const loss = await hand.addFrom(module, "out", "MSE", at(3, 1.4));
  await hand.choose("reduction", "sum");
  await hand.wire(y, loss, "target");
  await hand.add("SGD", at(1.4, 3.4));
  const [, backward, step] = await hand.selected();
  if (backward === undefined || step === undefined) throw new Error("an optimiser places three effects");
  await hand.wire(loss, backward, "value");
  await hand.set("lr", "1e-4", step);
  await hand.set("momentum", "0.9");
  await hand.deselect(at(0, 4.6));
  await page.keyboard.press("Control+J");
  for (const { steps, loss: wanted, spread } of logged) {
    await setSteps(hand, steps);
    const read = await train(hand, steps);
    // The rule of examples.md, and the four digits that the screen prints.
    const most = (spread <= 1e-5 ? 1e-4 : Math.max(5e-2, 20 * spread)) + 5e-4;
    expect(Math.abs(read - wanted), `loss after ${steps} steps: ${read}`).toBeLessThanOrEqual(most * wanted);
  }

  const wire: Wire = { from: module, to: loss, input: "input" };
  const saved = await saveAndCompare(hand, host, info, "dynamic.chainrule", wire);
  await hand.enter(module);
  await compareFirstStep(hand, info, saved);
  await hand.leave("main");
  await watchAndReopen(hand, host, saved, 12);
});
