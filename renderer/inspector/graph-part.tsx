/** @file What a node stands for, or the graph that was entered: its name, its sentence, its sides, its gradient checked. */
import type { ChainruleDocument, GraphId } from "@chainrule/engine/analysis";
import { useState } from "react";
import { useApp } from "../app/app";
import { goTo } from "../canvas/go-to";
import { functionOfSide, renameGraph, summarizeGraph } from "../document/edits/naming";
import { text } from "../text/text";
import { Button } from "../ui/button";
import { Section } from "../ui/section";
import { TextField } from "./written-field";
import { readName, readText } from "./written-text";

const words = text.inspector.graph;

/** Whether backward is the derivative of forward, asked of the engine. */
function Check({ name }: { readonly name: string }) {
  const app = useApp();
  const [said, setSaid] = useState<{ readonly ok: boolean; readonly sentence: string } | null>(null);
  const check = async (): Promise<void> => {
    const reply = await app.engine.gradcheck(name);
    const failed = reply?.results.find((result) => !result.ok);
    if (reply !== null) setSaid({ ok: failed === undefined, sentence: failed?.message ?? words.checked });
  };
  return (
    <div className="mt-2">
      <Button onClick={() => void check()}>{words.check}</Button>
      {said !== null && (
        <p role="status" className={`mt-1.5 text-small break-words ${said.ok ? "text-ok" : "text-err"}`}>
          {said.sentence}
        </p>
      )}
    </div>
  );
}

/** Fields of a module, a Function or a body. */
export function GraphPart({ document, id }: { readonly document: ChainruleDocument; readonly id: GraphId }) {
  const app = useApp();
  const graph = document.graphs[id];
  if (graph === undefined) return null;
  const side = functionOfSide(document.functions, id);
  const definition = side === null ? undefined : document.functions[side];
  const named = definition ?? graph;
  return (
    <Section title={definition === undefined ? words.titles[graph.kind] : words.function}>
      <TextField
        label={words.name}
        value={named.name}
        read={readName}
        onChange={(name) => app.edits.change(text.undo.rename, (draft) => renameGraph(draft, id, name))}
      />
      {graph.kind !== "body" && (
        <TextField
          label={words.summary}
          value={named.summary ?? ""}
          read={readText}
          onChange={(summary) =>
            app.edits.change(text.undo.set(words.summary), (draft) => summarizeGraph(draft, id, summary))
          }
        />
      )}
      {definition !== undefined && (
        <>
          <div className="mt-2 flex gap-2">
            <Button onClick={() => goTo(app, definition.forward)}>{text.inspector.forward}</Button>
            <Button onClick={() => goTo(app, definition.backward)}>{words.backward}</Button>
          </div>
          <Check name={definition.name} />
        </>
      )}
    </Section>
  );
}
