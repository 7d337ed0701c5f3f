/** @file The lanes of a timeline: main first, one per call and turn, gradients last; the ruler, the playhead, and what was kept. */
import { Diamond, Repeat2, SquareFunction, Workflow } from "lucide-react";
import { useEffect, useMemo, useRef, type PointerEvent } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { text } from "../text/text";
import { printBytes } from "../ui/number-text";
import { MiddleText } from "../ui/middle-text";
import { BlockButton } from "./block-button";
import { laneOf, type Block, type Timeline } from "./blocks";
import type { Names } from "./names";
import { seek } from "./timeline-store";
import { blockHeight, lanePitch, layOut, nearestBlock, type TrackLayout } from "./track-layout";

const words = text.timeline;
const gradients = "gradients";

interface Lane {
  readonly key: string;
  readonly path: Block["path"];
}

function lanesOf(blocks: readonly Block[]): readonly Lane[] {
  const found = new Map<string, Lane>([["", { key: "", path: [] }]]);
  for (const block of blocks) {
    const key = laneOf(block);
    if (key !== gradients && !found.has(key)) found.set(key, { key, path: block.path });
  }
  const hasGradients = blocks.some((block) => block.kind === "accumulate");
  return [...found.values(), ...(hasGradients ? [{ key: gradients, path: [] }] : [])];
}

function LaneLabel({ lane, names }: { readonly lane: Lane; readonly names: Names }) {
  const isLoop = names.turnOf(lane.path) !== null;
  const Icon = lane.key === gradients ? Diamond : lane.path.length === 0 ? Workflow : isLoop ? Repeat2 : SquareFunction;
  return (
    <div
      className="flex items-center gap-2 border-b border-line pr-2 text-small text-text2"
      style={{ height: lanePitch, paddingLeft: 12 + 8 * Math.max(lane.path.length - 1, 0) }}
    >
      <Icon
        size={13}
        strokeWidth={1.75}
        className={lane.key === gradients ? "shrink-0 fill-[var(--member)] text-member" : "shrink-0 text-text3"}
        aria-hidden
      />
      <MiddleText text={lane.key === gradients ? words.gradients : names.laneName(lane.path)} />
    </div>
  );
}

/** From where forward kept what this backward needs: a dashed route between the two blocks of a node. */
function Kept({ layout, rows }: { readonly layout: TrackLayout; readonly rows: ReadonlyMap<string, number> }) {
  const app = useApp();
  const { at, blocks } = useStore(app.timeline);
  const block = blocks[at];
  if (block?.kind !== "backward") return null;
  const twin = blocks.findIndex((other) => other.kind === "forward" && other.entry === block.entry);
  const [from, to] = [layout.places[twin], layout.places[at]];
  const costs = [...app.analysis.getState().analysis.graphs.values()].flatMap(
    ({ costs }) => costs.get(block.node) ?? [],
  );
  const saved = costs[0]?.savedBytes ?? 0;
  if (from === undefined || to === undefined || saved === 0) return null;
  const y = (rows.get(laneOf(block)) ?? 0) * lanePitch + 4 + blockHeight;
  const [x1, x2] = [from.left + from.width / 2, to.left + to.width / 2];
  return (
    <>
      <svg className="pointer-events-none absolute inset-0 size-full overflow-visible" aria-hidden>
        <path
          d={`M${x1},${y}v4h${x2 - x1}v-4`}
          fill="none"
          stroke="var(--accent)"
          strokeWidth={1.3}
          strokeDasharray="4 3"
        />
      </svg>
      <span
        className="pointer-events-none absolute z-10 -translate-x-1/2 rounded-field bg-panel px-1.5 font-mono text-tick whitespace-nowrap text-accent"
        style={{ left: (x1 + x2) / 2, top: y - 3 }}
      >
        {words.kept(printBytes(saved))}
      </span>
    </>
  );
}

/** The number of the op the playhead is on, over a line through all lanes. */
function Playhead({ layout }: { readonly layout: TrackLayout }) {
  const app = useApp();
  const at = useStore(app.timeline, (state) => state.at);
  const place = layout.places[at];
  if (place === undefined) return null;
  return (
    <div
      className="pointer-events-none absolute inset-y-0 z-20 flex -translate-x-1/2 flex-col items-center"
      style={{ left: place.left + place.width / 2 }}
      aria-hidden
    >
      <span className="rounded-field bg-accent px-1.5 font-mono text-tick font-semibold text-onaccent">{at + 1}</span>
      <span className="h-2.5 w-0.5 bg-accent" />
    </div>
  );
}

/** What "Backward 11 ops" takes, and half of the playhead's number, px. */
const [passWidth, headHalf] = [112, 14];

