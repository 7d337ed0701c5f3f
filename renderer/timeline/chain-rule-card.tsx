/** @file The chain-rule card: incoming gradient × local derivative = what goes on, un-broadcasting, and where paths meet. */
import { X } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { Formula } from "../inspector/formula";
import { viewNode } from "../nodes/node-view";
import { Preview } from "../nodes/preview";
import { text } from "../text/text";
import { IconButton } from "../ui/button";
import { printExtents, printNumber } from "../ui/number-text";
import { Segmented } from "../ui/segmented";
import type { Block, BlockInput, Contribution, Timeline, TimelineEntry } from "./blocks";

const words = text.timeline;
type View = TimelineEntry["value"];

function numberOf(view: View): string {
  return view.shape.length === 0 ? printNumber(view.preview.data[0] ?? NaN) : printNumber(view.statistics.rms);
}

function Shown({ title, view }: { readonly title: string; readonly view: View }) {
  return (
    <div className="min-w-0 flex-1">
      <div className="truncate text-caption text-text2">{title}</div>
      <div className="my-1 flex h-10 items-center justify-center overflow-hidden rounded-field bg-field">
        <Preview value={view} width={104} height={40} stale={false} />
      </div>
      <div className="truncate font-mono text-caption text-text3">
        {view.shape.length === 0 ? printExtents(view.shape) : `RMS ${printNumber(view.statistics.rms)}`}
      </div>
    </div>
  );
}

/** Incoming × local = product, where the op works element by element: the quotient of two tensors of one shape. */
function localDerivative(incoming: View, product: View): View | null {
  if (incoming.shape.join() !== product.shape.join() || incoming.preview.data.length !== product.preview.data.length)
    return null;
  const data = Float64Array.from(product.preview.data, (value, i) => value / (incoming.preview.data[i] ?? NaN));
  if (data.some((value) => !Number.isFinite(value))) return null;
  const rms = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / Math.max(data.length, 1));
  return { ...product, preview: { ...product.preview, data }, statistics: { ...product.statistics, rms } };
}

function Part({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: string;
  readonly children: ReactNode;
}) {
  return (
    <section className="border-t border-line px-4 py-3">
      <h4 className="mb-1.5 flex justify-between gap-3 text-small font-semibold text-text2">
        {title}
        {aside !== undefined && <span className="font-mono text-caption font-normal text-text3">{aside}</span>}
      </h4>
      {children}
    </section>
  );
}

/** The addends of an un-broadcast, first and last, and their sum. */
function Unbroadcast({ name, contribution }: { readonly name: string; readonly contribution: Contribution }) {
  const { before, after } = contribution;
  if (before.shape.join() === after.shape.join()) return null;
  const { data } = before.preview;
  const ends = data.length > 4 ? [data[0], data[1], null, data.at(-2), data.at(-1)] : [...data];
  return (
    <Part title={words.unbroadcast(name)} aside={`${printExtents(before.shape)} → ${printExtents(after.shape)}`}>
      <p className="font-mono text-small text-text2">
        {ends.map((value) => (value === null || value === undefined ? "…" : printNumber(value))).join(" + ")} ={" "}
        <span className="font-semibold text-text">{numberOf(after)}</span>
      </p>
    </Part>
  );
}

interface MeetingProps {
  readonly name: string;
  readonly entry: TimelineEntry;
  /** The edge or op whose contribution this card is about. */
  readonly user: number;
  readonly nameOf: (position: number) => string;
}

/** a + b = c: what each path adds to the gradient of one value. */
function Meeting({ name, entry, user, nameOf }: MeetingProps) {
  if (entry.gradient === null || entry.contributions.length < 2) return null;
  return (
    <Part title={words.meets(entry.contributions.length, name)}>
      <div className="flex flex-wrap items-end gap-x-3 gap-y-1.5">
        {entry.contributions.map((contribution, i) => (
          <span key={`${contribution.user}/${contribution.operand}`} className="flex items-end gap-3">
            {i > 0 && <span className="font-mono text-text3">+</span>}
            <span>
              <span className="block max-w-28 truncate text-caption text-text3">{nameOf(contribution.user)}</span>
              <span className={contribution.user === user ? "font-mono text-accent" : "font-mono"}>
                {numberOf(contribution.after)}
              </span>
            </span>
          </span>
        ))}
        <span className="font-mono text-text3">=</span>
        <span>
          <span className="block text-caption text-text3">{`${name}.grad`}</span>
          <span className="font-mono text-grad">{numberOf(entry.gradient)}</span>
        </span>
      </div>
    </Part>
  );
}

/** Names of nodes as a person knows them. */
function useNames(): (node: string | null) => string {
  const app = useApp();
  return (node) => {
    if (node === null) return "";
    for (const [id, graph] of Object.entries(app.history.document().graphs)) {
      const content = graph.nodes[node];
      if (content !== undefined)
        return content.label ?? viewNode(app.history.document(), id, node, content, app.library).fullTitle;
    }
    return node;
  };
}

