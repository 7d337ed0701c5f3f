/** @file What the canvas may cost, counted at 1,000 and 10,000 nodes (canvas.md, Costs): commits, uploads, elements. */
import type { Locator, Page } from "@playwright/test";
import { atRest } from "./at-rest";
import { expect, test, type AppHost } from "./journey";

interface Counted {
  readonly commits: number;
  readonly byNode: Readonly<Record<string, number>>;
  readonly gradientUpdates: number;
  readonly styleUploads: number;
  readonly geometryUploads: number;
}

const columns = 40;
const last = `n${columns - 1}`;

/** One parameter and rows of sines behind it, alike so that they compute in a moment; the end of the first is the loss. */
function manyRows(nodes: number): string {
  const placed: Record<string, unknown> = {
    w: { name: "w", kind: "call", member: "w", position: { x: -400, y: -400 } },
  };
  const edges: unknown[] = [];
  for (let i = 0; i < nodes - 1; i++) {
    const position = { x: (i % columns) * 140, y: Math.floor(i / columns) * 120 };
    placed[`n${i}`] = { name: `n${i}`, kind: "op", op: "sin", attrs: {}, position };
    edges.push({ from: [i % columns === 0 ? "w" : `n${i - 1}`, "out"], to: [`n${i}`, "input"] });
  }
  const w = { name: "w", type: "parameter", attrs: { shape: [] }, init: { kind: "randn" } };
  return JSON.stringify({
    format: "chainrule",
    version: 1,
    name: "Many rows",
    seed: 0,
    root: "main",
    training: { loss: [last, "out"], steps: 1000, logEvery: 100, device: "wasm", stopOnNaN: true },
    graphs: {
      main: {
        name: "main",
        kind: "model",
        inputs: [],
        outputs: [],
        members: { w },
        draws: ["w"],
        effects: ["backward"],
        nodes: {
          ...placed,
          backward: { name: "backward", kind: "effect", effect: { kind: "backward" }, position: { x: -400, y: -300 } },
        },
        edges: [...edges, { from: [last, "out"], to: ["backward", "value"] }],
        notes: [],
        frames: [],
      },
    },
    functions: {},
    resources: {},
    view: {},
  });
}

async function openRows(host: AppHost, page: Page, nodes: number): Promise<void> {
  await host.writeFile("rows.chainrule", manyRows(nodes));
  await host.chooseFile("rows.chainrule");
  await page.getByRole("button", { name: /^Open file/ }).click();
  await expect(page.getByText(`${(nodes + 1).toLocaleString("en-US")} nodes`, { exact: false })).toBeVisible({
    timeout: 60_000,
  });
}

const counted = (page: Page): Promise<Counted> =>
  page.evaluate(() => {
    if (window.chainruleCounters === undefined) throw new Error("the page has no counters");
    return window.chainruleCounters;
  });

/** The counters once the page is at rest, and nothing is uploaded any more. */
async function settled(page: Page): Promise<Counted> {
  let before = await counted(page);
  await expect(async () => {
    await atRest(page);
    const now = await counted(page);
    const last = before;
    before = now;
    expect(now).toEqual(last);
  }).toPass({ intervals: [200], timeout: 30_000 });
  return before;
}

/** From now on counts the page's elements after each change of it, those that stand for a moment only too; gives the most so far. */
async function watchElements(page: Page): Promise<() => Promise<number>> {
  const most = await page.evaluateHandle(() => {
    const count = (): number => document.querySelectorAll("*").length;
    const most = { elements: count() };
    new MutationObserver(() => (most.elements = Math.max(most.elements, count()))).observe(document.body, {
      childList: true,
      subtree: true,
    });
    return most;
  });
  return () => most.evaluate(({ elements }) => elements);
}

/** The nodes that drew between two looks. */
function drawn(before: Counted, after: Counted): readonly string[] {
  return Object.keys(after.byNode).filter((node) => after.byNode[node] !== before.byNode[node]);
}

/** The node whose corner is nearest to a place on the screen; more are in the page than can be seen. */
async function nodeNear(page: Page, x: number, y: number): Promise<Locator> {
  let [best, least] = [page.locator(".react-flow__node").first(), Infinity];
  for (const node of await page.locator(".react-flow__node").all()) {
    const box = await node.boundingBox();
    const distance = box === null ? Infinity : Math.hypot(box.x - x, box.y - y);
    if (distance < least) [best, least] = [node, distance];
  }
  return best;
}

