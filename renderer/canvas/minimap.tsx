/** @file The minimap: nodes and edges in a small picture, drawn at most ten times a second, never through React. */
import { Maximize, Minus, Plus } from "lucide-react";
import { useEffect, useRef } from "react";
import type { useStoreApi } from "reactflow";
import { useApp } from "../app/app";
import { text } from "../text/text";
import { IconButton } from "../ui/button";
import type { CanvasNode } from "./derive-nodes";
import type { PlacedEdge } from "./edge-places";
import { shownBy, type Rectangle } from "./zoom-band";

interface MinimapProps {
  readonly nodes: readonly CanvasNode[];
  readonly placed: readonly PlacedEdge[];
  readonly flowStore: ReturnType<typeof useStoreApi>;
}

const width = 164;
const height = 84;
const everyMs = 100;

function css(name: string): string {
  return document.documentElement.style.getPropertyValue(`--${name}`);
}

/** All nodes, and what is shown of them. */
function bounds(nodes: readonly CanvasNode[], shown: Rectangle) {
  let { left, top, right, bottom } = shown;
  for (const { position, data } of nodes) {
    left = Math.min(left, position.x);
    top = Math.min(top, position.y);
    right = Math.max(right, position.x + data.view.width);
    bottom = Math.max(bottom, position.y + data.view.height);
  }
  return { left, top, width: Math.max(right - left, 1), height: Math.max(bottom - top, 1) };
}

/** The minimap and the zoom buttons under it. */
export function Minimap({ nodes, placed, flowStore }: MinimapProps) {
  const app = useApp();
  const canvas = useRef<HTMLCanvasElement>(null);
  const zoomText = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const draw = (): void => {
      timer = null;
      const context = canvas.current?.getContext("2d");
      const { transform, width: paneWidth, height: paneHeight } = flowStore.getState();
      if (zoomText.current) zoomText.current.textContent = `${Math.round(transform[2] * 100)}%`;
      if (!context || nodes.length === 0) return;
      const ratio = Math.min(window.devicePixelRatio, 2);
      context.canvas.width = width * ratio;
      context.canvas.height = height * ratio;
      const shown = shownBy(transform, paneWidth, paneHeight);
      const box = bounds(nodes, shown);
      const scale = Math.min((width - 12) / box.width, (height - 12) / box.height);
      context.setTransform(
        scale * ratio,
        0,
        0,
        scale * ratio,
        (6 - box.left * scale + (width - 12 - box.width * scale) / 2) * ratio,
        (6 - box.top * scale + (height - 12 - box.height * scale) / 2) * ratio,
      );
      context.lineWidth = 1.2 / scale;
      context.strokeStyle = css("e-none");
      context.beginPath();
      for (const { from, to } of placed) {
        context.moveTo(from.x, from.y);
        context.lineTo(to.x, to.y);
      }
      context.stroke();
      context.strokeStyle = css("line2");
      for (const { position, selected, data } of nodes) {
        const { width: across, height: down, form } = data.view;
        context.fillStyle = selected === true ? css("accent") : css("line2");
        if (form === "region" && selected !== true) context.strokeRect(position.x, position.y, across, down);
        else context.fillRect(position.x, position.y, across, down);
      }
      context.strokeStyle = css("text2");
      context.strokeRect(shown.left, shown.top, shown.right - shown.left, shown.bottom - shown.top);
    };
    const later = (): void => {
      timer ??= setTimeout(draw, everyMs);
    };
    draw();
    const ends = [flowStore.subscribe(later), app.settings.subscribe(later)];
    return () => {
      if (timer !== null) clearTimeout(timer);
      for (const end of ends) end();
    };
  }, [app, nodes, placed, flowStore]);
  return (
    <div className="pointer-events-auto absolute right-3 bottom-3 overflow-hidden rounded-float border border-line bg-panel shadow-float @max-[950px]:bottom-[86px] @max-[760px]:bottom-3 @max-[600px]:bottom-[86px]">
      <canvas
        ref={canvas}
        style={{ width, height }}
        className="block border-b border-line @max-[950px]:hidden"
        aria-hidden
      />
      <div className="flex items-center justify-between px-0.5">
        <IconButton icon={Minus} label={text.canvas.zoomOut} onClick={() => app.canvas.zoomBy(1 / 1.25)} />
        <span ref={zoomText} data-testid="zoom" className="w-12 text-center font-mono text-small text-text2" />
        <IconButton icon={Plus} label={text.canvas.zoomIn} onClick={() => app.canvas.zoomBy(1.25)} />
        <IconButton icon={Maximize} label={text.canvas.fit} onClick={() => app.canvas.fit()} />
      </div>
    </div>
  );
}
