/** @file A person at the app: what mouse and keyboard can do, and what can be read from the screen. Nothing else. */
import { expect, type Locator, type Page } from "@playwright/test";

export interface Point {
  readonly x: number;
  readonly y: number;
}

type Box = NonNullable<Awaited<ReturnType<Locator["boundingBox"]>>>;

/** A node that a person has placed, by what tells it apart on the screen. */
export interface Placed {
  readonly id: string;
}

/** An edge, by what it joins. */
export interface Wire {
  readonly from: Placed;
  readonly output?: string;
  readonly to: Placed;
  readonly input: string;
}

/** What a person types for π. */
export const pi = "3.141592653589793";

/** Places for nodes beside and under one another. */
export const at = (column: number, row: number): Point => ({ x: 30 + column * 126, y: 44 + row * 92 });

/** Hands on the editor. Points are pixels from the canvas's top left corner. */
export class Hand {
  readonly canvas: Locator;
  readonly inspector: Locator;

  constructor(readonly page: Page) {
    this.canvas = page.locator("[data-canvas]");
    this.inspector = page.getByTestId("inspector");
    // A hand that finds nothing to take gives up long before the journey does.
    page.setDefaultTimeout(10_000);
  }

  async at(point: Point): Promise<Point> {
    const box = await this.canvas.boundingBox();
    if (box === null) throw new Error("the canvas is not on the screen");
    return { x: box.x + point.x, y: box.y + point.y };
  }

  node(placed: Placed): Locator {
    return this.page.locator(`.react-flow__node[data-id="${placed.id}"]`);
  }

  port(placed: Placed, name: string, side: "input" | "output"): Locator {
    return this.node(placed).locator(
      `.react-flow__handle.${side === "input" ? "target" : "source"}[data-handleid="${name}"]`,
    );
  }

  /** What is selected now: the nodes just placed, in order. */
  async selected(): Promise<readonly Placed[]> {
    const ids: Placed[] = [];
    for (const node of await this.page.locator(".react-flow__node.selected").all())
      ids.push({ id: (await node.getAttribute("data-id")) ?? "" });
    return ids;
  }

  private async place(query: string): Promise<Placed> {
    const before = await this.page.locator(".react-flow__node").count();
    const search = this.page.getByRole("combobox", { name: "Add a node" });
    await search.fill(query, { timeout: 8_000 });
    await this.page.keyboard.press("Enter");
    await expect(search).toBeHidden();
    await expect(this.page.locator(".react-flow__node")).not.toHaveCount(before);
    const [first] = await this.selected();
    if (first === undefined) throw new Error(`"${query}" was added and is not selected`);
    return first;
  }

  /** Points at a place, opens the search by Tab or a double-click, types, presses Enter. */
  async add(query: string, where: Point, how: "Tab" | "double-click" = "Tab"): Promise<Placed> {
    const point = await this.at(where);
    if (how === "double-click") await this.page.mouse.dblclick(point.x, point.y);
    else {
      await this.canvas.focus();
      await this.page.mouse.move(point.x, point.y);
      await this.page.keyboard.press("Tab");
    }
    return this.place(query);
  }

  /** Pulls an edge from a port to an empty place and chooses what it feeds. */
  async addFrom(from: Placed, port: string, query: string, where: Point): Promise<Placed> {
    const point = await this.at(where);
    const search = this.page.getByRole("combobox", { name: "Add a node" });
    // A hand that misses a port which has just moved takes hold of it again.
    await expect(async () => {
      await this.drag(await this.grip(from, port, "output"), point);
      await expect(search).toBeVisible({ timeout: 3_000 });
    }).toPass({ timeout: 20_000 });
    return this.place(query);
  }

  /** Drags an edge from an output to an input. */
  async wire(from: Placed, to: Placed, input: string, output = "out"): Promise<void> {
    await this.drag(await this.grip(from, output, "output"), await this.grip(to, input, "input"));
  }

  /** Where to take hold of a port: its outer half, for the inner half of a region's port belongs to what is inside. */
  async grip(placed: Placed, name: string, side: "input" | "output"): Promise<Point> {
    const box = await this.atRest(this.port(placed, name, side));
    const share = box.width < 10 ? 0.5 : side === "output" ? 0.9 : 0.1;
    return { x: box.x + box.width * share, y: box.y + box.height / 2 };
  }