function BackwardBody({
  block,
  timeline,
  pointwise,
}: {
  readonly block: Block;
  readonly timeline: Timeline;
  readonly pointwise: boolean;
}) {
  const nameOf = useNames();
  const learning = block.inputs.filter((input) => timeline.entries[input.edge]?.gradient != null);
  const [port, setPort] = useState(learning[0]?.port ?? "");
  const input: BlockInput | undefined = learning.find((candidate) => candidate.port === port) ?? learning[0];
  const entry = timeline.entries[block.entry];
  const edge = input === undefined ? undefined : timeline.entries[input.edge];
  const contribution = edge?.contributions[0];
  const incoming = entry?.gradient ?? null;
  const source = input === undefined ? undefined : timeline.entries[input.source];
  const still = block.inputs.find((candidate) => timeline.entries[candidate.edge]?.gradient == null);
  if (incoming === null) return null;
  const local = contribution !== undefined && pointwise ? localDerivative(incoming, contribution.before) : null;
  return (
    <>
      {learning.length > 1 && (
        <div className="px-4 pt-3">
          <Segmented
            label={words.input}
            value={input?.port ?? ""}
            options={learning.map((each) => ({ value: each.port, label: `∂ ${each.port}` }))}
            onChange={setPort}
          />
        </div>
      )}
      <div className="flex items-center gap-2 px-4 py-3">
        <Shown title={words.incoming} view={incoming} />
        {local !== null && (
          <>
            <span className="font-mono text-text3">×</span>
            <Shown title={words.local} view={local} />
          </>
        )}
        {contribution !== undefined && (
          <>
            <span className="font-mono text-text3">=</span>
            <Shown title={words.product} view={contribution.before} />
          </>
        )}
      </div>
      {contribution !== undefined && source !== undefined && (
        <Unbroadcast name={nameOf(source.origin.node)} contribution={contribution} />
      )}
      {source !== undefined && input !== undefined && (
        <Meeting
          name={nameOf(source.origin.node)}
          entry={source}
          user={input.edge}
          nameOf={(position) => nameOf(timeline.entries[position]?.origin.node ?? null)}
        />
      )}
      {still !== undefined && (
        <p className="border-t border-line px-4 py-2 text-caption text-text3">{words.noGradient(still.port)}</p>
      )}
    </>
  );
}

function ForwardBody({ block, timeline }: { readonly block: Block; readonly timeline: Timeline }) {
  const entry = timeline.entries[block.entry];
  if (entry === undefined) return null;
  return (
    <div className="flex items-center gap-2 px-4 py-3">
      {block.inputs.slice(0, 2).map((input, i) => {
        const edge = timeline.entries[input.edge];
        if (edge === undefined) return null;
        return (
          <span key={input.port} className="flex min-w-0 flex-1 items-center gap-2">
            {i > 0 && <span className="font-mono text-text3">,</span>}
            <Shown title={input.port} view={edge.value} />
          </span>
        );
      })}
      {block.inputs.length > 0 && <span className="font-mono text-text3">→</span>}
      <Shown title={words.value} view={entry.value} />
    </div>
  );
}

function AccumulateBody({ block, timeline }: { readonly block: Block; readonly timeline: Timeline }) {
  const nameOf = useNames();
  const entry = timeline.entries[block.entry];
  const arrived = entry?.contributions[block.contribution ?? -1];
  if (entry === undefined || arrived === undefined || entry.gradient === null) return null;
  const name = nameOf(entry.origin.node);
  return (
    <>
      <div className="flex items-center gap-2 px-4 py-3">
        <Shown title={words.arrives} view={arrived.after} />
        <Shown title={`${name}.grad`} view={entry.gradient} />
      </div>
      <Meeting
        name={name}
        entry={entry}
        user={arrived.user}
        nameOf={(position) => nameOf(timeline.entries[position]?.origin.node ?? null)}
      />
    </>
  );
}

/** The card at the canvas's top right while the timeline stands on a block. */
export function ChainRuleCard() {
  const app = useApp();
  const nameOf = useNames();
  const { timeline, blocks, at } = useStore(app.timeline);
  const tab = useStore(app.workspace, (state) => state.bottomTab);
  const block = blocks[at];
  const entry = timeline?.entries[block?.entry ?? -1];
  if (timeline === null || block === undefined || entry === undefined || tab !== "timeline") return null;
  const signature = entry.op === null ? undefined : app.library.op(entry.op)?.signature;
  const isBackward = block.kind === "backward";
  const pointwise = signature !== undefined && ["pointwise", "activation"].includes(signature.category);
  const inPhase = blocks.filter((candidate) => candidate.kind === block.kind);
  const tex = isBackward ? signature?.gradientFormula : signature?.formula;
  return (
    <aside
      className="absolute top-14 right-3 z-20 max-h-[calc(100%-72px)] w-[384px] overflow-y-auto rounded-card border border-line2 bg-raised shadow-menu"
      aria-label={words.card}
      data-testid="chain-rule-card"
    >
      <header className="flex h-10 items-center gap-2 border-b border-line px-4">
        <span className="font-mono text-text3">{block.kind === "accumulate" ? "◆" : signature?.glyph}</span>
        <span className="min-w-0 truncate font-semibold">{nameOf(block.node)}</span>
        {signature !== undefined && <span className="truncate text-small text-text2">{signature.label}</span>}
        <span className="ml-auto shrink-0 rounded-field bg-accent-soft px-1.5 font-mono text-tick text-accent">
          {words.kinds[block.kind]} {inPhase.indexOf(block) + 1} / {inPhase.length}
        </span>
        <IconButton
          icon={X}
          label={text.dialogs.close}
          onClick={() => app.timeline.setState({ at: -1, activeNode: null })}
        />
      </header>
      {tex !== undefined && block.kind !== "accumulate" && (
        <div className="border-b border-line px-4 py-3 text-center">
          <Formula tex={tex} display />
        </div>
      )}
      {block.kind === "backward" && (
        <BackwardBody key={block.entry} block={block} timeline={timeline} pointwise={pointwise} />
      )}
      {block.kind === "accumulate" && <AccumulateBody block={block} timeline={timeline} />}
      {(block.kind === "forward" || block.kind === "update") && <ForwardBody block={block} timeline={timeline} />}
    </aside>
  );
}
