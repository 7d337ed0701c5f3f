/** @file The inspector while nothing is selected: the document, how it trains, and what a step of it costs. */
import { writtenFields, type ChainruleDocument } from "@chainrule/engine/analysis";
import { FileText } from "lucide-react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { nodeName } from "../nodes/node-name";
import { text } from "../text/text";
import { Section } from "../ui/section";
import { currentGraph, select } from "../workspace/workspace";
import { CostPart } from "./cost-part";
import { FlagField } from "./choice-fields";
import { GraphPart } from "./graph-part";
import { NumberField } from "./number-field";
import { PanelHeader } from "./panel-header";
import { TextField } from "./written-field";
import { readName } from "./written-text";

const words = text.inspector;

type Draft = { seed: number; training: { steps: number; logEvery: number; stopOnNaN: boolean } };

function LossLine({ document }: { readonly document: ChainruleDocument }) {
  const app = useApp();
  const { loss } = document.training;
  const name = loss === null ? null : nodeName(document, document.root, loss[0], app.library);
  return (
    <div className="flex min-h-7 items-center gap-2 text-small">
      <span className="w-20 shrink-0 text-text2">{words.lossAt}</span>
      {loss === null || name === null ? (
        <span className="text-text3">{words.noLoss}</span>
      ) : (
        <button
          type="button"
          className="min-w-0 truncate rounded-field border border-line2 bg-raised px-1.5 py-0.5 hover:bg-hover"
          onClick={() => {
            app.workspace.setState({ path: [{ graph: document.root, through: null }] });
            select(app.workspace, [loss[0]]);
          }}
        >
          {name}
        </button>
      )}
    </div>
  );
}

function TrainingFields({ document }: { readonly document: ChainruleDocument }) {
  const app = useApp();
  const { training } = document;
  const change = (name: string, recipe: (draft: Draft) => void, merge?: string): void =>
    app.edits.change(text.undo.set(name), recipe, merge);
  return (
    <>
      <NumberField
        label={text.bar.seed}
        value={document.seed}
        spec={writtenFields.seed}
        onChange={(seed, merge) => change("seed", (draft) => void (draft.seed = seed), merge)}
      />
      <NumberField
        label={words.steps}
        value={training.steps}
        spec={writtenFields.steps}
        onChange={(steps, merge) => change("steps", (draft) => void (draft.training.steps = steps), merge)}
      />
      <NumberField
        label={words.logEvery}
        value={training.logEvery}
        spec={writtenFields.logEvery}
        onChange={(every, merge) => change("logEvery", (draft) => void (draft.training.logEvery = every), merge)}
      />
      <FlagField
        label={words.stopOnNaN}
        value={training.stopOnNaN}
        onChange={(on) => change("stopOnNaN", (draft) => void (draft.training.stopOnNaN = on))}
      />
    </>
  );
}

/** Name, training, cost. */
export function DocumentPart({ document }: { readonly document: ChainruleDocument }) {
  const app = useApp();
  const cost = useStore(app.analysis, (state) => state.analysis.graphs.get(document.root)?.cost);
  const here = useStore(app.workspace, currentGraph);
  const graphs = Object.values(document.graphs);
  const nodes = graphs.reduce((count, graph) => count + Object.keys(graph.nodes).length, 0);
  return (
    <div className="h-full overflow-y-auto" data-testid="document-fields">
      <PanelHeader
        glyph={<FileText size={17} strokeWidth={1.75} aria-hidden />}
        title={document.name}
        line={words.graphs(graphs.length, nodes)}
      />
      {here !== null && here !== document.root && <GraphPart key={here} document={document} id={here} />}
      <Section title={words.document}>
        <TextField
          label={words.name}
          value={document.name}
          hidesLabel
          read={readName}
          onChange={(name) => app.edits.change(text.undo.rename, (draft) => void (draft.name = name))}
        />
      </Section>
      <Section title={words.training}>
        <LossLine document={document} />
        <TrainingFields document={document} />
      </Section>
      <CostPart cost={cost} />
      <p className="px-3.5 py-3 text-small text-text3">{words.nothing}</p>
    </div>
  );
}