  /** Where to take hold of a node: the middle of its header, where no button is. */
  async header(placed: Placed): Promise<Point> {
    const box = await this.node(placed).boundingBox();
    if (box === null) throw new Error("the node is not on the screen");
    return { x: box.x + box.width * 0.4, y: box.y + 10 };
  }

  /** Where something is once it no longer moves. */
  private async atRest(of: Locator): Promise<Box> {
    let last: Box | null = null;
    await expect(async () => {
      const now = await of.boundingBox();
      const before = last;
      last = now;
      expect(now).toEqual(before);
      expect(now).not.toBeNull();
    }).toPass({ intervals: [30], timeout: 10_000 });
    if (last === null) throw new Error(`not on the screen: ${of.toString()}`);
    return last;
  }

  async middle(of: Locator): Promise<Point> {
    const box = await of.boundingBox();
    if (box === null) throw new Error(`not on the screen: ${of.toString()}`);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  async drag(from: Point, to: Point): Promise<void> {
    const { mouse } = this.page;
    await mouse.move(from.x, from.y);
    await mouse.down();
    // A hand begins slowly: a drag counts from where it was recognised.
    const away = Math.max(Math.hypot(to.x - from.x, to.y - from.y), 1);
    await mouse.move(from.x + (4 * (to.x - from.x)) / away, from.y + (4 * (to.y - from.y)) / away);
    await mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2 + 2, { steps: 2 });
    await mouse.move(to.x, to.y, { steps: 2 });
    await mouse.up();
  }

