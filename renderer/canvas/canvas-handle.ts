/** @file What commands may ask of the canvas that is on screen. */
import type { NodeId } from "@chainrule/engine/analysis";
import type { AddRequest } from "../palette/add-request";
import { freePlace, type NodeBox } from "./places";

type Point = { readonly x: number; readonly y: number };

/** The canvas on screen; the functions of one that is not there do nothing. */
export interface CanvasActions {
  /** Fits all nodes, or these, into view. */
  fit(nodes?: readonly NodeId[]): void;
  zoomBy(factor: number): void;
  /** `inFocus` adds to the graph that holds the selection, else to the one under the place. */
  openSearch(request: AddRequest, inFocus: boolean): void;
  /** The middle of the canvas, in screen pixels. */
  centre(): Point;
  /** Screen pixels to canvas pixels. */
  toCanvas(point: Point): Point;
  toScreen(point: Point): Point;
  /** The nodes of the graph that holds the selection, in canvas pixels. */
  boxes(): readonly NodeBox[];
  /** The first output of one of them. */
  outputOf(node: NodeId): string | null;
  /** Brings the selection into view if it is not. */
  reveal(): void;
  focus(): void;
}

export class CanvasHandle {
  private actions: CanvasActions | null = null;
  /** Where the pointer last was over the canvas, screen pixels. */
  pointer: Point | null = null;

  attach(actions: CanvasActions): void {
    this.actions = actions;
  }

  detach(): void {
    this.actions = null;
  }

  fit(nodes?: readonly NodeId[]): void {
    this.actions?.fit(nodes);
  }

  zoomBy(factor: number): void {
    this.actions?.zoomBy(factor);
  }

  /** Opens the add-node search at the pointer, or where there is room beside the selection or in the middle. */
  search(): void {
    if (this.actions === null) return;
    const position = this.place();
    const screen = this.pointer ?? this.actions.toScreen(position);
    this.actions.openSearch({ screen, position, from: null }, this.pointer === null);
  }

  /** Opens the search for a node that the selected one feeds. */
  searchAfter(): void {
    const selected = this.selected();
    if (this.actions === null || selected === null) return;
    const port = this.actions.outputOf(selected.id);
    if (port === null) return;
    const position = this.besideBox(selected);
    const from = { node: selected.id, port, side: "output" as const };
    this.actions.openSearch({ screen: this.actions.toScreen(position), position, from }, true);
  }

  /** The canvas place of the pointer; without one, a free place beside the selection or in the middle. */
  place(): Point {
    if (this.actions === null) return { x: 0, y: 0 };
    if (this.pointer !== null) return this.actions.toCanvas(this.pointer);
    const selected = this.selected();
    if (selected !== null) return this.besideBox(selected);
    return freePlace(this.actions.boxes(), this.actions.toCanvas(this.actions.centre()));
  }

  /** Screen pixels right of a node. */
  beside(node: NodeId): Point {
    const box = this.boxes().find((candidate) => candidate.id === node);
    if (this.actions === null || box === undefined) return { x: 0, y: 0 };
    return this.actions.toScreen({ x: box.x + box.width + 12, y: box.y });
  }

  /** Screen pixels where a search over all of the canvas opens. */
  top(): Point {
    const middle = this.actions?.centre() ?? { x: 0, y: 0 };
    return { x: middle.x - 150, y: 96 };
  }

  boxes(): readonly NodeBox[] {
    return this.actions?.boxes() ?? [];
  }

  reveal(): void {
    // After the nodes that were just placed or selected are drawn.
    requestAnimationFrame(() => this.actions?.reveal());
  }

  private selected(): NodeBox | null {
    return this.boxes().find((box) => box.selected) ?? null;
  }

  private besideBox(box: NodeBox): Point {
    const wanted = { x: box.x + box.width + 44, y: box.y };
    return this.actions === null ? wanted : freePlace(this.actions.boxes(), wanted);
  }

  focus(): void {
    this.actions?.focus();
  }
}