interface PassLabelProps {
  readonly left: number;
  /** Where the playhead stands, if it does. */
  readonly head: number | null;
  readonly words: string;
  readonly ops: number;
}

/** What begins here and how long it is; it makes way for the playhead's number. */
function PassLabel({ left, head, words: pass, ops }: PassLabelProps) {
  const isUnder = head !== null && head + headHalf > left && head - headHalf < left + passWidth;
  return (
    <span className="absolute top-1.5 whitespace-nowrap" style={{ left: isUnder ? head + headHalf + 4 : left }}>
      <span className="font-[550] text-text">{pass}</span> {words.ops(ops)}
    </span>
  );
}

function Ruler({ blocks, layout }: { readonly blocks: readonly Block[]; readonly layout: TrackLayout }) {
  const app = useApp();
  const at = useStore(app.timeline, (state) => state.at);
  const count = (kind: Block["kind"]): number => blocks.filter((block) => block.kind === kind).length;
  const first = blocks.findIndex((block) => block.kind === "backward");
  const place = layout.places[at];
  const head = place === undefined ? null : place.left + place.width / 2;
  const scrub = (event: PointerEvent<HTMLDivElement>): void => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    seek(app.timeline, nearestBlock(layout, x));
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={words.scrub}
      aria-valuemin={1}
      aria-valuemax={blocks.length}
      aria-valuenow={Math.max(at + 1, 1)}
      className="relative h-7 touch-none text-small text-text2 select-none"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        scrub(event);
      }}
      onPointerMove={(event) => event.buttons === 1 && scrub(event)}
      onKeyDown={(event) => {
        const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
        if (by === 0) return;
        event.preventDefault();
        seek(app.timeline, at + by);
      }}
    >
      <PassLabel left={0} head={head} words={words.forwardPass} ops={count("forward")} />
      {first !== -1 && (
        <PassLabel
          left={layout.places[first]?.left ?? 0}
          head={head}
          words={words.backwardPass}
          ops={count("backward")}
        />
      )}
      <Playhead layout={layout} />
    </div>
  );
}

/** Labels that stay, and the track that scrolls under its playhead. */
export function Track({ timeline, names }: { readonly timeline: Timeline; readonly names: Names }) {
  const app = useApp();
  const blocks = useStore(app.timeline, (state) => state.blocks);
  const at = useStore(app.timeline, (state) => state.at);
  const lanes = useMemo(() => lanesOf(blocks), [blocks]);
  const layout = useMemo(() => layOut(blocks, timeline, names), [blocks, timeline, names]);
  const rows = useMemo(() => new Map(lanes.map(({ key }, i) => [key, i])), [lanes]);
  const scroll = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = scroll.current;
    const place = layout.places[at];
    if (element === null || place === undefined) return;
    if (place.left < element.scrollLeft + 60 || place.left > element.scrollLeft + element.clientWidth - 140)
      element.scrollLeft = Math.max(0, place.left - element.clientWidth * 0.6);
  }, [at, layout]);
  return (
    <div className="flex min-h-0 flex-1 overflow-y-auto">
      <div className="w-40 shrink-0 border-r border-line pt-7">
        {lanes.map((lane) => (
          <LaneLabel key={lane.key} lane={lane} names={names} />
        ))}
      </div>
      <div ref={scroll} className="min-w-0 flex-1 overflow-x-auto overflow-y-clip">
        <div className="px-3" style={{ width: Math.max(layout.width + 24) }}>
          <Ruler blocks={blocks} layout={layout} />
        </div>
        <div className="relative min-w-full" style={{ width: layout.width + 24, height: lanes.length * lanePitch }}>
          {lanes.map((lane, i) => (
            <span
              key={lane.key}
              className="absolute inset-x-0 h-px bg-line"
              style={{ top: (i + 1) * lanePitch - 1 }}
              aria-hidden
            />
          ))}
          <div className="absolute inset-y-0 left-3" style={{ width: layout.width }}>
            {blocks.map((block, index) => (
              <BlockButton
                key={`${block.kind} ${block.entry} ${block.contribution} ${laneOf(block)}`}
                block={block}
                timeline={timeline}
                index={index}
                left={layout.places[index]?.left ?? 0}
                width={layout.places[index]?.width ?? 0}
                top={(rows.get(laneOf(block)) ?? 0) * lanePitch + 3}
                glyph={names.face(block)?.glyph ?? "·"}
                name={names.blockName(block, timeline)}
              />
            ))}
            <Kept layout={layout} rows={rows} />
          </div>
        </div>
      </div>
    </div>
  );
}
