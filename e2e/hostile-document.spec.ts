/** @file A document full of markup, bidi text and script addresses shows as text and runs nothing. */
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, test } from "./journey";
import { editorScreens } from "./screens";

const markup = `<img src=x onerror="document.title='owned'"><script>document.title="owned"</script>`;
const address = "javascript:document.title='owned'";
const bidi = "\u202Egnol\u202C 👩🏽‍🔬 \u200F";

interface Loose {
  name: string;
  graphs: Record<
    string,
    { notes: unknown[]; frames: unknown[]; nodes: Record<string, { label?: string; name: string }> }
  >;
  root: string;
}

/** An example whose every free text is hostile. */
function hostileDocument(): string {
  const document = JSON.parse(readFileSync("assets/examples/poly-autograd.chainrule", "utf8")) as Loose;
  document.name = `${markup} ${bidi}${"long ".repeat(40)}`;
  const graph = document.graphs[document.root];
  graph?.notes.push(
    { id: "hostile_1", text: `${markup}\n[link](${address}) ${address}`, position: { x: 0, y: -160 } },
    {
      id: "hostile_2",
      text: `${bidi} <a href="${address}">x</a> $$\\href{${address}}{x}$$`,
      position: { x: 320, y: -160 },
    },
  );
  // Labels are free text: they show on nodes, in the outline, the inspector, the plot, the tables, the timeline and the code.
  for (const node of Object.values(graph?.nodes ?? {})) node.label = `${markup} ${address} ${bidi}`;
  return JSON.stringify(document);
}

async function runsNothing(page: Page): Promise<void> {
  expect(await page.title()).not.toBe("owned");
  expect(await page.locator("img[src=x], a[href^=javascript], script:not([src])").count()).toBe(0);
}

test("shows as text and runs nothing", async ({ host, page }) => {
  test.setTimeout(180_000);
  await host.writeFile("hostile.chainrule", hostileDocument());
  await host.chooseFile("hostile.chainrule");
  await page.getByRole("button", { name: /^Open file/ }).click();
  await expect(page.locator(".react-flow__node").first()).toBeVisible();
  await expect(page.getByText(/<img src=x onerror=/).first()).toBeVisible();
  for (const { go } of editorScreens) {
    await go(page);
    await runsNothing(page);
  }
  await page.keyboard.press("Escape");

  // The name of the document becomes that of its file and folder.
  await page.keyboard.press("ControlOrMeta+Shift+s");
  await expect(page.getByText(/^Saved as/)).toBeVisible();
  await page.getByRole("button", { name: "Back to the gallery" }).click();
  await expect(page.getByText(/^hostile/).first()).toBeVisible();
  await runsNothing(page);
  expect(page.url()).toContain(host.address);
});
