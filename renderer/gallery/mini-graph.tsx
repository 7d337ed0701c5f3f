/** @file A small picture of a document: its own nodes and edges. */
import type { ChainruleDocument } from "@chainrule/engine/analysis";
import { useMemo } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { themeOf } from "../app/settings";
import { rampInk } from "../ui/tokens";
import { drawDocument, type BoxKind, type Drawing, type EdgeLook } from "./drawing";

const fills: Readonly<Record<BoxKind, string>> = {
  data: "fill-[var(--float-soft)] stroke-[var(--float)]",
  parameter: "fill-[var(--member-soft)] stroke-[var(--member)]",
  module: "fill-[var(--member-soft)] stroke-[var(--member)]",
  effect: "fill-[var(--raised)] stroke-[var(--line2)]",
  loss: "fill-[var(--text2)] stroke-[var(--text2)]",
  region: "fill-[var(--raised)] stroke-[var(--text3)] [stroke-dasharray:3_2.5]",
  op: "fill-[var(--nodehead)] stroke-[var(--line2)]",
};

const widths: Readonly<Record<EdgeLook, number>> = { plain: 1.1, none: 1.1, weak: 1.9, strong: 2.6 };

/** A drawing, scaled into its box. */
export function DrawnGraph({ drawing }: { readonly drawing: Drawing }) {
  const app = useApp();
  const theme = themeOf(useStore(app.settings, (state) => state.theme));
  const inks: Readonly<Record<EdgeLook, string>> = {
    plain: "var(--e-none)",
    none: "var(--e-none)",
    weak: rampInk(theme, 0.62),
    strong: rampInk(theme, 0.95),
  };
  const unit = Math.max(...drawing.boxes.map((box) => box.height), 1);
  return (
    <svg
      viewBox={`0 0 ${drawing.width} ${drawing.height}`}
      className="block size-full"
      preserveAspectRatio="xMidYMid meet"
      aria-hidden
    >
      {drawing.edges.map(({ path, look }) => (
        <path
          key={path}
          d={path}
          fill="none"
          strokeLinecap="round"
          stroke={inks[look]}
          strokeWidth={widths[look]}
          {...(look === "none" ? { strokeDasharray: "0.1 3.2" } : {})}
        />
      ))}
      {drawing.boxes.map((box) => (
        <g key={`${box.x} ${box.y}`}>
          <rect
            x={box.x}
            y={box.y}
            width={box.width}
            height={box.height}
            rx={Math.min(2.5, unit / 5)}
            strokeWidth={0.9}
            className={fills[box.kind]}
          />
          {box.kind === "parameter" && box.height > 7 && (
            <path
              d={`M${box.x + box.width / 2},${box.y + box.height / 2 - 2.4}l2.4,2.4l-2.4,2.4l-2.4,-2.4z`}
              fill="var(--member)"
            />
          )}
        </g>
      ))}
    </svg>
  );
}

/** The picture of a document. */
export function MiniGraph({
  document,
  width,
  height,
}: {
  readonly document: ChainruleDocument;
  readonly width: number;
  readonly height: number;
}) {
  const drawing = useMemo(() => drawDocument(document, width, height), [document, width, height]);
  return drawing === null ? null : <DrawnGraph drawing={drawing} />;
}
