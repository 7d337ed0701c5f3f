/** @file How the code and the canvas point at each other: glyphs in the gutter, tinted lines, the token of a node. */
import { StateEffect, StateField, type EditorState, type Extension, type Range } from "@codemirror/state";
import { Decoration, EditorView, GutterMarker, gutter, type DecorationSet } from "@codemirror/view";
import type { Reply } from "@chainrule/engine/session";

export type Code = Reply<"code">;
type LineRange = Code["lines"][number];

/** What is linked now: lines to tint, and words one of which stands for the node. */
export interface Link {
  readonly lines: readonly Pick<LineRange, "start" | "end">[];
  readonly tokens: readonly string[];
}

export const setLink = StateEffect.define<Link>();

/** The token where it stands once in a line: twice it could be another node's. */
function tokenIn(state: EditorState, line: number, tokens: readonly string[]): Range<Decoration> | null {
  const { text, from } = state.doc.line(line);
  for (const token of tokens) {
    const at = text.indexOf(token);
    if (at === -1 || text.includes(token, at + 1)) continue;
    return Decoration.mark({ class: "cm-token" }).range(from + at, from + at + token.length);
  }
  return null;
}

const linked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setLink)) continue;
      const { state } = transaction;
      const { lines, tokens } = effect.value;
      const wanted = new Set(
        lines.flatMap(({ start, end }) => Array.from({ length: end - start + 1 }, (_, i) => start + i)),
      );
      const places = [...wanted].filter((line) => line >= 1 && line <= state.doc.lines).sort((a, b) => a - b);
      const tints = places.map((line) => Decoration.line({ class: "cm-linked" }).range(state.doc.line(line).from));
      const single = lines.filter(({ start, end }) => start === end && start <= state.doc.lines);
      const marks = single.flatMap(({ start }) => tokenIn(state, start, tokens) ?? []);
      return Decoration.set([...tints, ...marks], true);
    }
    return shown;
  },
  provide: (field) => EditorView.decorations.from(field),
});

class Glyph extends GutterMarker {
  constructor(private readonly glyph: string) {
    super();
  }

  override eq(other: Glyph): boolean {
    return other.glyph === this.glyph;
  }

  override toDOM(): Node {
    return document.createTextNode(this.glyph);
  }
}

/** By line number: the glyph of the node that begins there, the last of them where a line says several. */
function glyphsOf({ lines }: Code, glyphOf: (node: string) => string): ReadonlyMap<number, Glyph> {
  const nearest = new Map<number, LineRange>();
  for (const range of lines) {
    const known = nearest.get(range.start);
    if (known === undefined || range.end - range.start <= known.end - known.start) nearest.set(range.start, range);
  }
  return new Map([...nearest].map(([line, { node }]) => [line, new Glyph(glyphOf(node))]));
}

/** Tints, marks, and the gutter of glyphs. */
export function linkedLines(code: Code | null, glyphOf: (node: string) => string): Extension {
  if (code === null) return [linked];
  const glyphs = glyphsOf(code, glyphOf);
  return [
    linked,
    gutter({
      class: "cm-glyphs",
      lineMarker: (view, line) => glyphs.get(view.state.doc.lineAt(line.from).number) ?? null,
      initialSpacer: () => new Glyph("Wx"),
    }),
  ];
}

/** The smallest range of lines around one: what a click on it means. */
export function nodeAt({ lines }: Code, line: number): string | null {
  const around = lines.filter(({ start, end }) => start <= line && line <= end);
  const [nearest] = [...around].sort((a, b) => a.end - a.start - (b.end - b.start));
  return nearest?.node ?? null;
}

/** "13–24 and 38": line numbers as one says them. */
export function printLines(lines: Link["lines"], and: string): string {
  const sorted = [...lines].sort((a, b) => a.start - b.start || b.end - a.end);
  const outer = sorted.filter(
    (one, i) => !sorted.slice(0, i).some((wide) => wide.start <= one.start && one.end <= wide.end),
  );
  const parts = outer.map(({ start, end }) => (start === end ? String(start) : `${start}–${end}`));
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} ${and} ${parts.at(-1)}`;
}
