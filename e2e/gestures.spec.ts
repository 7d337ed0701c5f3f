/** @file Every gesture and key of the canvas does what the sheet of keys says. */
import { expect, test, type AppHost } from "./journey";
import { Hand, type Placed, type Point } from "./journeys-hand";

const at = (column: number, row: number): Point => ({ x: 30 + column * 150, y: 60 + row * 110 });

interface Chain {
  readonly hand: Hand;
  readonly x: Placed;
  readonly sin: Placed;
  readonly sum: Placed;
}

/** x → sin → sum, on a new document. */
async function chain(host: AppHost): Promise<Chain> {
  const { page } = host;
  await page.getByRole("button", { name: /^New document/ }).click();
  const hand = new Hand(page);
  await page.keyboard.press("Control+J");
  const x = await hand.add("linspace", at(0, 1), "double-click");
  await hand.set("name", "x");
  const sin = await hand.addFrom(x, "out", "sin", at(1.6, 1));
  const sum = await hand.addFrom(sin, "out", "sum", at(3.2, 1));
  await hand.canvas.focus();
  return { hand, x, sin, sum };
}

let saves = 0;

/** The document as it is saved now; each time to a file of its own, whose name tells this save's notice from the last one's. */
async function save(host: AppHost): Promise<string> {
  const file = `gesture-${++saves}.chainrule`;
  await host.chooseFile(file);
  await host.page.keyboard.press("Control+Shift+S");
  await expect(host.page.getByText(`Saved as ${file}.`)).toBeVisible();
  return host.readFile(file);
}

/** Names of the nodes that feed a node, by its input, as the saved document has them. */
async function wiresOf(host: AppHost): Promise<readonly string[]> {
  const saved = JSON.parse(await save(host)) as {
    readonly root: string;
    readonly graphs: Readonly<Record<string, { readonly nodes: Readonly<Record<string, { readonly name: string }>>; readonly edges: readonly { readonly from: readonly [string, string]; readonly to: readonly [string, string] }[] }>>; // prettier-ignore
  };
  const graph = saved.graphs[saved.root];
  const name = (id: string): string => graph?.nodes[id]?.name ?? id;
  return (graph?.edges ?? []).map(({ from, to }) => `${name(from[0])} → ${name(to[0])}.${to[1]}`).sort();
}

const nodesOf = (hand: Hand) => hand.page.locator(".react-flow__node");

