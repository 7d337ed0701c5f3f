/** @file The code panel: the TypeScript of the open document, read-only, its lines and the canvas's nodes selected together. */
import { javascript } from "@codemirror/lang-javascript";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { Check, Copy, Link2, X } from "lucide-react";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import type { GraphNode } from "@chainrule/engine/analysis";
import { useApp, type App } from "../app/app";
import { text } from "../text/text";
import { Button, IconButton } from "../ui/button";
import { MiddleText } from "../ui/middle-text";
import { nodeName } from "../nodes/node-name";
import { viewNode } from "../nodes/node-view";
import { currentGraph, select } from "../workspace/workspace";
import { linkedLines, nodeAt, printLines, setLink, type Code, type Link } from "./linked-lines";

const ink = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--member)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--int)" },
  { tag: tags.number, color: "var(--warn)" },
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
  ".cm-gutters.cm-gutters": { paddingRight: "4px" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "34px", paddingRight: "8px" },
  ".cm-glyphs .cm-gutterElement": { minWidth: "20px", textAlign: "center", color: "var(--text3)", fontSize: "11px" },
  ".cm-token": { backgroundColor: "var(--accent-soft)", outline: "1px solid var(--accent)", borderRadius: "3px" },
  ".cm-linked": { backgroundColor: "var(--accent-soft)", boxShadow: "inset 2px 0 0 var(--accent)" },
});

const waitMs = 250;
const words = text.code;

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

/** The glyph of a node by "graph/node". */
function glyphOf(app: App): (key: string) => string {
  const document = app.history.document();
  return (key) => {
    const [graph = "", node = ""] = key.split("/");
    const content = document.graphs[graph]?.nodes[node];
    return content === undefined ? "" : viewNode(document, graph, node, content, app.library).glyph;
  };
}

/** Words by which a line of code says a node, the surest first. */
function tokensOf(app: App, graph: string, node: GraphNode | undefined): readonly string[] {
  const document = app.history.document();
  switch (node?.kind) {
    case "apply":
      return [`${document.functions[node.function]?.name ?? ""}.apply`];
    case "op":
      return [`.${node.op}(`, `${node.op}(`, node.name];
    case "call":
      return [document.graphs[graph]?.members[node.member]?.name ?? node.name];
    default:
      return node === undefined ? [] : [node.name];
  }
}

/** Lines and words of what is selected on the canvas. */
function linkOf(app: App, code: Code | null, graph: string | null, selection: ReadonlySet<string>): Link {
  const keys = new Set([...selection].map((node) => `${graph}/${node}`));
  const nodes = app.history.document().graphs[graph ?? ""]?.nodes;
  return {
    lines: code === null ? [] : code.lines.filter(({ node }) => keys.has(node)),
    tokens: [...selection].flatMap((node) => tokensOf(app, graph ?? "", nodes?.[node])),
  };
}

const copiedMs = 1500;

function CopyButton({ text: copied }: { readonly text: string }) {
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return;
    const timer = setTimeout(() => setDone(false), copiedMs);
    return () => clearTimeout(timer);
  }, [isDone]);
  return (
    <Button
      variant="ghost"
      icon={isDone ? Check : Copy}
      onClick={() => void navigator.clipboard.writeText(copied).then(() => setDone(true))}
    >
      {isDone ? words.copied : words.copy}
    </Button>
  );
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
        doc: code === null ? words.failed : code.text.trimEnd(),
        extensions: [
          lineNumbers(),
          javascript({ typescript: true }),
          syntaxHighlighting(ink),
          look,
          linkedLines(code, glyphOf(app)),
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
  const [id] = selection;
  const chosen = linkOf(app, code ?? null, graph, selection);
  useEffect(() => {
    const view = editor.current;
    if (!code || view === null) return;
    const [first] = chosen.lines;
    const scroll =
      first === undefined || first.start > view.state.doc.lines
        ? []
        : [EditorView.scrollIntoView(view.state.doc.line(first.start).from, { y: "nearest", yMargin: 80 })];
    view.dispatch({ effects: [setLink.of(chosen), ...scroll] });
    // What is chosen follows from these.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [code, selection, graph]);
  const name =
    id === undefined || selection.size > 1 ? null : nodeName(app.history.document(), graph ?? "", id, app.library);
  return (
    <section className="flex h-full flex-col" aria-label={text.panels.code} data-testid="code">
      <div className="flex h-9 shrink-0 items-center gap-2 border-b border-line pr-1.5 pl-3.5">
        <span className="font-semibold">TypeScript</span>
        <span className="flex-1" />
        {code && <CopyButton text={code.text} />}
        <IconButton icon={X} label={text.dialogs.close} onClick={() => app.workspace.setState({ codeOpen: false })} />
      </div>
      <div ref={place} className="min-h-0 flex-1 overflow-hidden select-text" />
      <div className="flex h-6 shrink-0 items-center justify-between gap-3 border-t border-line px-3.5 text-caption text-text3">
        <span className="flex min-w-0 items-center gap-1.5">
          {name !== null && chosen.lines.length > 0 && (
            <>
              <Link2 size={12} className="shrink-0 text-accent" aria-hidden />
              <MiddleText text={words.linked(name, printLines(chosen.lines, words.and))} />
            </>
          )}
        </span>
        <span className="shrink-0">
          {code ? words.lines(code.text.trimEnd().split("\n").length) : code === null ? "" : words.loading}
        </span>
      </div>
    </section>
  );
}
