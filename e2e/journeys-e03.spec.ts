/** @file From an empty canvas: the sine polynomial by mouse. */
import { test } from "./journey";
import { at, pi, type Hand, type Placed, type Wire } from "./journeys-hand";
import { beginEmpty, finish } from "./journeys-steps";

/** a + b·x + c·x² + d·x³ against sin x, its squared error summed, Backward and Update; returns the edge of the error. */
async function buildSine(hand: Hand): Promise<Wire> {
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
  await hand.add("Update", at(5, 6.2));
  await hand.set("lr", "1e-6");
  await hand.deselect(at(0, 0.8));
  return { from: error, to: squared, input: "input" };
}

test("builds E03 by hand, trains it to PyTorch's loss, undoes, redoes, reopens", async ({ host, page }, info) => {
  test.setTimeout(240_000);
  const hand = await beginEmpty(page);
  const wire = await buildSine(hand);
  await finish(hand, host, info, { file: "sine.chainrule", steps: 2000, loss: 12.29, wire, ops: 20 });
});
