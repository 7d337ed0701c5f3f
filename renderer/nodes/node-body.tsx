/** @file A node below its header: rows of ports, fields, preview; and the two lines of a parameter. */
import { Clock, Link2 } from "lucide-react";
import type { LiveValue } from "../session/live-values";
import { text } from "../text/text";
import { classNames } from "../ui/class-names";
import { printNumberWithin } from "../ui/number-text";
import { previewHeight, previewInset, rowHeight } from "./node-size";
import type { NodeView } from "./node-view";
import { Preview } from "./preview";

interface BodyProps {
  readonly view: NodeView;
  readonly live: LiveValue | null;
  readonly showPreview: boolean;
  readonly stale: boolean;
}

/** Letters beside the name or "grad" of a parameter. */
const mostLetters = 9;

/** A scalar as it is; of a tensor its RMS. */
function show(tensor: LiveValue["value"] | undefined): string {
  if (tensor === null || tensor === undefined) return "";
  const number = tensor.shape.length === 0 ? (tensor.preview.data[0] ?? NaN) : tensor.statistics.rms;
  return printNumberWithin(number, mostLetters);
}

/** Name and value, and its gradient below. */
export function ParameterBody({ view, live }: { readonly view: NodeView; readonly live: LiveValue | null }) {
  return (
    <div className="flex h-full flex-col justify-center rounded-[5px] border-l-[3px] border-member px-2">
      <div className="flex items-center gap-1.5 text-small leading-[18px]">
        <span className="text-[9px] text-member">◆</span>
        <span className="min-w-0 truncate font-semibold" title={view.fullTitle}>
          {view.title}
        </span>
        {view.shared && <Link2 size={11} className="shrink-0 text-member" aria-label={text.canvas.badges.shared} />}
        <span className={classNames("ml-auto pl-1 font-mono text-[11px]", live?.isStale === true && "text-text3")}>
          {show(live?.value)}
        </span>
      </div>
      <div className="flex items-center text-caption text-text3">
        <span>{text.training.grad}</span>
        <span className={classNames("ml-auto font-mono text-[10.5px]", live?.isStale !== true && "text-text2")}>
          {show(live?.gradient)}
        </span>
      </div>
    </div>
  );
}

function Fields({ view }: { readonly view: NodeView }) {
  if (view.fields.length === 0) return null;
  return (
    <div className="px-[9px] py-0.5">
      {view.fields.map(({ name, value, members = [] }) => (
        <div key={name} className="flex h-6 items-center gap-1 text-caption">
          <span className="mr-auto truncate pr-2 text-text2">{name}</span>
          {members.map((member) => (
            <span key={member} className="rounded-field bg-member-soft px-1.5 font-mono leading-[17px] text-member">
              {member}
            </span>
          ))}
          {value !== "" && (
            <span
              className={classNames(
                "shrink-0 font-mono leading-[17px]",
                value === "✓" ? "text-ok" : "rounded-field border border-line bg-field px-1.5 text-text",
              )}
            >
              {value}
            </span>
          )}
        </div>
      ))}
    </div>
  );
}

function PortNames({ view }: { readonly view: NodeView }) {
  return view.ports.map((port) => (
    <span
      key={port.side + port.name}
      className={classNames(
        "absolute -translate-y-1/2 text-caption text-text2",
        port.side === "input" ? "left-3" : "right-3",
      )}
      style={{ top: port.y }}
    >
      {port.name}
    </span>
  ));
}

/** The wire drawn through a node that hands its input on. */
function Bypass({ view }: { readonly view: NodeView }) {
  const [from, to] = (["input", "output"] as const).map((side) => view.ports.find((port) => port.side === side)?.y);
  if (from === undefined || to === undefined) return null;
  return (
    <svg className="pointer-events-none absolute inset-0 size-full" aria-hidden>
      <path
        d={`M0,${from}C${view.width / 2},${from} ${view.width / 2},${to} ${view.width},${to}`}
        fill="none"
        stroke="var(--text2)"
        strokeWidth={1.6}
      />
    </svg>
  );
}

/** In the corner of the picture that is stale: a narrow header has no room beside its title. */
function StaleBadge() {
  return (
    <span className="absolute top-0 right-0 rounded-bl-field bg-field p-px text-text2">
      <Clock size={11} aria-label={text.canvas.badges.stale} />
    </span>
  );
}

/** Everything under the header. */
export function NodeBody({ view, live, showPreview, stale }: BodyProps) {
  const isBare = view.form === "bare";
  const isBypassed = view.node.flags?.bypassed === true;
  const sides = ["input", "output"].map((side) => view.ports.filter((port) => port.side === side).length);
  const width = view.width - 2 - 2 * (isBare ? previewInset - 1 : 5);
  return (
    <>
      {view.form === "rows" && (
        <>
          <PortNames view={view} />
          <div style={{ height: Math.max(...sides, 1) * rowHeight + 4 }} />
        </>
      )}
      <Fields view={view} />
      {(isBare || view.form === "rows") && (
        <div
          className={classNames("relative mx-auto overflow-hidden rounded-field bg-field", isBare && "mt-[7px]")}
          style={{ width, height: previewHeight }}
        >
          {showPreview && live?.value && (
            <div className={classNames(isBypassed && "opacity-35")}>
              <Preview value={live.value} width={width} height={previewHeight} stale={stale} />
              {stale && <StaleBadge />}
            </div>
          )}
        </div>
      )}
      {isBypassed && <Bypass view={view} />}
    </>
  );
}
