/** @file A number that is dragged trains the document anew: what stands in the end is what a run with that number gives. */
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./journey";
import { Hand } from "./journeys-hand";
import { openText } from "./screens";

const loss = (page: Page): Locator => page.getByTestId("loss");

async function openExample(page: Page, file: string): Promise<Hand> {
  await page.getByRole("textbox", { name: "Search templates" }).fill(file);
  await page
    .getByRole("button", { name: new RegExp(file) })
    .last()
    .click();
  await expect(page.getByRole("button", { name: "Run", exact: true })).toBeEnabled();
  return new Hand(page);
}

/** The loss at the end of a run from step 0. */
async function runAll(hand: Hand): Promise<string> {
  const { page } = hand;
  await hand.command("Reset to initial values");
  const step = page.getByTestId("step");
  await expect(step).toHaveText(/^0 /);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(step).toHaveText(/^([\d,]+) \/ \1$/, { timeout: 60_000 });
  await expect(page.getByRole("button", { name: "Run", exact: true })).toBeVisible();
  return loss(page).innerText();
}

async function write(field: Locator, value: string): Promise<void> {
  await field.fill(value);
  await field.press("Enter");
}

/** Drags a field from what it holds to another value, and compares with runs of both. */
async function dragTo(hand: Hand, field: Locator, value: string, pixels: number): Promise<void> {
  const { page } = hand;
  const old = await field.inputValue();
  await write(field, value);
  const wanted = await runAll(hand);
  await write(field, old);
  const before = await runAll(hand);
  expect(wanted).not.toBe(before);

  const from = await hand.middle(field);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + pixels, from.y, { steps: Math.abs(pixels) / 3 });
  await expect(field).toHaveValue(value);
  await expect(loss(page)).not.toHaveText(before);
  await expect(page.getByText("the run before")).toBeVisible();
  await page.mouse.up();
  await expect(loss(page)).toHaveText(wanted, { timeout: 60_000 });
  await expect(page.getByText("the run before")).toBeVisible();
}

test("the learning rate", async ({ page }) => {
  const hand = await openExample(page, "poly-autograd");
  await hand.select(await hand.find("Update"));
  await dragTo(hand, hand.inspector.getByLabel("lr", { exact: true }), "8e-7", -6);
});

test("the seed", async ({ page }) => {
  const hand = await openExample(page, "poly-autograd");
  await dragTo(hand, page.getByTestId("document-fields").getByLabel("seed", { exact: true }), "3", 9);
});

test("an initial value", async ({ page }) => {
  const hand = await openExample(page, "legendre-function");
  // At the end of its own 2,000 steps it does not matter any more where they began.
  await write(page.getByTestId("document-fields").getByLabel("steps", { exact: true }), "100");
  await hand.select(await hand.find(/^.?d/));
  await dragTo(hand, hand.inspector.getByLabel("Initial value", { exact: true }), "0.33", 9);
});

/** One layer whose width is free: its outputs are squared and averaged. */
function oneLayer(): string {
  const node = (name: string, x: number, rest: object) => ({ name, position: { x, y: 0 }, ...rest });
  const op = (name: string, attrs: object) => ({ kind: "op", op: name, attrs });
  return JSON.stringify({
    format: "chainrule",
    version: 1,
    name: "One layer",
    seed: 0,
    root: "main",
    training: { loss: ["mean", "out"], steps: 200, logEvery: 10, device: "wasm", stopOnNaN: true },
    graphs: {
      main: {
        name: "main",
        kind: "model",
        inputs: [],
        outputs: [],
        members: { layer: { name: "layer", type: "nn.Linear", attrs: { inFeatures: 3, outFeatures: 4 } } },
        draws: ["layer", "x"],
        effects: ["backward", "update"],
        nodes: {
          x: node("x", 0, op("randn", { size: [16, 3] })),
          linear: node("linear", 160, { kind: "call", member: "layer" }),
          squared: node("squared", 320, op("pow", { exponent: 2 })),
          mean: node("mean", 480, op("mean", {})),
          backward: node("backward", 640, { kind: "effect", effect: { kind: "backward" } }),
          update: { ...node("update", 640, { kind: "effect", effect: { kind: "update", targets: "all", formula: "p - lr * grad", lr: 0.01, thenClear: true } }), position: { x: 640, y: 80 } },
        },
        edges: [
          { from: ["x", "out"], to: ["linear", "input"] },
          { from: ["linear", "out"], to: ["squared", "input"] },
          { from: ["squared", "out"], to: ["mean", "input"] },
          { from: ["mean", "out"], to: ["backward", "value"] },
        ],
        notes: [],
        frames: [],
      },
    },
    functions: {},
    resources: {},
    view: {},
  }); // prettier-ignore
}

test("a layer's size", async ({ host, page }) => {
  await openText(host, page, "one-layer.chainrule", oneLayer());
  const hand = new Hand(page);
  await hand.select(await hand.find("Linear"));
  await dragTo(hand, hand.inspector.getByLabel("outFeatures", { exact: true }), "8", 12);
  await expect(page.getByText("32 parameters")).toBeVisible();
});
