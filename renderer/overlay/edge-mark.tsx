/** @file The mark of an edge's state, small: the same in the legend and in lists. */
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { themeOf } from "../app/settings";
import { rampColour } from "../ui/tokens";
import { positionIn, type EdgeState } from "./edge-style";

/** 26 × 12 pixels. With an RMS, a magnitude has its colour in the window. */
export function EdgeMark({ state, rms }: { readonly state: EdgeState; readonly rms: number }) {
  const app = useApp();
  const theme = themeOf(useStore(app.settings, (settings) => settings.theme));
  const t = rms > 0 ? positionIn(app.overlay.window, rms) : 0;
  const ink = `rgb(${rampColour(theme, t)
    .map((c) => Math.round(c * 255))
    .join(",")})`;
  const marks: Readonly<Record<EdgeState, React.ReactNode>> = {
    plain: <path d="M1,6H25" stroke="var(--e-none)" strokeWidth={1.3} />,
    none: <path d="M1,6H25" stroke="var(--e-none)" strokeWidth={1.6} strokeDasharray="0.1 4.6" strokeLinecap="round" />,
    zero: <path d="M1,4H25M1,8H25" stroke="var(--e-zero)" strokeWidth={1.3} />,
    vanishing: <path d="M1,6h3m5,0h5m4,0h8" stroke="var(--e-zero)" strokeWidth={2.4} />,
    exploding: (
      <>
        <rect x={1} y={2} width={24} height={8} fill="var(--grad)" />
        <path d="M3,6l6,-3v6zM12,6l6,-3v6z" fill="var(--canvas)" />
      </>
    ),
    invalid: (
      <g stroke="var(--err)" fill="none">
        <rect x={1.5} y={2} width={23} height={8} />
        <path d="M2,10l8,-8M8,10l8,-8M14,10l8,-8M2,2l8,8M8,2l8,8M14,2l8,8" strokeWidth={0.8} />
      </g>
    ),
    magnitude: <path d="M1,6H25" stroke={ink} strokeWidth={1.5 + 4.5 * t} />,
    typeError: <path d="M1,6H25" stroke="var(--err)" strokeWidth={1.6} strokeDasharray="7 4" />,
  };
  return (
    <svg width={26} height={12} className="shrink-0" aria-hidden>
      {marks[state]}
    </svg>
  );
}