test("adds by Tab, Shift+A and a double-click; Esc adds nothing", async ({ host, page }) => {
  const { hand, x } = await chain(host);
  await hand.deselect(at(0, 4));
  const point = await hand.at(at(4, 3));
  await page.mouse.move(point.x, point.y);
  await page.keyboard.press("Shift+A");
  await expect(page.getByRole("combobox", { name: "Add a node" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(nodesOf(hand)).toHaveCount(3);
  await hand.add("cos", at(4, 3), "Tab");
  await expect(nodesOf(hand)).toHaveCount(4);
  await hand.select(x);
  await page.keyboard.press("a");
  await page.getByRole("combobox", { name: "Add a node" }).fill("exp");
  await page.keyboard.press("Enter");
  expect(await wiresOf(host)).toContain("x → exp.input");
});

test("reroutes by a double-click on an edge, and inserts a node that is dropped on one", async ({ host, page }) => {
  const { hand, x, sin, sum } = await chain(host);
  const [from, to] = [await hand.grip(x, "out", "output"), await hand.grip(sin, "input", "input")];
  await page.mouse.dblclick((from.x + to.x) / 2, (from.y + to.y) / 2);
  await expect(nodesOf(hand)).toHaveCount(4);
  const cos = await hand.add("cos", at(2.4, 3));
  await page.emulateMedia({ reducedMotion: "reduce" });
  const header = await hand.header(cos);
  const [start, end] = [await hand.grip(sin, "out", "output"), await hand.grip(sum, "input", "input")];
  // The beginning of the edge, which the node that is held over its middle leaves free.
  const clip = { x: start.x + 8, y: start.y - 6, width: 16, height: 12 };
  const edge = async (): Promise<string> => (await page.screenshot({ clip })).toString("base64");
  await page.mouse.move(header.x, header.y);
  await page.mouse.down();
  await page.mouse.move(header.x + 8, header.y, { steps: 2 });
  const plain = await edge();
  await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2 - 24, { steps: 6 });
  await expect.poll(edge, "the edge under the node is lit").not.toBe(plain);
  await page.mouse.move(header.x, header.y + 20, { steps: 6 });
  await expect.poll(edge, "and no longer when the node is elsewhere").toBe(plain);
  await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2 - 24, { steps: 6 });
  await page.mouse.up();
  const wires = await wiresOf(host);
  expect(wires).toContain("sin → cos.input");
  expect(wires).toContain("cos → sum.input");
  expect(wires).toContain("x → reroute.in");
});

test("cuts with Y and with Ctrl and the right button, breaks with Alt, moves all with Ctrl", async ({ host, page }) => {
  const { hand, x, sin, sum } = await chain(host);
  const stroke = async (first: Placed, second: Placed, button: "left" | "right"): Promise<void> => {
    const [from, to] = [await hand.grip(first, "out", "output"), await hand.grip(second, "input", "input")];
    const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    await page.mouse.move(middle.x, middle.y - 30);
    await page.mouse.down({ button });
    await page.mouse.move(middle.x, middle.y + 30, { steps: 4 });
    await page.mouse.up({ button });
  };
  await page.keyboard.down("y");
  await stroke(x, sin, "left");
  await page.keyboard.up("y");
  expect(await wiresOf(host)).toEqual(["sin → sum.input"]);
  await page.keyboard.down("Control");
  await stroke(sin, sum, "right");
  await page.keyboard.up("Control");
  expect(await wiresOf(host)).toEqual([]);
  await page.keyboard.press("Control+Z");
  await page.keyboard.press("Control+Z");
  expect(await wiresOf(host)).toHaveLength(2);

  const cos = await hand.add("cos", at(1.6, 3));
  await page.keyboard.down("Control");
  await hand.drag(await hand.grip(sin, "out", "output"), await hand.grip(cos, "out", "output"));
  await page.keyboard.up("Control");
  expect(await wiresOf(host)).toEqual(["cos → sum.input", "x → sin.input"]);
  const port = await hand.grip(x, "out", "output");
  await page.keyboard.down("Alt");
  await page.mouse.click(port.x, port.y);
  await page.keyboard.up("Alt");
  expect(await wiresOf(host)).toEqual(["cos → sum.input"]);
});

test("duplicates, shares, copies, pastes with and without what came in, cuts", async ({ host, page }) => {
  const { hand, sin } = await chain(host);
  await hand.select(sin);
  await page.keyboard.press("Control+D");
  await expect(nodesOf(hand)).toHaveCount(4);
  await hand.select(sin);
  await page.keyboard.press("Control+C");
  await page.keyboard.press("Control+V");
  await expect(nodesOf(hand)).toHaveCount(5);
  await page.keyboard.press("Control+Shift+V");
  await expect(nodesOf(hand)).toHaveCount(6);
  expect((await wiresOf(host)).filter((wire) => wire.startsWith("x → "))).toHaveLength(2);
  await page.keyboard.press("Control+X");
  await expect(nodesOf(hand)).toHaveCount(5);
  await hand.add("Linear", at(4, 3));
  await page.keyboard.press("Control+Alt+D");
  await expect(page.locator(".react-flow__node", { hasText: "Linear" })).toHaveCount(2);
  await expect(page.getByText(/\d+ parameters/).first()).toContainText("2 parameters");
});

test("looks into a port with Ctrl and Shift: the card of its edge, or its node", async ({ host, page }) => {
  const { hand, sin, sum } = await chain(host);
  const look = async (node: Placed, port: string, side: "input" | "output"): Promise<void> => {
    const { x: left, y: top } = await hand.grip(node, port, side);
    await page.keyboard.down("Control");
    await page.keyboard.down("Shift");
    await page.mouse.click(left, top);
    await page.keyboard.up("Shift");
    await page.keyboard.up("Control");
  };
  const card = page.getByRole("tooltip");
  await look(sin, "out", "output");
  await expect(card).toContainText("sin → sum");
  await look(sin, "input", "input");
  await expect(card).toContainText("x → sin");
  await look(sum, "out", "output");
  await expect(card).toHaveCount(0);
  expect(await hand.selected()).toEqual([sum]);
  expect(await wiresOf(host)).toEqual(["sin → sum.input", "x → sin.input"]);
});

test("F10 goes from op to op, F11 also shows where: into the module and the Repeat", async ({ page }) => {
  await page.getByRole("textbox", { name: "Search templates" }).fill("mlp-dynamic");
  await page
    .getByRole("button", { name: /mlp-dynamic/ })
    .last()
    .click();
  await expect(page.getByRole("button", { name: "Run", exact: true })).toBeEnabled();
  const hand = new Hand(page);
  await hand.canvas.focus();
  const at = page.getByTestId("timeline-at");
  await page.keyboard.press("F10");
  await expect(at).toContainText("op 1 of");
  await expect(page.locator(".react-flow__node.selected")).toHaveCount(0);
  const shown: string[] = [];
  for (let op = 2; op <= 5; op++) {
    await page.keyboard.press("F11");
    await expect(at).toContainText(`op ${op} of`);
    shown.push(...(await hand.selected()).map(({ id }) => id));
  }
  expect(shown).toEqual(["h0_relu", "repeat/linear", "repeat/relu", "repeat/linear"].map((id) => `y_pred/${id}`));
  await page.keyboard.press("Shift+F10");
  await expect(at).toContainText("op 4 of");
  await page.keyboard.press("F10");
  await expect(at).toContainText("op 5 of");
});

test("deletes and dissolves, mutes, bypasses, freezes, collapses, sets a breakpoint", async ({ host, page }) => {
  const { hand, sin } = await chain(host);
  await hand.select(sin);
  await page.keyboard.press("Shift+Delete");
  await expect(nodesOf(hand)).toHaveCount(2);
  expect(await wiresOf(host)).toEqual(["x → sum.input"]);
  await page.keyboard.press("Control+Z");
  await hand.select(sin);
  for (const [key, flag] of [
    ["m", "muted"],
    ["b", "bypassed"],
    ["g", "frozen"],
    ["h", "collapsed"],
    ["F9", "breakpoint"],
  ] as const) {
    await page.keyboard.press(key);
    expect(await save(host), flag).toContain(`"${flag}": true`);
    await page.keyboard.press(key);
    expect(await save(host), flag).not.toContain(`"${flag}": true`);
  }
  await page.keyboard.press("Delete");
  await expect(nodesOf(hand)).toHaveCount(2);
  expect(await wiresOf(host)).toEqual([]);
});

test("frames, notes, renames, makes a module, enters, leaves, unpacks", async ({ host, page }) => {
  const { hand, sin, sum } = await chain(host);
  const before = await save(host);
  await hand.select(sin);
  await hand.select(sum, "add");
  await page.keyboard.press("Control+Shift+E");
  await expect(nodesOf(hand)).toHaveCount(2);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("navigation", { name: "graphs" })).toContainText("Block");
  await expect(nodesOf(hand)).toHaveCount(4);
  await hand.leave("main");
  await hand.command("Unpack module");
  await expect(nodesOf(hand)).toHaveCount(3);
  expect(await save(host), "unpacking is lossless").toBe(before);

  await hand.select(sin);
  await page.keyboard.press("F2");
  await page.keyboard.type("wave");
  await page.keyboard.press("Enter");
  expect(await wiresOf(host)).toContain("x → wave.input");
  await page.keyboard.press("Control+G");
  const empty = await hand.at(at(4, 4));
  await page.mouse.move(empty.x, empty.y);
  await page.keyboard.press("c");
  await expect(page.getByRole("textbox", { name: "Add note" })).toBeVisible();
  const saved = JSON.parse(await save(host)) as { graphs: { main: { frames: unknown[]; notes: unknown[] } } }; // prettier-ignore
  expect([saved.graphs.main.frames.length, saved.graphs.main.notes.length]).toEqual([1, 1]);
});

