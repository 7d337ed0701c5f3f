/** @file The dashed line from the node that the timeline stands at to its chain-rule card. Follows the camera without React. */
import { useEffect, useRef } from "react";
import type { useStoreApi } from "reactflow";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import type { CanvasNode } from "./derive-nodes";
import { boxOf, type FitBox } from "./fit";
import { goesLeft, leaderRoute } from "./leader-route";
import { shows } from "./path-key";

interface LeaderLineProps {
  readonly nodes: readonly CanvasNode[];
  readonly flowStore: ReturnType<typeof useStoreApi>;
  /** The canvas, which holds the card. */
  readonly surface: React.RefObject<HTMLDivElement | null>;
}

const cardBox = (card: HTMLElement): FitBox => ({
  x: card.offsetLeft,
  y: card.offsetTop,
  width: card.offsetWidth,
  height: card.offsetHeight,
});

/** From the active node to its card, past the nodes between them. */
export function LeaderLine({ nodes, flowStore, surface }: LeaderLineProps) {
  const app = useApp();
  const active = useStore(app.timeline, (state) => state.activeNode);
  const at = useStore(app.timeline, (state) => state.at);
  const line = useRef<SVGPathElement>(null);
  useEffect(() => {
    const node = active === null ? undefined : nodes.find(({ data }) => shows(app, data, active));
    const cardElement = (): HTMLElement | null =>
      surface.current?.querySelector<HTMLElement>("[data-testid=chain-rule-card]") ?? null;
    const onScreen = (shown: CanvasNode): FitBox => {
      const [x, y, zoom] = flowStore.getState().transform;
      const box = boxOf(shown);
      return { x: box.x * zoom + x, y: box.y * zoom + y, width: box.width * zoom, height: box.height * zoom };
    };
    /** Once a block: a card that changed sides under a pan would be hard to read. */
    const chooseSide = (): void => {
      const card = cardElement();
      if (card === null) return;
      card.dataset["side"] = "right";
      if (node !== undefined && goesLeft(onScreen(node), cardBox(card), surface.current?.clientWidth ?? 0))
        card.dataset["side"] = "left";
    };
    const draw = (): void => {
      const card = cardElement();
      if (line.current === null) return;
      if (node === undefined || card === null) {
        line.current.setAttribute("d", "");
        return;
      }
      const [, , zoom] = flowStore.getState().transform;
      // A region that holds the node cannot be gone round.
      const others = nodes.filter(({ id, data }) => id !== node.id && data.view.form !== "region").map(onScreen);
      const port = node.data.view.ports.find(({ side }) => side === "output")?.y ?? node.data.view.height / 2;
      const route = leaderRoute(onScreen(node), port * zoom, cardBox(card), others) ?? [];
      line.current.setAttribute("d", route.map((point, i) => `${i === 0 ? "M" : "L"}${point.x},${point.y}`).join(""));
    };
    // The card is laid out after this.
    const frame = requestAnimationFrame(() => {
      chooseSide();
      draw();
    });
    const end = flowStore.subscribe(draw);
    return () => {
      cancelAnimationFrame(frame);
      end();
    };
  }, [app, active, at, nodes, flowStore, surface]);
  if (active === null) return null;
  return (
    <svg className="pointer-events-none absolute inset-0 z-[5] size-full" aria-hidden>
      <path ref={line} fill="none" stroke="var(--accent)" strokeWidth={1.3} strokeDasharray="2 3" />
    </svg>
  );
}
