/** @file The chain-rule card: the active op's formula, what came in, what went out, and where paths meet. */
import { X } from "lucide-react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { Formula } from "../inspector/formula";
import { Preview } from "../nodes/preview";
import { text } from "../text/text";
import { IconButton } from "../ui/button";
import { printExtents, printNumber } from "../ui/number-text";
import type { Timeline, TimelineEntry } from "./timeline-store";

const words = text.timeline;
type View = TimelineEntry["value"];

function Shown({ title, view }: { readonly title: string; readonly view: View }) {
  return (
    <div className="min-w-0 flex-1">
      <div className="truncate text-caption text-text2">{title}</div>
      <div className="my-1 flex h-10 items-center overflow-hidden rounded-field bg-field">
        <Preview value={view} width={104} height={40} stale={false} />
      </div>
      <div className="font-mono text-caption text-text3">
        {printExtents(view.shape)} · RMS {printNumber(view.statistics.rms)}
      </div>
    </div>
  );
}

function numberOf(view: View): string {
  return view.shape.length === 0 ? printNumber(view.preview.data[0] ?? NaN) : printNumber(view.statistics.rms);
}

/** Contributions to the gradient of one value, and their sum. */
function Meeting({ entry, timeline }: { readonly entry: TimelineEntry; readonly timeline: Timeline }) {
  if (entry.gradient === null || entry.contributions.length === 0) return null;
  const name = (position: number): string =>
    timeline.entries[position]?.origin.node ?? timeline.entries[position]?.op ?? "";
  return (
    <section className="border-t border-line px-4 py-3">
      <h4 className="mb-1.5 text-small font-semibold text-text2">{words.meets(entry.origin.node ?? entry.op ?? "")}</h4>
      <div className="flex flex-wrap items-end gap-x-3 gap-y-1">
        {entry.contributions.map((contribution, i) => (
          <span key={`${contribution.user}/${contribution.operand}`} className="flex items-end gap-3">
            {i > 0 && <span className="font-mono text-text3">+</span>}
            <span>
              <span className="block max-w-28 truncate text-caption text-text3">{name(contribution.user)}</span>
              <span className="font-mono">{numberOf(contribution.after)}</span>
            </span>
          </span>
        ))}
        <span className="font-mono text-text3">=</span>
        <span>
          <span className="block text-caption text-text3">grad</span>
          <span className="font-mono text-grad">{numberOf(entry.gradient)}</span>
        </span>
      </div>
    </section>
  );
}

/** The forward entry that a backward entry belongs to: the newest of the same node and call before it. */
function forwardOf(timeline: Timeline, entry: TimelineEntry): TimelineEntry | null {
  const key = JSON.stringify([entry.origin.path, entry.origin.node]);
  const found = timeline.entries.filter(
    (other) =>
      other.origin.phase === "forward" &&
      other.kind === "op" &&
      JSON.stringify([other.origin.path, other.origin.node]) === key,
  );
  return found.at(-1) ?? null;
}

/** The card at the canvas's top right while the timeline stands on an op. */
export function ChainRuleCard() {
  const app = useApp();
  const { timeline, blocks, at } = useStore(app.timeline);
  const tab = useStore(app.workspace, (state) => state.bottomTab);
  const entry = timeline?.entries[blocks[at] ?? -1];
  if (timeline === null || timeline === undefined || entry === undefined || tab !== "timeline") return null;
  const isBackward = entry.origin.phase === "backward";
  const subject = isBackward ? (forwardOf(timeline, entry) ?? entry) : entry;
  const signature = subject.op === null ? undefined : app.library.op(subject.op)?.signature;
  const firstBackward = blocks.findIndex((position) => timeline.entries[position]?.origin.phase === "backward");
  const place = isBackward
    ? `backward ${at - firstBackward + 1} / ${blocks.length - firstBackward}`
    : `forward ${at + 1} / ${firstBackward === -1 ? blocks.length : firstBackward}`;
  const operands = entry.operands.flatMap((position, i) => {
    const operand = position === null ? undefined : timeline.entries[position];
    return operand === undefined ? [] : [{ name: entry.operandNames[i] ?? "", operand }];
  });
  const broadcast = subject.contributions.find(
    (contribution) =>
      contribution.before.shape.length !== contribution.after.shape.length ||
      contribution.before.shape.some((extent, i) => extent !== contribution.after.shape[i]),
  );
  return (
    <aside
      className="absolute top-14 right-3 z-20 w-[384px] overflow-hidden rounded-card border border-line2 bg-raised shadow-menu"
      aria-label={signature?.label ?? ""}
      data-testid="chain-rule-card"
    >
      <header className="flex h-10 items-center gap-2 border-b border-line px-4">
        <span className="font-mono text-text3">{signature?.glyph}</span>
        <span className="font-semibold">{signature?.label ?? subject.op}</span>
        <span className="min-w-0 flex-1 truncate text-small text-text2">{entry.origin.node}</span>
        <span className="rounded-field bg-accent-soft px-1.5 font-mono text-tick text-accent">{place}</span>
        <IconButton
          icon={X}
          label={text.dialogs.close}
          onClick={() => app.timeline.setState({ at: -1, activeNode: null })}
        />
      </header>
      {signature !== undefined && (
        <div className="border-b border-line px-4 py-3 text-center">
          <Formula tex={isBackward ? signature.gradientFormula : signature.formula} display />
        </div>
      )}
      <div className="flex items-center gap-2 px-4 py-3">
        {operands.slice(0, 2).map(({ name, operand }, i) => (
          <span key={name + String(i)} className="flex min-w-0 flex-1 items-center gap-2">
            {i > 0 && <span className="font-mono text-text3">{isBackward && entry.op === "mul" ? "×" : ","}</span>}
            <Shown
              title={isBackward && entry.op === "mul" ? (i === 0 ? words.incoming : words.local) : name}
              view={operand.value}
            />
          </span>
        ))}
        {operands.length > 0 && <span className="font-mono text-text3">=</span>}
        <Shown title={isBackward ? words.product : words.value} view={entry.value} />
      </div>
      {broadcast !== undefined && (
        <section className="border-t border-line px-4 py-3 text-small text-text2">
          {words.unbroadcast(printExtents(broadcast.after.shape), printExtents(broadcast.before.shape))}:{" "}
          <span className="font-mono text-text">{numberOf(broadcast.after)}</span>
        </section>
      )}
      <Meeting entry={subject} timeline={timeline} />
    </aside>
  );
}
