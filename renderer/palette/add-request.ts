/** @file A wish to add a node: where, and from which port if an edge was dropped. */

export interface AddRequest {
  /** Screen pixels: where the search opens. */
  readonly screen: { readonly x: number; readonly y: number };
  /** Canvas pixels: where the node goes. */
  readonly position: { readonly x: number; readonly y: number };
  /** The port the edge was pulled from, if any. */
  readonly from: { readonly node: string; readonly port: string; readonly side: "input" | "output" } | null;
}
