/** @file The mark of an edge's state, small: the same in the legend and in lists. */
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { themeOf } from "../app/settings";
import { rampInk } from "../ui/tokens";
import { positionIn, type EdgeState } from "./edge-style";

const crossHatch = "M2,10l8,-8M6,10l8,-8M10,10l8,-8M14,10l8,-8M2,2l8,8M6,2l8,8M10,2l8,8M14,2l8,8";

/** 26 × 12 pixels. With an RMS, a magnitude has its colour in the window. */
export function EdgeMark({ state, rms }: { readonly state: EdgeState; readonly rms: number }) {
  const app = useApp();
  const theme = themeOf(useStore(app.settings, (settings) => settings.theme));
  const t = rms > 0 ? positionIn(app.overlay.window, rms) : 0;
  const marks: Readonly<Record<EdgeState, React.ReactNode>> = {
    plain: <path d="M1,6H25" stroke="var(--e-none)" strokeWidth={1.3} />,
    none: <path d="M1,6H25" stroke="var(--e-none)" strokeWidth={1.6} strokeDasharray="0.1 4.6" strokeLinecap="round" />,
    zero: <path d="M1,4H25M1,8H25" stroke="var(--e-zero)" strokeWidth={1.3} />,
    vanishing: (
      <g stroke="var(--e-zero)" strokeWidth={2.4}>
        <path d="M1,6h3" opacity={0.45} />
        <path d="M8,6h5" opacity={0.7} />
        <path d="M16,6h9" />
      </g>
    ),
    exploding: (
      <>
        <rect x={1} y={2} width={24} height={8} fill={rampInk(theme, 1)} />
        <path d="M3,6l6,-3v6zM14,6l6,-3v6z" fill="var(--canvas)" />
      </>
    ),
    invalid: (
      <g stroke="var(--err)" fill="none">
        <rect x={1.5} y={2} width={23} height={8} />
        <path d={crossHatch} strokeWidth={0.8} />
      </g>
    ),
    magnitude: <path d="M1,6H25" stroke={rampInk(theme, t)} strokeWidth={1.5 + 4.5 * t} />,
    typeError: <path d="M1,6H25" stroke="var(--err)" strokeWidth={1.6} strokeDasharray="7 4" />,
  };
  return (
    <svg width={26} height={12} className="shrink-0" aria-hidden>
      {marks[state]}
    </svg>
  );
}

/** The two directions: a value's packet ahead, a gradient's chevrons back. */
export function DirectionsMark() {
  const app = useApp();
  const theme = themeOf(useStore(app.settings, (settings) => settings.theme));
  return (
    <svg width={26} height={12} className="shrink-0" fill="none" aria-hidden>
      <path d="M1,6H11" stroke="var(--e-none)" strokeWidth={1.3} />
      <circle cx={5} cy={6} r={2} fill="var(--packet)" />
      <path d="M18,2l-4,4l4,4M24,2l-4,4l4,4" stroke={rampInk(theme, 1)} strokeWidth={1.6} />
    </svg>
  );
}
