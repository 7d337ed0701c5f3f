/** @file The card of the edge that is looked at, by itself, so that nothing else is drawn again as the pointer moves. */
import { useStore } from "zustand";
import type { StoreApi } from "zustand/vanilla";
import { EdgeCard } from "../overlay/edge-card";
import type { PlacedEdge } from "./edge-places";

/** An edge by its position in the list of placed edges; screen pixels. */
interface EdgeAt {
  readonly index: number;
  readonly x: number;
  readonly y: number;
}

/** Edges that the hand is at. */
export interface EdgeAttention {
  /** Under the pointer. */
  readonly hovered: EdgeAt | null;
  /** Looked into by a port: stays until the next press. */
  readonly looked: EdgeAt | null;
  /** The one that a dragged node would be put into, −1 for none. */
  readonly target: number;
}

export const noAttention: EdgeAttention = { hovered: null, looked: null, target: -1 };

/** The edge to highlight, −1 for none. */
export function highlighted({ hovered, looked, target }: EdgeAttention): number {
  return target === -1 ? ((looked ?? hovered)?.index ?? -1) : target;
}

/** The card beside the pointer while it is on an edge, or of the edge that is looked into. */
export function HoverCard({
  attention,
  placed,
}: {
  readonly attention: StoreApi<EdgeAttention>;
  readonly placed: readonly PlacedEdge[];
}) {
  const shown = useStore(attention, ({ hovered, looked }) => looked ?? hovered);
  const under = shown === null ? undefined : placed[shown.index];
  if (shown === null || under === undefined) return null;
  return <EdgeCard edge={under.edge} graph={under.scope.graph} calls={under.scope.calls} x={shown.x} y={shown.y} />;
}
