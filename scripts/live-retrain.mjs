/**
 * @file Measures live retrain in Chromium: the learning rate of E03 is dragged, and the page tells how long it took from each
 * input event to the frame that draws the new loss curve and fit. Printed as a line of the benchmark.
 */
import { pathToFileURL } from "node:url";
import { launchBrowser, openTemplate, runToEnd, serveApp } from "./browser.mjs";

const drags = 30;
/** The run of assets/examples/poly-autograd. */
const steps = 2000;

/** Collects the page's measures, each with what the fit and the loss curve showed when it was taken. */
function collect() {
  const taken = [];
  new PerformanceObserver((list) => {
    for (const { name, duration, detail } of list.getEntries())
      if (name === "live-retrain")
        taken.push({
          ms: duration,
          steps: detail.steps,
          fit: document.querySelector("[data-testid=fit]")?.innerHTML,
          curve: document.querySelector(".uplot canvas")?.toDataURL(),
        });
  }).observe({ type: "measure" });
  Object.assign(window, { liveRetrains: taken });
}

async function dragLearningRate(page) {
  await page.locator(".react-flow__node", { hasText: "Update" }).first().click();
  const field = page.getByTestId("inspector").getByLabel("lr", { exact: true });
  const box = await field.boundingBox();
  if (box === null) throw new Error("live-retrain: found no field lr in the inspector.");
  const [x, y] = [box.x + 10, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  const taken = () => page.evaluate(() => window.liveRetrains.length);
  // The first moves start the engine's second trainer; a hand has made them before anyone looks.
  for (let i = 1; i <= drags + 3; i++) {
    const before = await taken();
    // To and fro between 0.2e-6 and 0.9e-6, where each step of the drag bends the fit to be seen.
    await page.mouse.move(x - 3 * (1 + Math.abs(7 - (i % 14))), y);
    await page.waitForFunction((count) => window.liveRetrains.length > count, before, { timeout: 30_000 });
    if (i === 3) await page.evaluate(() => void (window.liveRetrains.length = 0));
  }
  await page.mouse.up();
  return page.evaluate(() => window.liveRetrains);
}

/** Every drag's measure; throws where one did not draw the whole run anew. */
export async function measureLiveRetrain() {
  const server = await serveApp();
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(collect);
    await openTemplate(page, server.address, "poly-autograd");
    await runToEnd(page);
    const taken = await dragLearningRate(page);
    taken.forEach(({ fit, curve, steps: made }, i) => {
      const before = taken[i - 1];
      if (made !== steps) throw new Error(`live-retrain: found ${made} steps in drag ${i}, expected ${steps}.`);
      if (before?.fit === fit || before?.curve === curve)
        throw new Error(`live-retrain: drag ${i} drew what was there before.`);
    });
    return taken.map(({ ms }) => ms).sort((a, b) => a - b);
  } finally {
    await browser.close();
    server.stop();
  }
}

/** Measures and prints, as JSON or for a person. */
export async function reportLiveRetrain(json) {
  const ms = await measureLiveRetrain();
  const [least, middle, most] = [ms[0], ms[Math.floor(ms.length / 2)], ms.at(-1)];
  const line = {
    event: "bench", workload: "live-retrain", engine: "chainrule", backend: "wasm", threads: 1,
    us: middle * 1000, usMin: least * 1000, usMax: most * 1000, runs: ms.length, firstStepMs: null, peakBytes: null,
  }; // prettier-ignore
  const shown = [middle, least, most].map((time) => time.toFixed(1));
  console.log(
    json
      ? JSON.stringify(line)
      : `live-retrain  E03, ${steps} steps from a change to the frame that shows it\n  chromium    ${shown[0]} ms (${shown[1]}–${shown[2]}, ${ms.length} drags)`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  await reportLiveRetrain(process.argv.includes("--json"));
