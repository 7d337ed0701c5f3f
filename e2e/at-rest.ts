/** @file A page at rest: fonts are there, what fades has faded, and nothing has changed in it for a moment. */
import type { Page } from "@playwright/test";

/** Runs in the page. What never ends, such as a spinner, is not waited for. */
async function rest(quietMs: number): Promise<void> {
  await document.fonts.ready;
  await new Promise<void>((resolve) => {
    let timer = setTimeout(done, quietMs);
    const observer = new MutationObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(done, quietMs);
    });
    function done(): void {
      observer.disconnect();
      resolve();
    }
    observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity);
  await Promise.allSettled(ending.map((animation) => animation.finished));
  await new Promise((resolve) => requestAnimationFrame(resolve));
}

/** Longer than the canvas takes between two looks at which nodes are near the camera, 100 ms. */
const quietMs = 150;

/** Waits until the page is at rest. */
export async function atRest(page: Page): Promise<void> {
  await page.evaluate(rest, quietMs);
}
