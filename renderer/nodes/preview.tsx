/** @file A small picture of a value: number, curve, or heat map. */
import type { TensorView } from "@chainrule/engine/session";
import { useEffect, useRef } from "react";
import { channels, colour, type Theme } from "../ui/tokens";
import { printNumberWithin } from "../ui/number-text";
import { curvePath } from "./curve-path";

interface PreviewProps {
  readonly value: TensorView;
  readonly width: number;
  readonly height: number;
  readonly stale: boolean;
}

function themeNow(): Theme {
  const theme = document.documentElement.dataset["theme"];
  return theme === "light" || theme === "contrast" ? theme : "dark";
}

/** Of a value that is the same everywhere there is nothing to tell apart, and a glaring block would say there is. */
const flatTint = 0.12;

function HeatMap({ value, width, height, stale }: PreviewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { shape, data } = value.preview;
  const columns = shape.at(-1) ?? 1;
  const rows = Math.max(1, Math.floor(data.length / columns));
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const theme = themeNow();
    const zero = channels(colour("neutral", theme));
    const bad = channels(colour("err", theme));
    const isSigned = data.some((x) => x < 0);
    const [negative, positive] = isSigned
      ? [channels(colour("negative", theme)), channels(colour("positive", theme))]
      : [zero, channels(colour("heat", theme))];
    const isFlat = data.every((x) => x === data[0]);
    const most = data.reduce((top, x) => Math.max(top, Number.isFinite(x) ? Math.abs(x) : 0), 0) || 1;
    const image = context.createImageData(columns, rows);
    for (let i = 0; i < rows * columns; i++) {
      const x = data[i] ?? 0;
      const isBad = !Number.isFinite(x);
      const end = isBad ? bad : x < 0 ? negative : positive;
      const t = isBad ? 1 : isFlat ? flatTint : Math.min(Math.abs(x) / most, 1) ** 0.8;
      for (let c = 0; c < 3; c++) {
        const from = zero[c] ?? 0;
        image.data[i * 4 + c] = Math.round((from + ((end[c] ?? 0) - from) * t) * 255);
      }
      image.data[i * 4 + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }, [data, columns, rows]);
  return (
    <canvas
      ref={canvas}
      width={columns}
      height={rows}
      style={{ width, height, imageRendering: "pixelated", filter: stale ? "saturate(0.15)" : "none" }}
    />
  );
}

/** Pixels: a number's, and where that has no room; then it takes an exponent. */
const usualSize = 13;
const smallSize = 11;

/** JetBrains Mono is 0.6 em wide. */
const lettersIn = (width: number, size: number): number => Math.floor(width / (0.6 * size));

/** The picture of a tensor, in the size it is given. */
export function Preview(props: PreviewProps) {
  const { value, width, height, stale } = props;
  const { shape } = value;
  const rank = shape.filter((extent) => extent > 1).length;
  if (value.preview.data.length === 0) return null;
  const numbers = value.preview.data;
  const isBad = numbers.every((number) => !Number.isFinite(number));
  // Of a value without one finite number a picture would be empty, or look like zeros.
  if (rank === 0 || isBad) {
    const printed = printNumberWithin(numbers[0] ?? NaN, lettersIn(width, smallSize));
    const fontSize = printed.length > lettersIn(width, usualSize) ? smallSize : usualSize;
    const color = isBad ? "var(--err)" : stale ? "var(--text3)" : "var(--text)";
    return (
      <span className="flex items-center justify-center font-mono" style={{ width, height, fontSize, color }}>
        {printed}
      </span>
    );
  }
  if (rank === 1) {
    const { path, area, zero } = curvePath(numbers, width, height);
    const ink = stale ? "var(--text3)" : "var(--text2)";
    return (
      <svg width={width} height={height} aria-hidden>
        <path d={area} fill="var(--line2)" opacity={0.35} />
        <line x1={0} x2={width} y1={zero} y2={zero} stroke="var(--line2)" />
        <path d={path} fill="none" stroke={ink} strokeWidth={1.4} strokeLinejoin="round" />
      </svg>
    );
  }
  return <HeatMap {...props} />;
}
