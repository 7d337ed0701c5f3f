/** @file The gallery, a template, a new document, and a file that goes out and comes back the same. */
import { expect, test } from "./journey";

const newDocument = { role: "button", name: /^New document/ } as const;

test("the gallery opens with templates, and one of them opens on the canvas", async ({ page }) => {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sine polynomial, autograd");
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await expect(page.locator(".react-flow__node").first()).toBeVisible();
  expect(await page.locator(".react-flow__node").count()).toBeGreaterThan(5);
  await page.getByRole("button", { name: "Back to the gallery" }).click();
  await expect(page.getByRole("heading", { name: "Templates" })).toBeVisible();
});

test("the gallery is searched", async ({ page }) => {
  await page.getByRole("textbox", { name: "Search templates" }).fill("legendre");
  await expect(page.getByText("legendre-function", { exact: true })).toBeVisible();
  await expect(page.getByText("mlp-dynamic", { exact: true })).toHaveCount(0);
});

test("a new document is empty and says what to do", async ({ page }) => {
  await page.getByRole(newDocument.role, { name: newDocument.name }).click();
  await expect(page.getByText("Empty graph")).toBeVisible();
});

test("a document saved and reopened is the same, byte for byte", async ({ host, page }) => {
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await expect(page.locator(".react-flow__node").first()).toBeVisible();
  await host.chooseFile("first.chainrule");
  await page.keyboard.press("ControlOrMeta+s");
  await expect(page.getByText("Saved as first.chainrule.")).toBeVisible();
  const first = await host.readFile("first.chainrule");
  expect(JSON.parse(first)).toMatchObject({ format: "chainrule" });

  await page.getByRole("button", { name: "Back to the gallery" }).click();
  await page.getByRole("button", { name: /^Open file/ }).click();
  await expect(page.locator(".react-flow__node").first()).toBeVisible();
  await host.chooseFile("second.chainrule");
  await page.keyboard.press("ControlOrMeta+Shift+s");
  await expect(page.getByText("Saved as second.chainrule.")).toBeVisible();
  expect(await host.readFile("second.chainrule")).toBe(first);
  await expect(page.getByText("Saved as second.chainrule.")).toBeHidden();
});

test("a theme chosen in the settings is on the page, and there again after a reload", async ({ page }) => {
  const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("radio", { name: "Light", exact: true }).click();
  const light = await background();
  await page.getByRole("radio", { name: "Dark", exact: true }).click();
  const dark = await background();
  expect(dark).not.toBe(light);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(await background()).toBe(dark);
});

test("values are on the nodes before the first step, gradients after it", async ({ page }) => {
  const node = (words: string) => page.locator(".react-flow__node", { hasText: words });
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await expect(node("Sum").first()).toContainText("215,799.9");
  await expect(node("Sin").locator("svg path").first()).toBeVisible();
  const parameter = page.locator(".react-flow__node").filter({ hasText: /^.?a/ }).first();
  await expect(parameter).toContainText("1.541grad");
  await expect(parameter).toHaveText(/grad$/);
  await page.getByRole("button", { name: "Step", exact: true }).click();
  await expect(page.getByTestId("step")).toHaveText(/^1 /);
  await expect(parameter).toHaveText(/grad−?\d[\d,.]*$/);
});

test("a value is shown while what comes after it is not wired yet", async ({ page }) => {
  await page.getByRole(newDocument.role, { name: newDocument.name }).click();
  await expect(page.getByText("Empty graph")).toBeVisible();
  await page.locator("[data-canvas]").focus();
  for (const op of ["sgd", "add", "linspace"]) {
    await page.keyboard.press("Tab");
    await page.getByRole("combobox", { name: "Add a node" }).fill(op);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("combobox", { name: "Add a node" })).toBeHidden();
  }
  await expect(page.getByRole("tab", { name: /^Problems/ })).toHaveText(/[1-9]/);
  await expect(page.locator(".react-flow__node", { hasText: "Linspace" }).locator("svg path").first()).toBeVisible();
});

test("a node that was just placed shows its value; a run without a loss shows none", async ({ page }) => {
  await page.getByRole(newDocument.role, { name: newDocument.name }).click();
  await expect(page.getByText("Empty graph")).toBeVisible();
  await page.locator("[data-canvas]").focus();
  await page.keyboard.press("Tab");
  await page.getByRole("combobox", { name: "Add a node" }).fill("linspace");
  await page.keyboard.press("Enter");
  await expect(page.locator(".react-flow__node svg path").first()).toBeVisible();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByTestId("step")).toHaveText(/^500 /);
  await expect(page.getByTestId("loss")).toHaveText("–");
});

test("a file that is no document is refused in words, in the gallery too", async ({ host, page }) => {
  for (const [content, words] of [
    ["[]", /broken\.chainrule.*expected/],
    ["{", /broken\.chainrule/],
  ] as const) {
    await host.writeFile("broken.chainrule", content);
    await host.chooseFile("broken.chainrule");
    await page.getByRole("button", { name: /^Open file/ }).click();
    await expect(page.getByRole("alert")).toHaveText(words);
    await page.getByRole("alert").getByRole("button", { name: "Close" }).click();
    await expect(page.getByRole("alert")).toHaveCount(0);
  }
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});
