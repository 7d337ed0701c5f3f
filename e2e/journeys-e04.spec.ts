/** @file From an empty canvas: Legendre's polynomial as a custom Function, its forward and backward wired by hand. */
import { test } from "./journey";
import { at, pi, type Hand, type Placed, type Wire } from "./journeys-hand";
import { beginEmpty, finish } from "./journeys-steps";

/** P₃(x) = ½(5x³ − 3x), with its backward g · 1.5 (5x² − 1). */
async function wireFunction(hand: Hand): Promise<Placed> {
  const applied = await hand.add("custom function", at(3.6, 2), "double-click");
  await hand.enter(applied);
  const x = await hand.find("→x");
  const y = await hand.find("←y");
  const cube = await hand.addFrom(x, "out", "pow", at(2, 1));
  await hand.set("exponent", "3");
  const five = await hand.addFrom(cube, "out", "mul", at(3, 1));
  await hand.set("other", "5");
  const three = await hand.addFrom(x, "out", "mul", at(2.4, 4.4));
  await hand.set("other", "3");
  const difference = await hand.addFrom(five, "out", "sub", at(4, 1));
  await hand.wire(three, difference, "other");
  const half = await hand.addFrom(difference, "out", "mul", at(5, 1));
  await hand.set("other", "0.5");
  await hand.wire(half, y, "in");

  await hand.canvas.focus();
  await hand.page.keyboard.press("Shift+Enter");
  const gradient = await hand.find("→y");
  const saved = await hand.find("→x");
  const result = await hand.find("←x");
  const square = await hand.addFrom(saved, "out", "pow", at(2, 1));
  await hand.set("exponent", "2");
  const scaled = await hand.addFrom(square, "out", "mul", at(3, 1));
  await hand.set("other", "5");
  const less = await hand.addFrom(scaled, "out", "sub", at(4, 1));
  await hand.set("other", "1");
  const slope = await hand.addFrom(less, "out", "mul", at(5, 1));
  await hand.set("other", "1.5");
  const product = await hand.addFrom(gradient, "out", "mul", at(4, 4.4));
  await hand.wire(slope, product, "other");
  await hand.wire(product, result, "in");
  await hand.leave("main");
  return applied;
}

/** ŷ = a + b·P₃(c + d·x) against sin x; returns the edge from P₃ to b·P₃. */
async function wireModel(hand: Hand): Promise<Wire> {
  const x = await hand.add("linspace", at(0, 4));
  await hand.set("start", `-${pi}`);
  await hand.set("end", pi);
  await hand.set("steps", "2000");
  await hand.set("name", "x");
  const y = await hand.addFrom(x, "out", "sin", at(3.2, 4.6));
  const parameters: Placed[] = [];
  for (const [i, [name, value]] of [
    ["a", "0"],
    ["b", "-1"],
    ["c", "0"],
    ["d", "0.3"],
  ].entries() as ArrayIterator<[number, [string, string]]>) {
    parameters.push(await hand.add("Parameter", at([5, 3.6, 1, 0][i] ?? 0, [0, 1, 2, 3][i] ?? 0)));
    await hand.set("name", name);
    await hand.choose("begins as", "a number");
    await hand.set("Initial value", value);
  }
  const [a, b, c, d] = parameters as [Placed, Placed, Placed, Placed];
  const p3 = await wireFunction(hand);
  const dx = await hand.addFrom(d, "out", "mul", at(1.2, 3));
  await hand.wire(x, dx, "other");
  const cdx = await hand.addFrom(c, "out", "add", at(2.4, 2));
  await hand.wire(dx, cdx, "other");
  await hand.wire(cdx, p3, "x");
  const bp3 = await hand.addFrom(b, "out", "mul", at(5.4, 1.4));
  await hand.wire(p3, bp3, "other", "y");
  const fit = await hand.addFrom(a, "out", "add", at(6.2, 0.6));
  await hand.wire(bp3, fit, "other");
  const error = await hand.addFrom(fit, "out", "sub", at(4.6, 4.2));
  await hand.wire(y, error, "other");
  const squared = await hand.addFrom(error, "out", "pow", at(5.6, 4.2));
  await hand.set("exponent", "2");
  const loss = await hand.addFrom(squared, "out", "sum", at(6.6, 4.2));
  await hand.addFrom(loss, "out", "backward", at(4.6, 5.4));
  await hand.add("Update", at(5, 6.2));
  await hand.set("lr", "5e-6");
  await hand.deselect(at(0, 0.8));
  return { from: p3, output: "y", to: bp3, input: "other" };
}

test("builds E04 by hand with its Function, trains it to PyTorch's loss, undoes, redoes, reopens", async ({
  host,
  page,
}, info) => {
  test.setTimeout(240_000);
  const hand = await beginEmpty(page);
  const wire = await wireModel(hand);
  await finish(hand, host, info, { file: "legendre.chainrule", steps: 2000, loss: 8.944, wire, ops: 20 });
});
