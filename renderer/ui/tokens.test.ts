/** @file Text and the ramp can be told from what they are drawn on, in every theme. */
import { describe, expect, it } from "vitest";
import { channels, colour, ramp, surfaces, textTokens, themes } from "./tokens";

/** WCAG 2 contrast ratio of two #RRGGBB colours. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string): number => {
    const [r, g, bl] = channels(hex).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (bl ?? 0);
  };
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

describe("tokens", () => {
  for (const theme of themes) {
    it(`every text token reads at 4.5:1 or more on every surface, ${theme}`, () => {
      const weak = textTokens.flatMap((text) =>
        surfaces
          .map((surface) => ({ text, surface, ratio: contrast(colour(text, theme), colour(surface, theme)) }))
          .filter(({ ratio }) => ratio < 4.5),
      );
      expect(weak).toEqual([]);
    });

    it(`the primary button's text reads on the accent, ${theme}`, () => {
      expect(contrast(colour("onaccent", theme), colour("accent", theme))).toBeGreaterThanOrEqual(4.5);
    });

    it(`the gradient ramp stands out more with each decade, ${theme}`, () => {
      const ratios = ramp(theme).map((stop) => contrast(stop, colour("canvas", theme)));
      ratios.forEach((ratio, i) => expect(ratio).toBeGreaterThan(ratios[i - 1] ?? 2.5));
    });
  }
});
