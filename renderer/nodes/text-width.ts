/** @file How wide words are in a node, so that nodes have their size before they are drawn. */

const fonts = {
  title: "600 12px 'Inter Variable', sans-serif",
  label: "400 12px 'Inter Variable', sans-serif",
  mono: "400 11px 'JetBrains Mono Variable', monospace",
} as const;
export type TextFont = keyof typeof fonts;

/** The fonts of nodes as CSS has them: widths are right once these are loaded. */
export const nodeFonts: readonly string[] = Object.values(fonts);

/** Average widths where there is no canvas to measure with, px a character. */
const average: Readonly<Record<TextFont, number>> = { title: 7, label: 6.6, mono: 6.6 };

const known = new Map<string, number>();
let context: OffscreenCanvasRenderingContext2D | null | undefined;

/** The width of one line in pixels. */
export function textWidth(text: string, font: TextFont): number {
  const key = `${font}\u0000${text}`;
  const seen = known.get(key);
  if (seen !== undefined) return seen;
  context ??= typeof OffscreenCanvas === "undefined" ? null : new OffscreenCanvas(1, 1).getContext("2d");
  let width = text.length * average[font];
  if (context !== null) {
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