/** Brings the middle of the graph to the middle of the screen at 100 %. */
async function toFullZoom(page: Page): Promise<void> {
  const box = await page.locator("[data-canvas]").boundingBox();
  if (box === null) throw new Error("no canvas on the screen");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  while (Number.parseInt((await page.getByTestId("zoom").textContent()) ?? "100", 10) < 80) {
    await page.mouse.wheel(0, -240);
    await atRest(page);
  }
}

test("at 1,000 nodes panning draws nothing in React, and dragging a node only that node", async ({ host, page }) => {
  test.setTimeout(120_000);
  await openRows(host, page, 1000);
  await toFullZoom(page);
  // The values of the first step are drawn once, soon after a document opens.
  await expect(page.locator(".react-flow__node", { hasText: /\d\.\d/ }).first()).toBeVisible({ timeout: 30_000 });
  const box = await page.locator("[data-canvas]").boundingBox();
  if (box === null) throw new Error("no canvas on the screen");
  const [x, y] = [box.x + box.width / 2, box.y + 120];
  await page.mouse.move(x, y);
  const before = await settled(page);
  await page.mouse.down({ button: "middle" });
  for (let i = 1; i <= 30; i++) await page.mouse.move(x + 4 * i, y + 2 * i);
  await page.mouse.up({ button: "middle" });
  const panned = await settled(page);
  expect(drawn(before, panned)).toEqual([]);
  expect(panned.commits - before.commits).toBe(0);
  expect(panned.geometryUploads).toBe(before.geometryUploads);

  const node = await nodeNear(page, box.x + box.width / 2, box.y + box.height / 2 - 60);
  const id = (await node.getAttribute("data-id")) ?? "";
  await node.click();
  const selected = await settled(page);
  const at = await node.boundingBox();
  if (at === null) throw new Error("the node is not on the screen");
  await page.mouse.move(at.x + 40, at.y + 12);
  await page.mouse.down();
  for (let i = 1; i <= 20; i++) await page.mouse.move(at.x + 40 + 3 * i, at.y + 12 + 2 * i);
  await page.mouse.up();
  const dragged = await settled(page);
  expect(drawn(selected, dragged).filter((name) => name !== "canvas" && name !== id)).toEqual([]);
});

test("at 1,000 nodes a gradient update draws nothing in React and is one upload", async ({ host, page }) => {
  test.setTimeout(120_000);
  await openRows(host, page, 1000);
  await toFullZoom(page);
  await page.getByRole("button", { name: "Show previews" }).click();
  const step = page.getByRole("button", { name: "Step", exact: true });
  await step.click();
  await expect(page.getByTestId("step")).toContainText("1 /", { timeout: 60_000 });
  const before = await settled(page);
  await step.click();
  await expect(page.getByTestId("step")).toContainText("2 /", { timeout: 60_000 });
  const after = await settled(page);
  expect(after.gradientUpdates - before.gradientUpdates).toBe(1);
  expect(after.styleUploads - before.styleUploads).toBe(1);
  expect(drawn(before, after)).toEqual([]);
});

test("at 10,000 nodes the page holds fewer than 6,000 elements at any zoom", async ({ host, page }) => {
  test.setTimeout(180_000);
  await openRows(host, page, 10_000);
  await settled(page);
  // Everything fitted: no node is in the page, the GPU draws them.
  expect(await page.locator(".react-flow__node").count()).toBe(0);
  const box = await page.locator("[data-canvas]").boundingBox();
  if (box === null) throw new Error("no canvas on the screen");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const most = await watchElements(page);
  for (let zoom = 0; zoom < 150;) {
    await page.mouse.wheel(0, -200);
    await atRest(page);
    const shown = Number.parseInt((await page.getByTestId("zoom").textContent()) ?? "0", 10);
    if (shown === zoom && shown > 100) break;
    zoom = shown;
  }
  expect(await page.locator(".react-flow__node").count()).toBeGreaterThan(10);
  expect(await most()).toBeLessThan(6000);
});
