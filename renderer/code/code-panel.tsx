/** @file The code panel: the TypeScript of the open document, read-only. */
import { javascript } from "@codemirror/lang-javascript";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { X } from "lucide-react";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useApp } from "../app/app";
import { text } from "../text/text";
import { Button, IconButton } from "../ui/button";

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
});

const waitMs = 250;

function useCode(): string | null {
  const app = useApp();
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const [code, setCode] = useState<string | null>(null);
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(() => {
      void app.engine.exportTypescript().then((reply) => {
        if (!isCurrent) return;
        const main = reply?.files.find(
          (file) => /(^|\/)(main|model|train)\.ts$/.test(file.path) && typeof file.content === "string",
        );
        setCode(typeof main?.content === "string" ? main.content : "");
      });
    }, waitMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [app, document]);
  return code;
}

/** The panel. */
export function CodePanel() {
  const app = useApp();
  const code = useCode();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null || code === null) return;
    const view = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: code === "" ? text.code.failed : code,
        extensions: [
          lineNumbers(),
          javascript({ typescript: true }),
          syntaxHighlighting(ink),
          look,
          EditorState.readOnly.of(true),
          EditorView.contentAttributes.of({ "aria-label": text.panels.code }),
        ],
      }),
    });
    return () => view.destroy();
  }, [code]);
  return (
    <section className="flex h-full flex-col" aria-label={text.panels.code} data-testid="code">
      <div className="flex h-9 shrink-0 items-center gap-2 border-b border-line pr-1.5 pl-3.5">
        <span className="font-semibold">TypeScript</span>
        <span className="flex-1" />
        {code !== null && code !== "" && (
          <Button variant="ghost" onClick={() => void navigator.clipboard.writeText(code)}>
            {text.code.copy}
          </Button>
        )}
        <IconButton icon={X} label={text.dialogs.close} onClick={() => app.workspace.setState({ codeOpen: false })} />
      </div>
      <div ref={place} className="min-h-0 flex-1 overflow-hidden select-text" />
      <div className="flex h-6 shrink-0 items-center justify-end border-t border-line px-3 text-caption text-text3">
        {code === null ? text.code.loading : text.code.lines(code.split("\n").length)}
      </div>
    </section>
  );
}