test("selects upstream, downstream and connected, by a box, by search and by arrows; tidies and fits", async ({
  host,
  page,
}) => {
  const { hand, x, sin, sum } = await chain(host);
  const lone = await hand.add("cos", at(1.6, 3));
  const selected = async (): Promise<readonly string[]> => (await hand.selected()).map(({ id }) => id).sort();
  const are = (...nodes: readonly Placed[]) => expect.poll(selected).toEqual(nodes.map(({ id }) => id).sort());
  await hand.select(sin);
  await page.keyboard.press("Shift+[");
  await are(x, sin);
  await hand.select(sin);
  await page.keyboard.press("Shift+]");
  await are(sin, sum);
  await hand.select(sin);
  await page.keyboard.press("Shift+\\");
  await are(x, sin, sum);
  await hand.deselect(at(4, 4));
  const [corner, opposite] = [await hand.at({ x: 14, y: 40 }), await hand.at(at(4.4, 2.4))];
  await hand.drag(corner, opposite);
  await are(x, sin, sum);
  await page.keyboard.press("Control+A");
  await are(x, sin, sum, lone);
  await hand.keySelect("cos");
  await are(lone);
  await hand.keySelect("sum");
  await page.keyboard.press("ArrowLeft");
  await are(sin);
  await page.keyboard.press("Shift+ArrowRight");
  await are(sin, sum);
  const place = await hand.header(sin);
  await page.keyboard.press("Control+ArrowDown");
  await expect.poll(async () => (await hand.header(sin)).y).toBeGreaterThan(place.y);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Shift+L");
  await expect.poll(async () => Math.abs((await hand.header(x)).y - (await hand.header(sin)).y)).toBeLessThan(4);
  await page.keyboard.press("Home");
  await hand.select(sum);
  await page.keyboard.press(".");
  await expect(hand.node(sum)).toBeInViewport();
});

