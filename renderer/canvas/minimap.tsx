/** @file The minimap: nodes and edges in a small picture, drawn at most ten times a second, never through React. */
import { Maximize, Minus, Plus } from "lucide-react";
import { useEffect, useRef } from "react";
import type { useStoreApi } from "reactflow";
import { useApp } from "../app/app";
import { text } from "../text/text";
import { IconButton } from "../ui/button";
import type { CanvasNode } from "./derive-nodes";
import type { PlacedEdge } from "./edge-places";

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

function bounds(nodes: readonly CanvasNode[]) {
  const left = Math.min(...nodes.map((node) => node.position.x));
  const top = Math.min(...nodes.map((node) => node.position.y));
  const right = Math.max(...nodes.map((node) => node.position.x + node.data.view.width));
  const bottom = Math.max(...nodes.map((node) => node.position.y + node.data.view.height));
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
      const box = bounds(nodes);
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
      for (const node of nodes) {
        context.fillStyle = node.selected ? css("accent") : css("line2");
        context.fillRect(node.position.x, node.position.y, node.data.view.width, node.data.view.height);
      }
      context.strokeStyle = css("text2");
      context.strokeRect(
        -transform[0] / transform[2],
        -transform[1] / transform[2],
        paneWidth / transform[2],
        paneHeight / transform[2],
      );
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
        <span ref={zoomText} className="w-12 text-center font-mono text-small text-text2" />
        <IconButton icon={Plus} label={text.canvas.zoomIn} onClick={() => app.canvas.zoomBy(1.25)} />
        <IconButton icon={Maximize} label={text.canvas.fit} onClick={() => app.canvas.fit()} />
      </div>
    </div>
  );
}
