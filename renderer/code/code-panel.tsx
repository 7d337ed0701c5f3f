/** @file The code panel: the TypeScript of the open document, read-only, its lines and the canvas's nodes selected together. */
import { javascript } from "@codemirror/lang-javascript";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, lineNumbers, type DecorationSet } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { X } from "lucide-react";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import type { Reply } from "@chainrule/engine/session";
import { useApp, type App } from "../app/app";
import { text } from "../text/text";
import { Button, IconButton } from "../ui/button";
import { currentGraph, select } from "../workspace/workspace";

const ink = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--member)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--int)" },
  { tag: tags.number, color: "var(--positive)" },
  { tag: tags.comment, color: "var(--text3)" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: "var(--float)" },
  { tag: [tags.typeName, tags.className], color: "var(--accent)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", backgroundColor: "transparent", color: "var(--text)", fontSize: "12px" },
  ".cm-scroller": { fontFamily: "'JetBrains Mono Variable', monospace", lineHeight: "18px" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--text3)", border: "none" },
  "&.cm-focused": { outline: "none" },
  ".cm-content": { caretColor: "transparent" },
  ".cm-linked": { backgroundColor: "var(--accent-soft)", boxShadow: "inset 2px 0 0 var(--accent)" },
});

const waitMs = 250;

type Code = Reply<"code">;

/** The code of the open document, a moment after its last edit; undefined at first, null where it cannot be written. */
function useCode(): Code | null | undefined {
  const app = useApp();
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const isReady = useStore(app.engine.state, (state) => state.connection === "ready");
  const [code, setCode] = useState<Code | null>();
  useEffect(() => {
    if (!isReady) return;
    let isCurrent = true;
    const timer = setTimeout(() => {
      void app.engine.code().then((written) => isCurrent && setCode(written));
    }, waitMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [app, document, isReady]);
  return code;
}

const setLinked = StateEffect.define<readonly { readonly start: number; readonly end: number }[]>();

/** Lines of the selected nodes: tinted, with a bar. */
const linked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setLinked)) continue;
      const { doc } = transaction.state;
      const lines = new Set(
        effect.value.flatMap(({ start, end }) => Array.from({ length: end - start + 1 }, (_, i) => start + i)),
      );
      const places = [...lines].filter((line) => line >= 1 && line <= doc.lines).sort((a, b) => a - b);
      return Decoration.set(places.map((line) => Decoration.line({ class: "cm-linked" }).range(doc.line(line).from)));
    }
    return shown;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** The smallest range of lines around one: what a click on it means. */
function nodeAt(code: Code, line: number): string | null {
  const around = code.lines.filter(({ start, end }) => start <= line && line <= end);
  const [nearest] = [...around].sort((a, b) => a.end - a.start - (b.end - b.start));
  return nearest?.node ?? null;
}

/** Shows the node behind a line of code on the canvas. */
function showNode(app: App, key: string): void {
  const [graph = "", node = ""] = key.split("/");
  const { root } = app.history.document();
  if (currentGraph(app.workspace.getState()) !== graph) {
    const path = graph === root ? [] : [{ graph, through: null }];
    app.workspace.setState({ path: [{ graph: root, through: null }, ...path] });
  }
  select(app.workspace, [node]);
}

/** The panel. */
export function CodePanel() {
  const app = useApp();
  const code = useCode();
  const selection = useStore(app.workspace, (state) => state.selection);
  const graph = useStore(app.workspace, currentGraph);
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  useEffect(() => {
    if (place.current === null || code === undefined) return;
    const view = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: code === null ? text.code.failed : code.text.trimEnd(),
        extensions: [
          lineNumbers(),
          javascript({ typescript: true }),
          syntaxHighlighting(ink),
          look,
          linked,
          EditorState.readOnly.of(true),
          EditorView.contentAttributes.of({ "aria-label": text.panels.code, tabindex: "0" }),
          EditorView.domEventHandlers({
            click(event, target) {
              const position = target.posAtCoords({ x: event.clientX, y: event.clientY });
              const node =
                position === null || code === null ? null : nodeAt(code, target.state.doc.lineAt(position).number);
              if (node !== null) showNode(app, node);
            },
          }),
        ],
      }),
    });
    editor.current = view;
    return () => {
      editor.current = null;
      view.destroy();
    };
  }, [app, code]);
  useEffect(() => {
    if (!code) return;
    const keys = new Set([...selection].map((node) => `${graph}/${node}`));
    const ranges = code.lines.filter(({ node }) => keys.has(node));
    const [first] = ranges;
    const view = editor.current;
    if (view === null) return;
    const scroll =
      first === undefined || first.start > view.state.doc.lines
        ? []
        : [EditorView.scrollIntoView(view.state.doc.line(first.start).from, { y: "center" })];
    view.dispatch({ effects: [setLinked.of(ranges), ...scroll] });
  }, [code, selection, graph]);
  return (
    <section className="flex h-full flex-col" aria-label={text.panels.code} data-testid="code">
      <div className="flex h-9 shrink-0 items-center gap-2 border-b border-line pr-1.5 pl-3.5">
        <span className="font-semibold">TypeScript</span>
        <span className="flex-1" />
        {code && (
          <Button variant="ghost" onClick={() => void navigator.clipboard.writeText(code.text)}>
            {text.code.copy}
          </Button>
        )}
        <IconButton icon={X} label={text.dialogs.close} onClick={() => app.workspace.setState({ codeOpen: false })} />
      </div>
      <div ref={place} className="min-h-0 flex-1 overflow-hidden select-text" />
      <div className="flex h-6 shrink-0 items-center justify-end border-t border-line px-3 text-caption text-text3">
        {code ? text.code.lines(code.text.trimEnd().split("\n").length) : code === null ? "" : text.code.loading}
      </div>
    </section>
  );
}
