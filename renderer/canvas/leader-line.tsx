/** @file The dashed line from the node that the timeline stands at to its chain-rule card. Follows the camera without React. */
import { useEffect, useRef } from "react";
import type { useStoreApi } from "reactflow";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import type { CanvasNode } from "./derive-nodes";

interface LeaderLineProps {
  readonly nodes: readonly CanvasNode[];
  readonly flowStore: ReturnType<typeof useStoreApi>;
  /** The canvas, which holds the card. */
  readonly surface: React.RefObject<HTMLDivElement | null>;
}

/** From the node's right border, at the height of its output, across to the card. */
export function LeaderLine({ nodes, flowStore, surface }: LeaderLineProps) {
  const app = useApp();
  const active = useStore(app.timeline, (state) => state.activeNode);
  const at = useStore(app.timeline, (state) => state.at);
  const line = useRef<SVGPathElement>(null);
  useEffect(() => {
    const node = active === null ? undefined : nodes.find(({ data }) => data.view.id === active);
    const draw = (): void => {
      const card = surface.current?.querySelector<HTMLElement>("[data-testid=chain-rule-card]") ?? null;
      if (line.current === null) return;
      if (node === undefined || card === null) {
        line.current.setAttribute("d", "");
        return;
      }
      const [x, y, zoom] = flowStore.getState().transform;
      const { view } = node.data;
      const port = view.ports.find(({ side }) => side === "output")?.y ?? view.height / 2;
      const from = { x: (node.position.x + view.width) * zoom + x + 8, y: (node.position.y + port) * zoom + y };
      const [left, top] = [card.offsetLeft, card.offsetTop];
      const low = top + card.offsetHeight;
      const isBeside = from.x < left;
      const height = Math.min(Math.max(from.y, top + 14), low - 14);
      // Straight across where the card is as high, else round a corner.
      line.current.setAttribute("d", isBeside ? `M${from.x},${from.y}H${left - 14}V${height}H${left}` : "");
    };
    // The card is laid out after this.
    const frame = requestAnimationFrame(draw);
    const end = flowStore.subscribe(draw);
    return () => {
      cancelAnimationFrame(frame);
      end();
    };
  }, [active, at, nodes, flowStore, surface]);
  if (active === null) return null;
  return (
    <svg className="pointer-events-none absolute inset-0 z-[5] size-full" aria-hidden>
      <path ref={line} fill="none" stroke="var(--accent)" strokeWidth={1.3} strokeDasharray="2 3" />
    </svg>
  );
}
