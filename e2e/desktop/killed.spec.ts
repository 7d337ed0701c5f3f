/** @file kill -9 of main and of the window while a person edits: the next start offers all back but what is younger than a second. */
import { expect, test, whyNoDesktop } from "../journey";
import { openDesktop, type DesktopHost } from "../desktop-host";

/** Duplicates a node again and again; says how many nodes there were by when. */
async function editFor(
  host: DesktopHost,
  durationMs: number,
): Promise<{ readonly at: number; readonly nodes: number }[]> {
  const { page } = host;
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await page.locator(".react-flow__node").first().click();
  const seen: { at: number; nodes: number }[] = [];
  const end = Date.now() + durationMs;
  while (Date.now() < end) {
    await page.keyboard.press("ControlOrMeta+d");
    seen.push({ nodes: await page.locator(".react-flow__node").count(), at: Date.now() });
  }
  return seen;
}

const olderThanASecond = (seen: readonly { readonly at: number; readonly nodes: number }[], killedAt: number): number =>
  seen.filter(({ at }) => at <= killedAt - 1000).at(-1)?.nodes ?? 0;

for (const process of ["main", "the window"] as const) {
  test(`after kill -9 of ${process} nothing older than a second is lost`, async () => {
    const why = whyNoDesktop();
    test.skip(why !== false, why || "");
    const first = await openDesktop();
    const seen = await editFor(first, 3000);
    const killedAt = Date.now();
    if (process === "main") {
      first.electron.process().kill("SIGKILL");
      await first.electron.waitForEvent("close");
    } else {
      await first.electron.evaluate(({ BrowserWindow }) => {
        const window = BrowserWindow.getAllWindows().find((each) => each.webContents.getURL().endsWith("index.html"));
        globalThis.process.kill(window?.webContents.getOSProcessId() ?? NaN, "SIGKILL");
      });
      // The window begins anew by itself: its page offers the work, and a start after it does too.
      const shown = (): Promise<string> =>
        first.electron.evaluate(({ BrowserWindow }) => {
          const window = BrowserWindow.getAllWindows().find((each) => each.webContents.getURL().endsWith("index.html"));
          // Asked while the page is gone, it never answers.
          const never = new Promise<string>((resolve) => setTimeout(() => resolve("no answer"), 500));
          return Promise.race([
            never,
            window?.webContents.executeJavaScript("document.body.innerText") as Promise<string>,
          ]);
        });
      await expect.poll(shown).toContain("Recovered");
      first.electron.process().kill("SIGKILL");
    }
    const second = await openDesktop(first.data);
    try {
      await expect(second.page.getByRole("heading", { name: "Recovered" })).toBeVisible();
      await second.page.getByRole("button", { name: "Restore" }).click();
      const kept = olderThanASecond(seen, killedAt);
      expect(kept).toBeGreaterThan(0);
      await expect.poll(() => second.page.locator(".react-flow__node").count()).toBeGreaterThanOrEqual(kept);
    } finally {
      await second.close();
    }
  });
}
