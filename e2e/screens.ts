/** @file Every screen of the app, in the order a person may walk through them: what is judged by axe and by bounding boxes. */
import { readFileSync } from "node:fs";
import { expect, type Locator, type Page } from "@playwright/test";
import type { AppHost } from "./journey";

/** A screen by its name, and how one comes to it from the one before. */
export interface Screen {
  readonly name: string;
  go(page: Page): Promise<void>;
}

/** A tab may count what is in it behind its name. */
const tab = (page: Page, name: string): Promise<void> =>
  page.getByRole("tab", { name: new RegExp(`^${name}\\b`) }).click({ timeout: 20_000 });

const problems = (page: Page): Locator => page.getByRole("tab", { name: /^Problems\b/ });

async function closeDialog(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

/** Puts the focus on the canvas, on nothing in it. */
async function toCanvas(page: Page): Promise<void> {
  const canvas = page.locator("[data-canvas]");
  const box = await canvas.boundingBox();
  if (box === null) throw new Error("the canvas is not on the screen");
  await page.mouse.click(box.x + 6, box.y + box.height / 2);
}

/** The screens of the editor, from a document that is open and can run. */
export const editorScreens: readonly Screen[] = [
  {
    name: "editor",
    async go(page) {
      await expect(page.locator(".react-flow__node").first()).toBeVisible();
      await expect(page.getByRole("button", { name: "Run", exact: true })).toBeEnabled();
    },
  },
  {
    name: "add search",
    async go(page) {
      await toCanvas(page);
      await page.keyboard.press("Shift+A");
      await expect(page.getByRole("combobox", { name: "Add a node" })).toBeVisible();
    },
  },
  {
    name: "outline",
    async go(page) {
      await page.keyboard.press("Escape");
      await tab(page, "Outline");
    },
  },
  {
    name: "trained, with the table of edges",
    async go(page) {
      await page.getByRole("button", { name: "Step", exact: true }).click();
      await expect(page.getByTestId("step")).toHaveText(/^1 /);
      await tab(page, "Edges");
      await page.locator(".react-flow__node").first().click();
    },
  },
  { name: "health", go: (page) => tab(page, "Health") },
  {
    name: "timeline with its card",
    async go(page) {
      await tab(page, "Timeline");
      await page.getByRole("button", { name: "Load step" }).first().click();
      await page.getByTestId("timeline-at").waitFor({ timeout: 60_000 });
      for (let op = 0; op < 20; op++) await page.keyboard.press("F10");
    },
  },
  {
    name: "code",
    async go(page) {
      await page.getByRole("button", { name: "Code", exact: true }).click();
      await expect(page.getByTestId("code")).toContainText("backward");
    },
  },
  {
    name: "problems",
    async go(page) {
      await page.getByRole("button", { name: "Code", exact: true }).click();
      await page.locator(".react-flow__node").first().click();
      await page.keyboard.press("Delete");
      await tab(page, "Problems");
      await expect(problems(page)).toHaveText(/[1-9]/);
    },
  },
  {
    name: "commands",
    async go(page) {
      await toCanvas(page);
      await page.keyboard.press("ControlOrMeta+z");
      await expect(problems(page)).not.toHaveText(/[1-9]/);
      await page.keyboard.press("ControlOrMeta+k");
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  {
    name: "keys",
    async go(page) {
      await closeDialog(page);
      await toCanvas(page);
      await page.keyboard.press("?");
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  {
    name: "export",
    async go(page) {
      await closeDialog(page);
      await page.getByRole("button", { name: "Export", exact: true }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  {
    name: "settings",
    async go(page) {
      await closeDialog(page);
      await page.getByRole("button", { name: "Settings" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
];

const long = "a_name_that_is_much_longer_than_anyone_who_draws_a_box_for_it_would_like_to_think";

interface Loose {
  name: string;
  root: string;
  graphs: Record<
    string,
    { nodes: Record<string, { name: string; label?: string }>; members: Record<string, { name: string }> }
  >;
}

/** E03 with names far too long for every place that shows them. */
export function longNamed(): string {
  const document = JSON.parse(readFileSync("assets/examples/poly-autograd.chainrule", "utf8")) as Loose;
  document.name = long.replaceAll("_", " ");
  const graph = document.graphs[document.root];
  for (const [id, node] of Object.entries(graph?.nodes ?? {})) {
    node.name = `${long}_${id}`;
    if (node.label !== undefined) node.label = `${node.label} ${long}`;
  }
  for (const [id, member] of Object.entries(graph?.members ?? {})) member.name = `${long}_${id}`;
  return JSON.stringify(document);
}

/** Opens a document by the gallery's button. */
export async function openText(host: AppHost, page: Page, name: string, text: string): Promise<void> {
  await host.writeFile(name, text);
  await host.chooseFile(name);
  await page.getByRole("button", { name: /^Open file/ }).click();
  await expect(page.locator(".react-flow__node").first()).toBeVisible();
}
