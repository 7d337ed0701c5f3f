/** @file Design tokens: every colour of the window, by theme. CSS variables, the GPU layer and tests read this one table. */

export const themes = ["dark", "light", "contrast"] as const;
export type Theme = (typeof themes)[number];

/** token: [dark, light, high contrast (dark)]. */
const table = {
  // neutrals carry structure
  app: ["#0E1013", "#E9EBEE", "#000000"],
  canvas: ["#121417", "#F3F4F6", "#000000"],
  dot: ["#23272D", "#D9DCE1", "#2A2F36"],
  panel: ["#17191D", "#FFFFFF", "#000000"],
  raised: ["#1D2025", "#F7F8F9", "#0B0D10"],
  field: ["#111316", "#F3F4F6", "#000000"],
  node: ["#1F2328", "#FFFFFF", "#050608"],
  nodehead: ["#262A31", "#F1F3F5", "#14181D"],
  hover: ["#24282E", "#ECEEF1", "#1C2127"],
  line: ["#282C33", "#E1E4E8", "#6B7480"],
  line2: ["#3B414A", "#C3C8CF", "#AEB7C2"],
  // text: at least 4.5:1 on every opaque surface
  text: ["#E8EAED", "#14171B", "#FFFFFF"],
  text2: ["#B3B9C2", "#454C55", "#E4E8ED"],
  text3: ["#8C949E", "#636B75", "#C6CDD6"],
  // accent: selection, primary button, playhead, ŷ; nothing else
  accent: ["#3CCBB1", "#097060", "#4FF0D2"],
  onaccent: ["#04211B", "#FFFFFF", "#000000"],
  // diagnostics only
  err: ["#FF7A6B", "#BE2E1E", "#FF8F82"],
  warn: ["#F2A65A", "#985300", "#FFB86B"],
  ok: ["#7CCB7A", "#2B732A", "#8FE58C"],
  // ports by dtype
  float: ["#7FB4F0", "#2768B5", "#9CC9FF"],
  int: ["#8CCB6B", "#387319", "#A5E884"],
  bool: ["#F094BC", "#B23A78", "#FFAED1"],
  member: ["#B9A1FA", "#6A45C8", "#CDBBFF"],
  grad: ["#EBD155", "#7A6400", "#FFE770"],
  order: ["#8C949E", "#636B75", "#C6CDD6"],
  // edges without a magnitude
  "e-none": ["#6C747F", "#7D8590", "#9AA3AE"],
  "e-zero": ["#8C949E", "#6A727D", "#C6CDD6"],
  packet: ["#F6F7F9", "#14171B", "#FFFFFF"],
  // sign mode and signed heat maps
  negative: ["#5A9EEE", "#1C62BE", "#7DB8FF"],
  neutral: ["#2C3139", "#E9ECF0", "#2C3139"],
  positive: ["#F0943C", "#CE620A", "#FFAE5E"],
  heat: ["#D6DEEA", "#344054", "#FFFFFF"],
} as const satisfies Record<string, readonly [dark: string, light: string, contrast: string]>;

export type Token = keyof typeof table;
export const tokens = Object.keys(table) as readonly Token[];

/** The surfaces text is printed on. */
export const surfaces = ["app", "canvas", "panel", "raised", "field", "node", "nodehead", "hover"] as const;
/** The tokens that text is printed in. */
export const textTokens = ["text", "text2", "text3", "accent", "err", "warn", "ok", "member"] as const;

/** A token's colour as #RRGGBB. */
export function colour(token: Token, theme: Theme): string {
  return table[token][themes.indexOf(theme)] ?? table[token][0];
}

/** One stop per decade of gradient RMS, faintest first (cividis: survives colour-blindness; larger stands out more). */
const darkRamp = ["#5c5f6e", "#6c6b70", "#7b7874", "#898477", "#979178", "#a69f77", "#b8ac72", "#ccbb69", "#e1ca5d", "#f3da4f", "#fdea45"]; // prettier-ignore
const lightRamp = ["#979178", "#898577", "#7d7974", "#6f6e71", "#60626f", "#4e576e", "#3a4c6e", "#25416e", "#10366c", "#012b64", "#002051"]; // prettier-ignore

/** The eleven stops of the gradient ramp. */
export function ramp(theme: Theme): readonly string[] {
  return theme === "light" ? lightRamp : darkRamp;
}

/** Red, green and blue of #RRGGBB, each 0 … 1. */
export function channels(hex: string): readonly [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [((value >> 16) & 255) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}

/** The colour of a position along the ramp, 0 … 1, interpolated between stops. */
export function rampColour(theme: Theme, position: number): readonly [number, number, number] {
  const stops = ramp(theme);
  const at = Math.min(Math.max(position, 0), 1) * (stops.length - 1);
  const index = Math.min(Math.floor(at), stops.length - 2);
  const low = channels(stops[index] ?? "#000000");
  const high = channels(stops[index + 1] ?? "#000000");
  const t = at - index;
  return [low[0] + (high[0] - low[0]) * t, low[1] + (high[1] - low[1]) * t, low[2] + (high[2] - low[2]) * t];
}

/** The same as a CSS colour. */
export function rampInk(theme: Theme, position: number): string {
  return `rgb(${rampColour(theme, position)
    .map((c) => Math.round(c * 255))
    .join(" ")})`;
}

/** Tokens that also come as a tint, --accent-soft, for backgrounds: mixed here, because older Chromiums cannot. */
const tinted = ["accent", "err", "warn", "ok", "member", "float"] as const satisfies readonly Token[];

/** Puts a theme's tokens on the page as CSS variables. */
export function applyTheme(root: HTMLElement, theme: Theme): void {
  for (const token of tokens) root.style.setProperty(`--${token}`, colour(token, theme));
  for (const token of tinted) {
    const [red, green, blue] = channels(colour(token, theme)).map((c) => Math.round(c * 255));
    root.style.setProperty(`--${token}-soft`, `rgba(${red}, ${green}, ${blue}, 0.14)`);
  }
  root.dataset["theme"] = theme;
  root.style.colorScheme = theme === "light" ? "light" : "dark";
}
