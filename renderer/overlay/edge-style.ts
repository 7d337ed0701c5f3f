/** @file From the statistics of an edge to how it is drawn: state by shape, magnitude by colour and width. */
import { channels, colour, rampColour, type Theme } from "../ui/tokens";

/** How an edge is drawn; the numbers are those of the shader. */
export const edgeStates = {
  plain: 0,
  none: 1,
  magnitude: 2,
  zero: 3,
  vanishing: 4,
  exploding: 5,
  invalid: 6,
  typeError: 7,
} as const;
export type EdgeState = keyof typeof edgeStates;

export const overlayModes = ["magnitude", "sign", "off"] as const;
export type OverlayMode = (typeof overlayModes)[number];

/** Statistics of the gradient on one edge, as sampled; null where no gradient flows. */
export interface EdgeStatistics {
  readonly rms: number;
  readonly max: number;
  readonly mean: number;
  readonly zeros: number;
  readonly nan: number;
  readonly inf: number;
  readonly count: number;
}

/** log10 of the RMS drawn at the bottom and the top of the ramp. */
export interface GradientWindow {
  readonly low: number;
  readonly high: number;
}

export const defaultWindow: GradientWindow = { low: -8, high: 2 };

export interface EdgeView {
  readonly statistics: EdgeStatistics | null;
  /** lr·‖g‖ / ‖w‖ where the edge leaves a parameter. */
  readonly updateRatio: number | null;
  readonly selected: boolean;
  readonly stale: boolean;
  readonly typeError: boolean;
}

export interface OverlaySettings {
  readonly mode: OverlayMode;
  readonly window: GradientWindow;
  readonly theme: Theme;
  /** RMS above which an edge counts as exploding; into a parameter its update ratio (≥ 1) decides instead. */
  readonly explodingRms: number;
  /** RMS below which an edge counts as vanishing. */
  readonly vanishingRms: number;
}

/** The state of an edge (look.md, Edges): shape carries it, so that colour-blind people see it too. */
export function stateOf(view: EdgeView, settings: OverlaySettings): EdgeState {
  if (view.typeError) return "typeError";
  if (settings.mode === "off") return "plain";
  const s = view.statistics;
  if (s === null) return "none";
  if (s.nan > 0 || s.inf > 0) return "invalid";
  if (s.rms === 0) return "zero";
  const exploding = view.updateRatio === null ? s.rms > settings.explodingRms : view.updateRatio >= 1;
  if (exploding) return "exploding";
  return s.rms < settings.vanishingRms ? "vanishing" : "magnitude";
}

/** Where an RMS lies in the window, 0 … 1. */
export function positionIn(window: GradientWindow, rms: number): number {
  const span = Math.max(window.high - window.low, 1e-6);
  return Math.min(Math.max((Math.log10(rms) - window.low) / span, 0), 1);
}

/** Numbers per edge in the style buffer: state, width, position, flags; then red, green, blue, mean direction. */
export const numbersPerStyle = 8;
export const selectedFlag = 1;
export const staleFlag = 2;

/** Band width in pixels: 1 px and 0.6 px a decade above the bottom of the window, 7 at the default window's top. */
export function bandWidth(window: GradientWindow, rms: number): number {
  const decades = Math.min(Math.max(Math.log10(rms) - window.low, 0), window.high - window.low);
  return 1 + 0.6 * decades * (10 / Math.max(window.high - window.low, 1));
}

function signColour(theme: Theme, ratio: number): readonly [number, number, number] {
  const t = Math.min(Math.abs(ratio), 1) ** 0.8;
  const zero = channels(colour("e-zero", theme));
  const end = channels(colour(ratio < 0 ? "negative" : "positive", theme));
  return [zero[0] + (end[0] - zero[0]) * t, zero[1] + (end[1] - zero[1]) * t, zero[2] + (end[2] - zero[2]) * t];
}

function colourOf(state: EdgeState, view: EdgeView, settings: OverlaySettings): readonly [number, number, number] {
  const { theme, mode, window } = settings;
  switch (state) {
    case "typeError":
    case "invalid":
      return channels(colour("err", theme));
    case "plain":
    case "none":
      return channels(colour("e-none", theme));
    case "zero":
      return channels(colour("e-zero", theme));
    case "magnitude":
    case "vanishing":
    case "exploding": {
      const s = view.statistics;
      if (s === null) return channels(colour("e-none", theme));
      if (mode === "sign") return signColour(theme, s.mean / s.rms);
      return rampColour(theme, positionIn(window, s.rms));
    }
  }
}

/** Writes the style of one edge into the buffer that goes to the GPU. */
export function writeStyle(out: Float32Array, edge: number, view: EdgeView, settings: OverlaySettings): EdgeState {
  const state = stateOf(view, settings);
  const rms = view.statistics?.rms ?? 0;
  const base = edge * numbersPerStyle;
  const [red, green, blue] = colourOf(state, view, settings);
  out[base] = edgeStates[state];
  out[base + 1] = state === "magnitude" ? bandWidth(settings.window, rms) : 0;
  out[base + 2] = state === "magnitude" ? positionIn(settings.window, rms) : 0;
  // What is wrong is so now, whatever of the numbers is old.
  const isStale = view.stale && state !== "typeError";
  out[base + 3] = (view.selected ? selectedFlag : 0) + (isStale ? staleFlag : 0);
  out[base + 4] = red;
  out[base + 5] = green;
  out[base + 6] = blue;
  out[base + 7] = 0;
  return state;
}
