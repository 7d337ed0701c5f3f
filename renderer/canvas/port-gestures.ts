/** @file Presses on ports that do not draw an edge: Alt breaks, Ctrl takes all edges along, Ctrl and Shift look inside. */
import type { PortAddress } from "@chainrule/engine/analysis";
import type { App } from "../app/app";
import { movedEdges, samePort } from "../document/edits/edges";
import { text } from "../text/text";
import type { CanvasNode } from "./derive-nodes";

/** A port on the canvas. */
export interface PressedPort {
  readonly node: CanvasNode["data"];
  readonly port: string;
  readonly side: "input" | "output";
}

/** Whether these keys make a press on a port one that breaks its edges or looks inside. */
export function isPortPress(keys: Pick<MouseEvent, "altKey" | "ctrlKey" | "metaKey" | "shiftKey">): boolean {
  return keys.altKey || ((keys.ctrlKey || keys.metaKey) && keys.shiftKey);
}

/** The port under a press, if it is one. */
export function portUnder(
  target: EventTarget,
  dataOf: (key: string) => CanvasNode["data"] | undefined,
): PressedPort | null {
  const handle = target instanceof Element ? target.closest<HTMLElement>(".react-flow__handle") : null;
  const key = handle?.closest<HTMLElement>(".react-flow__node")?.dataset["id"];
  const port = handle?.dataset["handleid"];
  const node = key === undefined ? undefined : dataOf(key);
  if (handle === null || node === undefined || port === undefined) return null;
  return { node, port, side: handle.classList.contains("target") ? "input" : "output" };
}

/** The edges of a port, by their input ends. */
export function edgesOf(app: App, { node, port, side }: PressedPort): readonly PortAddress[] {
  const { graph, id } = node.view;
  const here: PortAddress = [id, port];
  const edges = app.history.document().graphs[graph]?.edges ?? [];
  return edges.filter((edge) => samePort(side === "input" ? edge.to : edge.from, here)).map((edge) => edge.to);
}

/** Cuts all edges of a port. */
export function breakPort(app: App, pressed: PressedPort): void {
  app.edits.disconnect(pressed.node.view.graph, edgesOf(app, pressed));
}

/** Gives all edges of a port to another of the same side; says why where that cannot be. */
export function moveEdges(app: App, from: PressedPort, to: PressedPort): void {
  const { graph } = from.node.view;
  if (from.side !== to.side || from.node.scope !== to.node.scope) return;
  const edges = app.history.document().graphs[graph]?.edges ?? [];
  const [old, next]: [PortAddress, PortAddress] = [
    [from.node.view.id, from.port],
    [to.node.view.id, to.port],
  ];
  if (movedEdges(edges, from.side, old, next) === null) app.tell("error", text.canvas.cycle);
  else app.edits.moveEdges(graph, from.side, old, next);
}