  /** Points at the middle of an edge and keeps still until its card is there. */
  async hover({ from, output = "out", to, input }: Wire): Promise<Locator> {
    const card = this.page.getByRole("tooltip");
    await expect(async () => {
      const start = await this.middle(this.port(from, output, "output"));
      const end = await this.middle(this.port(to, input, "input"));
      await this.page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2 - 1);
      await this.page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2);
      await expect(card).toBeVisible({ timeout: 1_500 });
    }).toPass({ timeout: 15_000 });
    return card;
  }

  /** Goes into what a node stands for by a double-click on its header. */
  async enter(placed: Placed): Promise<void> {
    const box = await this.node(placed).boundingBox();
    if (box === null) throw new Error("the node is not on the screen");
    await this.page.mouse.dblclick(box.x + box.width / 2, box.y + 10);
    await expect(this.node(placed)).toHaveCount(0);
  }

  /** Back to the graph around, by Esc: the first may only clear the selection. */
  async leave(name: string): Promise<void> {
    await this.canvas.focus();
    const here = this.page.getByRole("navigation", { name: "graphs" }).locator("[aria-current=location]");
    for (let i = 0; i < 4 && (await here.innerText()) !== name; i++) await this.page.keyboard.press("Escape");
    await expect(here).toHaveText(name);
  }

  /** The node of the graph on the canvas with these words on it. */
  async find(words: string | RegExp): Promise<Placed> {
    const node = this.page.locator(".react-flow__node").filter({ hasText: words });
    await expect(node).toHaveCount(1);
    return { id: (await node.getAttribute("data-id")) ?? "" };
  }

  /** The place at shares of a node's width and height. */
  async inside(placed: Placed, across: number, down: number): Promise<Point> {
    const [box, canvas] = [await this.node(placed).boundingBox(), await this.canvas.boundingBox()];
    if (box === null || canvas === null) throw new Error("the node is not on the screen");
    return { x: box.x - canvas.x + box.width * across, y: box.y - canvas.y + box.height * down };
  }

  /** A region's ports from inside, from top to bottom: where values come in, or where they leave. */
  async terminals(region: Placed, side: "in" | "out"): Promise<readonly Placed[]> {
    const found: { readonly id: string; readonly y: number }[] = [];
    const port = this.page.locator(`.react-flow__handle.${side === "in" ? "source" : "target"}`);
    for (const node of await this.page
      .locator(`.react-flow__node[data-id^="${region.id}/"]`)
      .filter({ has: port })
      .all()) {
      const [id, box] = [await node.getAttribute("data-id"), await node.boundingBox()];
      const isTerminal = box !== null && box.width < 16;
      if (id !== null && isTerminal) found.push({ id, y: box.y });
    }
    return found.sort((a, b) => a.y - b.y);
  }

  /** Clicks a node's header; `add` keeps what is selected. */
  async select(placed: Placed, how: "only" | "add" = "only"): Promise<void> {
    const box = await this.atRest(this.node(placed));
    if (how === "add") await this.page.keyboard.down("Shift");
    await this.page.mouse.click(box.x + box.width / 2, box.y + 10);
    if (how === "add") await this.page.keyboard.up("Shift");
    await expect(this.node(placed)).toHaveClass(/selected/);
  }

  /** Clicks an empty place of the canvas. */
  async deselect(where: Point): Promise<void> {
    const point = await this.at(where);
    await this.page.mouse.click(point.x, point.y);
    await expect(this.page.locator(".react-flow__node.selected")).toHaveCount(0);
  }

  /** Types into a field of the inspector, for the node that is selected. */
  async set(field: string, value: string, of: Placed | null = null): Promise<void> {
    if (of !== null) await this.select(of);
    const input = this.inspector.getByLabel(field, { exact: true });
    await input.fill(value);
    await input.press("Enter");
  }

  /** Chooses one of a field's options in the inspector. */
  async choose(field: string, option: string): Promise<void> {
    await this.inspector.getByLabel(field, { exact: true }).selectOption({ label: option });
  }

  /** By keys alone: types what to add, takes the first that is offered. */
  async keyAdd(query: string, key: "Tab" | "a" = "Tab"): Promise<Placed> {
    await this.page.keyboard.press(key);
    return this.place(query);
  }

  /** By keys alone: names the selected node. */
  async keyName(name: string): Promise<void> {
    await this.page.keyboard.press("F2");
    await expect(this.inspector.getByLabel("name", { exact: true })).toBeFocused();
    await this.page.keyboard.type(name);
    await this.page.keyboard.press("Enter");
  }

  /** By keys alone: from the selected node's name by Tab to a field, typed over. */
  async keySet(field: string, value: string): Promise<void> {
    await this.page.keyboard.press("F2");
    const wanted = this.inspector.getByLabel(field, { exact: true });
    await this.keyTo(wanted);
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.type(value);
    await this.page.keyboard.press("Enter");
  }

  /** Presses Tab until something has the focus. */
  async keyTo(wanted: Locator): Promise<void> {
    await expect(wanted).toBeVisible();
    const focused = wanted.and(this.page.locator(":focus"));
    for (let i = 0; i < 60 && (await focused.count()) === 0; i++) await this.page.keyboard.press("Tab");
    await expect(wanted).toBeFocused();
  }

  /** By keys alone: connects the selected node's output to the port that these words name. */
  async keyWire(words: string, side: "output" | "input" = "output"): Promise<void> {
    await this.page.keyboard.press(side === "output" ? "w" : "Shift+W");
    const search = this.page.getByRole("combobox", { name: /^Connect an/ });
    await search.pressSequentially(words);
    await this.page.keyboard.press("Enter");
    await expect(search).toBeHidden();
  }

  /** By keys alone: through the parts of the window to the one that holds this. */
  async keyPane(part: Locator): Promise<void> {
    await expect(part).toBeVisible();
    const pane = this.page.locator("[data-pane]").filter({ has: part });
    const focused = pane.locator(":focus");
    for (let i = 0; i < 8 && (await focused.count()) === 0; i++) await this.page.keyboard.press("F6");
    await expect(focused).toHaveCount(1);
  }

  /** By keys alone: finds a node by its name. */
  async keySelect(words: string): Promise<void> {
    await this.page.keyboard.press("Control+F");
    const find = this.page.getByRole("combobox", { name: "Find a node" });
    await find.pressSequentially(words);
    await this.page.keyboard.press("Enter");
    await expect(find).toBeHidden();
  }

  /** Runs a command by its words. */
  async command(words: string): Promise<void> {
    await this.page.keyboard.press("Control+K");
    const find = this.page.getByPlaceholder("Find a command");
    await find.fill(words);
    await this.page.keyboard.press("Enter");
    await expect(find).toBeHidden();
  }
}

/** A number as the screen prints it. */
export function readNumber(words: string): number {
  const value = Number(words.trim().replaceAll("−", "-").replaceAll(",", ""));
  if (Number.isNaN(value)) throw new Error(`the screen says "${words}", expected a number`);
  return value;
}
