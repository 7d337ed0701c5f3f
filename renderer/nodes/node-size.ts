/** @file How large a node is and where its ports stand, from what it says: known before anything is drawn. */
import type { Face } from "./node-face";
import type { NodeForm } from "./node-view";
import { textWidth } from "./text-width";

export const headerHeight = 26;
export const rowHeight = 20;
export const fieldHeight = 24;
export const previewHeight = 40;
/** Between a bare node's preview and its border. */
export const previewInset = 10;
/** A bare node below its header: the preview with its gaps. */
const bareBody = previewHeight + 14;
/** Between two ports of a bare node, where there is room. */
const portGap = 22;
const padding = 10;
const gap = 7;
const iconWidth = 13 + 6;

/** In a parameter beside its name: edge, diamond, gaps, and −0.01011 at 11 px. */
const parameterRest = 4 + 8 + 9 + 6 + 10 + 53 + 9;

export interface Said {
  readonly form: NodeForm;
  readonly face: Face;
  readonly title: string;
  readonly label: string | null;
  readonly portNames: readonly string[];
  /** The shared member's name, worn as a badge. */
  readonly badge: string | null;
  readonly shared: boolean;
  /** It wears the button that opens it. */
  readonly opens: boolean;
  /** Icons of flags in its header. */
  readonly icons: number;
}

/** Widths are multiples of 4, so that nodes in a column meet the grid. */
function snapped(width: number): number {
  return Math.ceil(width / 4) * 4;
}

/** The width in canvas pixels: that of the content, never less than the title needs. */
export function widthOf({ form, face, title, label, portNames, badge, shared, opens, icons }: Said): number {
  if (form === "reroute") return 8;
  if (form === "parameter") return Math.max(96, snapped(textWidth(title, "title") + parameterRest + (shared ? 17 : 0)));
  const glyph = face.glyph === "" ? 0 : Math.max(16, textWidth(face.glyph, "mono")) + 6;
  const chip = face.chip === null ? 0 : textWidth(face.chip, "mono") + 8 + gap;
  const name = padding + glyph + textWidth(title, "title") + chip + padding;
  const worn =
    (form === "effect" ? 15 + gap : 0) + (badge === null ? 0 : textWidth(badge, "mono") + 34) + (opens ? iconWidth : 0);
  const side = label === null ? 0 : textWidth(label, "label") + gap;
  // An icon takes the label's place rather than moving what stands beside the node.
  const header = name + worn + Math.max(side, icons * iconWidth);
  const fields = face.fields.map(({ name: field, value, members = [] }) => {
    const tags = members.reduce((sum, member) => sum + textWidth(member, "mono") + 16, 0);
    return textWidth(field, "label") + (value === "" ? 0 : textWidth(value, "mono") + 12) + tags + 2 * padding + 12;
  });
  const rows = form === "rows" ? 2 * Math.max(0, ...portNames.map((port) => textWidth(port, "label"))) + 46 : 0;
  const least = form === "effect" ? 104 : form === "port" ? 64 : 84;
  return Math.min(Math.max(least, snapped(Math.max(header, rows, ...fields))), 240);
}

/** The width of a chip in a region's header. */
export function chipWidth(words: string): number {
  return Math.ceil(textWidth(words, "mono")) + 12;
}

/** What a region's header needs beside its chips: glyph, title, the two buttons, and the gaps between. */
export function regionHeaderWidth(title: string): number {
  return 12 + 16 + 8 + Math.ceil(textWidth(title, "title")) + 8 + 8 + 4 + 2 * 21 + 12;
}

/** Heights of `count` ports below the node's top, of which the first `main` are the node's centre; the others follow below. */
function spread(form: NodeForm, count: number, main: number): readonly number[] {
  const each = (at: (i: number) => number): readonly number[] => Array.from({ length: count }, (_, i) => at(i));
  switch (form) {
    case "bare": {
      const apart = Math.min(portGap, (bareBody - 10) / Math.max(main - 1, 1));
      const centre = headerHeight + bareBody / 2;
      const last = centre + ((Math.max(main, 1) - 1) / 2) * apart;
      const below = (headerHeight + bareBody - 4 - last) / Math.max(count - main, 1);
      return each((i) =>
        Math.round(i < main ? centre + (i - (main - 1) / 2) * apart : last + (i - main + 1) * Math.min(below, portGap)),
      );
    }
    case "parameter":
      return each(() => 15);
    case "port":
      return each(() => headerHeight / 2);
    case "reroute":
    case "terminal":
      return each(() => 4);
    case "effect":
      return each((i) => headerHeight / 2 + i * rowHeight);
    case "rows":
    case "region":
      return each((i) => headerHeight + 4 + rowHeight * i + rowHeight / 2);
  }
}

/** Where ports stand below the node's top: inputs in the order of `inputs`, those that may stay free after the others. */
export function portRows(form: NodeForm, inputs: { readonly main: number; readonly free: number }, outputs: number) {
  return { inputs: spread(form, inputs.main + inputs.free, inputs.main), outputs: spread(form, outputs, outputs) };
}

/** The height in canvas pixels of a node that is not collapsed. */
export function heightOf(form: NodeForm, rows: number, fields: number): number {
  switch (form) {
    case "reroute":
    case "terminal":
      return 8;
    case "port":
      return headerHeight;
    case "parameter":
      return 46;
    case "bare":
      return headerHeight + bareBody;
    case "effect":
      return headerHeight + Math.max(fields * fieldHeight + (fields > 0 ? 6 : 0), (rows - 1) * rowHeight);
    case "rows":
    case "region":
      return headerHeight + 4 + rows * rowHeight + fields * fieldHeight + previewHeight + 6;
  }
}
