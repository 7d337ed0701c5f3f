/** @file How wide words are in a node, so that nodes have their size before they are drawn. */

/** As `--font-sans` and `--font-mono` have them. */
const fonts = {
  title: "600 12px 'Inter Variable', 'Noto Sans Math', system-ui, sans-serif",
  label: "400 12px 'Inter Variable', 'Noto Sans Math', system-ui, sans-serif",
  mono: "400 11px 'JetBrains Mono Variable', 'Inter Variable', 'Noto Sans Math', ui-monospace, monospace",
} as const;
export type TextFont = keyof typeof fonts;

/** The fonts of nodes as CSS has them: widths are right once these are loaded. */
export const nodeFonts: readonly string[] = Object.values(fonts);
/** Letters of every part that these fonts come in. */
export const nodeLetters = "a ŷ θ ∂ Σ ² ≥ → ∿";

/** Advances of the characters from space to ~ in these fonts, px: for where there is no canvas to measure with. */
const advances: Readonly<Record<TextFont, readonly number[]>> = {
  title: [3.02, 3.86, 6.28, 7.72, 7.8, 12.05, 7.95, 3.91, 4.48, 4.48, 6.47, 8.07, 3.83, 5.58, 3.83, 4.55, 7.92, 5.07, 7.48, 7.63, 7.99, 7.35, 7.68, 6.91, 7.68, 7.68, 3.83, 3.95, 8.07, 8.07, 8.07, 6.52, 11.99, 8.73, 7.91, 8.84, 8.67, 7.27, 7.05, 8.99, 8.95, 3.32, 6.96, 8.44, 6.79, 11.07, 9.11, 9.22, 7.74, 9.28, 7.83, 7.8, 7.92, 8.83, 8.73, 12.24, 8.64, 8.56, 7.83, 4.48, 4.55, 4.48, 5.78, 5.63, 4.21, 6.89, 7.49, 6.99, 7.49, 7.1, 4.66, 7.51, 7.35, 3.14, 3.14, 6.83, 3.14, 10.8, 7.34, 7.31, 7.49, 7.49, 4.76, 6.59, 4.24, 7.35, 7.04, 10.07, 6.83, 7.06, 6.79, 5.46, 4.31, 5.46, 8.07], // prettier-ignore
  label: [3.38, 3.45, 5.59, 7.6, 7.7, 11.78, 7.73, 3.6, 4.38, 4.38, 6.01, 7.94, 3.46, 5.52, 3.46, 4.32, 7.57, 4.88, 7.32, 7.41, 7.75, 7.12, 7.44, 6.79, 7.42, 7.44, 3.46, 3.62, 7.94, 7.94, 7.94, 6.13, 11.59, 8.28, 7.85, 8.77, 8.66, 7.21, 7.08, 8.95, 8.92, 3.22, 6.85, 8.06, 6.79, 10.84, 9.04, 9.18, 7.66, 9.18, 7.72, 7.7, 7.75, 8.93, 8.28, 11.82, 8.19, 8.14, 7.55, 4.38, 4.32, 4.38, 5.65, 5.47, 3.87, 6.74, 7.35, 6.86, 7.35, 7, 4.44, 7.36, 7.1, 2.91, 2.91, 6.59, 2.91, 10.51, 7.09, 7.2, 7.35, 7.35, 4.52, 6.33, 3.93, 7.1, 6.74, 9.82, 6.55, 6.74, 6.63, 5.12, 3.99, 5.12, 7.94], // prettier-ignore
  mono: [],
};
/** Advance of every other character, px. */
const otherAdvance: Readonly<Record<TextFont, number>> = { title: 7, label: 6.6, mono: 6.6 };

function estimate(text: string, font: TextFont): number {
  let width = 0;
  for (const letter of text) width += advances[font][(letter.codePointAt(0) ?? 0) - 32] ?? otherAdvance[font];
  return width;
}

const known = new Map<string, number>();
let context: OffscreenCanvasRenderingContext2D | null | undefined;

/** The width of one line in pixels. */
export function textWidth(text: string, font: TextFont): number {
  const key = `${font}\u0000${text}`;
  const seen = known.get(key);
  if (seen !== undefined) return seen;
  context ??= typeof OffscreenCanvas === "undefined" ? null : new OffscreenCanvas(1, 1).getContext("2d");
  let width = 0;
  if (context === null) width = estimate(text, font);
  else {
    context.font = fonts[font];
    width = context.measureText(text).width;
  }
  if (known.size > 20_000) known.clear();
  known.set(key, width);
  return width;
}

/** Widths measured before the fonts arrived are wrong. */
export function forgetWidths(): void {
  known.clear();
}

/** "very_lo…ng_name": the middle gives way when a text is wider than this. */
export function ellipsize(text: string, font: TextFont, width: number): string {
  if (textWidth(text, font) <= width) return text;
  const letters = [...text];
  for (let kept = letters.length - 1; kept > 1; kept--) {
    const head = Math.ceil(kept / 2);
    const shorter = `${letters.slice(0, head).join("")}…${letters.slice(letters.length - (kept - head)).join("")}`;
    if (textWidth(shorter, font) <= width) return shorter;
  }
  return "…";
}
