/** @file What commands may ask of the canvas that is on screen. */
import type { NodeId } from "@chainrule/engine/analysis";
import type { AddRequest } from "../palette/add-request";

type Point = { readonly x: number; readonly y: number };

/** The canvas on screen; the functions of one that is not there do nothing. */
export interface CanvasActions {
  /** Fits all nodes, or these, into view. */
  fit(nodes?: readonly NodeId[]): void;
  zoomBy(factor: number): void;
  openSearch(request: AddRequest): void;
  /** The middle of the canvas, in screen pixels. */
  centre(): Point;
  /** Screen pixels to canvas pixels. */
  toCanvas(point: Point): Point;
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

  /** Opens the add-node search at the pointer, or in the middle. */
  search(): void {
    if (this.actions === null) return;
    const screen = this.pointer ?? this.actions.centre();
    this.actions.openSearch({ screen, position: this.actions.toCanvas(screen), from: null });
  }

  /** The canvas place of the pointer, or of the middle. */
  place(): Point {
    if (this.actions === null) return { x: 0, y: 0 };
    return this.actions.toCanvas(this.pointer ?? this.actions.centre());
  }

  focus(): void {
    this.actions?.focus();
  }
}
