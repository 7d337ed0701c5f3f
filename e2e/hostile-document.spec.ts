/** @file A document full of markup, bidi text and script addresses shows as text and runs nothing. */
import { readFileSync } from "node:fs";
import { expect, test } from "./journey";

const markup = `<img src=x onerror="document.title='owned'"><script>document.title="owned"</script>`;
const address = "javascript:document.title='owned'";
const bidi = "\u202Egnol\u202C 👩🏽‍🔬 \u200F";

interface Loose {
  name: string;
  graphs: Record<string, { notes: unknown[]; frames: unknown[] }>;
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
  return JSON.stringify(document);
}

test("shows as text and runs nothing", async ({ host, page }) => {
  await host.writeFile("hostile.chainrule", hostileDocument());
  await host.chooseFile("hostile.chainrule");
  await page.getByRole("button", { name: /^Open file/ }).click();
  await expect(page.locator(".react-flow__node").first()).toBeVisible();
  await expect(page.getByText(/<img src=x onerror=/).first()).toBeVisible();
  for (const panel of ["Outline", "Code", "Problems", "Inspector"]) {
    const tab = page.getByRole("tab", { name: panel }).first();
    if (await tab.isVisible()) await tab.click();
  }
  expect(await page.title()).not.toBe("owned");
  expect(await page.locator("img[src=x], a[href^=javascript], script:not([src])").count()).toBe(0);
  expect(page.url()).toContain(host.address);
});
