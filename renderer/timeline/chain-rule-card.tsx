/** @file The chain-rule card: what the op under the playhead takes in and hands on, as a formula and in numbers. */
import { X } from "lucide-react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { Formula } from "../inspector/formula";
import { text } from "../text/text";
import { IconButton } from "../ui/button";
import { BackwardBody, Meeting } from "./backward-body";
import type { Block, Timeline } from "./blocks";
import { Shown, Sign } from "./card-parts";
import { isCompound } from "./chain-rule";
import { useNames, type Names } from "./names";

const words = text.timeline;

function ForwardBody({ block, timeline }: { readonly block: Block; readonly timeline: Timeline }) {
  const entry = timeline.entries[block.entry];
  if (entry === undefined) return null;
  const inputs = block.inputs.slice(0, 2);
  return (
    <div className="flex items-center gap-2 px-4 py-3">
      {inputs.map((input, i) => {
        const edge = timeline.entries[input.edge];
        if (edge === undefined) return null;
        return (
          <span key={input.port} className="flex min-w-0 flex-1 items-center gap-2">
            {i > 0 && <Sign>,</Sign>}
            <Shown title={input.port} view={edge.value} wide={inputs.length === 1} />
          </span>
        );
      })}
      {inputs.length > 0 && <Sign>→</Sign>}
      <Shown title={words.value} view={entry.value} wide={inputs.length < 2} />
    </div>
  );
}

interface BodyProps {
  readonly block: Block;
  readonly timeline: Timeline;
  readonly names: Names;
}

function AccumulateBody({ block, timeline, names }: BodyProps) {
  const entry = timeline.entries[block.entry];
  const arrived = entry?.contributions[block.contribution ?? -1];
  if (entry === undefined || arrived === undefined || entry.gradient === null) return null;
  const name = names.blockName(block, timeline);
  return (
    <>
      <div className="flex items-center gap-2 px-4 py-3">
        <Shown title={words.arrives} view={arrived.after} wide />
        <Sign>→</Sign>
        <Shown title={`${name}.grad`} view={entry.gradient} wide />
      </div>
      <Meeting name={name} entry={entry} user={arrived.user} timeline={timeline} names={names} />
    </>
  );
}

const asFactor = (name: string): string => (isCompound(name) ? `(${name})` : name);

/** What the card is about: the derivative it makes, and in which turn. */
function lineOf({ block, timeline, names }: BodyProps): string {
  const arrived = timeline.entries[block.entry]?.contributions[block.contribution ?? -1]?.user;
  const path = timeline.entries[arrived ?? -1]?.origin.path ?? block.path;
  const lane = path.length === 0 ? null : (names.turnOf(path) ?? names.laneName(path));
  if (block.kind !== "backward") return lane ?? "";
  const sources = block.inputs
    .filter((input) => timeline.entries[input.edge]?.gradient != null)
    .map((input) => `∂loss/∂${asFactor(names.nameOf(timeline.entries[input.source]?.origin ?? null))}`);
  return [sources.join(", "), lane ?? ""].filter((part) => part !== "").join(" · ");
}

/** The card at the canvas's top right, or left where the canvas says so, while the timeline stands on a block. */
export function ChainRuleCard() {
  const app = useApp();
  const { timeline, blocks, at } = useStore(app.timeline);
  const tab = useStore(app.workspace, (state) => state.bottomTab);
  const isOpen = useStore(app.workspace, (state) => state.bottomOpen);
  const names = useNames(timeline);
  const block = blocks[at];
  const entry = timeline?.entries[block?.entry ?? -1];
  if (timeline === null || block === undefined || entry === undefined || tab !== "timeline" || !isOpen) return null;
  const face = names.face(block);
  const maths = face?.maths ?? null;
  const inPhase = blocks.filter((candidate) => candidate.kind === block.kind);
  const body = { block, timeline, names };
  const line = lineOf(body);
  return (
    <section
      className="absolute top-14 right-3 z-20 data-[side=left]:right-auto data-[side=left]:left-3 max-h-[calc(100%-138px)] w-[384px] overflow-y-auto rounded-card border border-line2 bg-raised shadow-menu"
      aria-label={words.card}
      data-testid="chain-rule-card"
    >
      <header className="flex h-11 items-center gap-2 border-b border-line pr-2 pl-4">
        <span className="shrink-0 font-mono text-small text-text3">
          {block.kind === "accumulate" ? "◆" : face?.glyph}
        </span>
        <span className="max-w-[55%] shrink-0 truncate font-semibold">{face?.title ?? block.node}</span>
        <span className="min-w-0 flex-1 truncate text-small text-text3" title={line}>
          {line}
        </span>
        <span className="shrink-0 rounded-field bg-accent-soft px-1.5 font-mono text-tick text-accent">
          {words.kinds[block.kind]} {inPhase.indexOf(block) + 1} / {inPhase.length}
        </span>
        <IconButton
          icon={X}
          label={text.dialogs.close}
          onClick={() => app.timeline.setState({ at: -1, activeNode: null })}
        />
      </header>
      {block.kind === "forward" && maths !== null && (
        <div className="border-b border-line px-4 py-3 text-center">
          <Formula tex={maths.formula} display />
        </div>
      )}
      {block.kind === "backward" && <BackwardBody key={block.entry} {...body} maths={maths} />}
      {block.kind === "accumulate" && <AccumulateBody {...body} />}
      {(block.kind === "forward" || block.kind === "update") && <ForwardBody block={block} timeline={timeline} />}
    </section>
  );
}
