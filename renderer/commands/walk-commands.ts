/** @file Commands that go from node to node, move them, and wire them, without a pointer. */
import type { NodeId } from "@chainrule/engine/analysis";
import type { App } from "../app/app";
import { firstNode, nodeTowards, type Direction } from "../canvas/places";
import { text } from "../text/text";
import { currentGraph, select } from "../workspace/workspace";
import { defineCommand, type Command } from "./define-command";

const words = text.commands;
const isEditor = (app: App): boolean => app.workspace.getState().screen === "editor";
const hasSelection = (app: App): boolean => isEditor(app) && app.workspace.getState().selection.size > 0;
const hasOne = (app: App): boolean => isEditor(app) && app.workspace.getState().selection.size === 1;
/** Canvas pixels that a key moves a node. */
const moveBy = 16;

function graphHere(app: App) {
  const id = currentGraph(app.workspace.getState());
  return id === null ? undefined : app.history.document().graphs[id];
}

/** Goes on from the node reached last; `extend` keeps what is selected. */
function walk(app: App, direction: Direction, extend: boolean): void {
  const graph = graphHere(app);
  if (graph === undefined) return;
  const { selection, selectedEdge } = app.workspace.getState();
  const end: NodeId | undefined = selectedEdge === null ? [...selection].at(-1) : selectedEdge[0];
  const boxes = app.canvas.boxes();
  const next = end === undefined ? firstNode(boxes) : nodeTowards(boxes, graph.edges, end, direction);
  if (next === null) return;
  app.canvas.pointer = null;
  // The newest stands last, so that the next step goes on from it.
  select(app.workspace, extend ? [...[...selection].filter((id) => id !== next), next] : [next]);
  app.canvas.reveal();
}

function move(app: App, dx: number, dy: number): void {
  const graph = graphHere(app);
  const id = currentGraph(app.workspace.getState());
  if (graph === undefined || id === null) return;
  const places = [...app.workspace.getState().selection].flatMap((node) => {
    const at = graph.nodes[node]?.position;
    return at === undefined ? [] : [[node, { x: at.x + dx, y: at.y + dy }] as const];
  });
  app.edits.positionNodes(id, new Map(places), "keys");
}

const arrows = {
  left: { key: "ArrowLeft", x: -1, y: 0 },
  right: { key: "ArrowRight", x: 1, y: 0 },
  up: { key: "ArrowUp", x: 0, y: -1 },
  down: { key: "ArrowDown", x: 0, y: 1 },
} as const satisfies Record<Direction, { readonly key: string; readonly x: number; readonly y: number }>;

const going = (title: string, direction: Direction, extend = false): Command =>
  defineCommand({
    title,
    group: "select",
    keys: [`${extend ? "Shift+" : ""}${arrows[direction].key}`],
    enabled: isEditor,
    run: (app) => walk(app, direction, extend),
  });

export const goLeft = going(words.goLeft, "left");
export const goRight = going(words.goRight, "right");
export const goUp = going(words.goUp, "up");
export const goDown = going(words.goDown, "down");
export const extendLeft = going(words.extendLeft, "left", true);
export const extendRight = going(words.extendRight, "right", true);
export const extendUp = going(words.extendUp, "up", true);
export const extendDown = going(words.extendDown, "down", true);

const moving = (title: string, direction: Direction): Command =>
  defineCommand({
    title,
    group: "edit",
    keys: [`Mod+${arrows[direction].key}`],
    enabled: hasSelection,
    run: (app) => move(app, arrows[direction].x * moveBy, arrows[direction].y * moveBy),
  });

export const moveLeft = moving(words.moveLeft, "left");
export const moveRight = moving(words.moveRight, "right");
export const moveUp = moving(words.moveUp, "up");
export const moveDown = moving(words.moveDown, "down");

export const addFed = defineCommand({
  title: words.addFed,
  group: "add",
  keys: ["A"],
  search: ["after", "from this output"],
  enabled: hasOne,
  run: (app) => app.canvas.searchAfter(),
});

const connecting = (title: string, key: string, side: "output" | "input"): Command =>
  defineCommand({
    title,
    group: "edit",
    keys: [key],
    search: ["wire", "edge", "join"],
    enabled: hasOne,
    run: (app) => app.workspace.setState({ connecting: side }),
  });

export const connectOutput = connecting(words.connectOutput, "W", "output");
export const connectInput = connecting(words.connectInput, "Shift+W", "input");

/** The edges of the graph from left to right, as the eye meets their ends. */
function nextEdge(app: App, back: boolean): void {
  const graph = graphHere(app);
  if (graph === undefined || graph.edges.length === 0) return;
  const { selection, selectedEdge } = app.workspace.getState();
  const at = (id: NodeId): number => (graph.nodes[id]?.position.x ?? 0) * 1e5 + (graph.nodes[id]?.position.y ?? 0);
  const sorted = [...graph.edges].sort((a, b) => at(a.to[0]) - at(b.to[0]) || a.to[1].localeCompare(b.to[1]));
  const [node] = selection;
  const known = sorted.findIndex(({ to }) => selectedEdge !== null && to[0] === selectedEdge[0] && to[1] === selectedEdge[1]); // prettier-ignore
  const own = sorted.findIndex(({ from, to }) => to[0] === node || from[0] === node);
  const count = sorted.length;
  const next = known !== -1 ? (known + (back ? count - 1 : 1)) % count : Math.max(own, 0);
  const to = sorted[next]?.to;
  if (to !== undefined) app.workspace.setState({ selection: new Set(), selectedEdge: [to[0], to[1]] });
}

const goingByEdge = (title: string, key: string, back: boolean): Command =>
  defineCommand({ title, group: "select", keys: [key], enabled: isEditor, run: (app) => nextEdge(app, back) });

export const selectNextEdge = goingByEdge(words.selectNextEdge, "E", false);
export const selectPreviousEdge = goingByEdge(words.selectPreviousEdge, "Shift+E", true);