test("the outline walks the document and changes the order of draws, undoably", async ({ host, page }) => {
  const { hand } = await chain(host);
  await hand.add("randn", at(0, 3));
  await hand.set("name", "first");
  await hand.add("randn", at(1.6, 3));
  await hand.set("name", "second");
  await page.getByRole("tab", { name: "Outline" }).click();
  const draws = page.getByRole("treeitem", { level: 3 });
  await expect(draws).toHaveText([/first/, /second/]);
  await draws.first().focus();
  await page.keyboard.press("Alt+ArrowDown");
  await expect(draws).toHaveText([/second/, /first/]);
  await hand.canvas.focus();
  await page.keyboard.press("Control+Z");
  await expect(draws).toHaveText([/first/, /second/]);
  await page.getByRole("treeitem", { level: 1 }).first().focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await expect(hand.inspector.getByLabel("name", { exact: true })).toHaveValue("second");
});

test("asks before unsaved changes make way for another document", async ({ host, page }) => {
  const { hand } = await chain(host);
  await page.keyboard.press("Control+Alt+N");
  const question = page.getByRole("alertdialog");
  await expect(question).toContainText("has unsaved changes");
  await question.getByRole("button", { name: "Keep editing" }).click();
  await expect(nodesOf(hand)).toHaveCount(3);
  await page.keyboard.press("Control+Alt+N");
  await host.chooseFile("kept.chainrule");
  await question.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Empty graph")).toBeVisible();
  expect(await host.readFile("kept.chainrule")).toContain('"op": "sin"');
  await hand.add("cos", at(1, 1));
  await page.keyboard.press("Control+Alt+N");
  await question.getByRole("button", { name: "Go on without saving" }).click();
  await expect(page.getByText("Empty graph")).toBeVisible();
});
