/** @file A node as a person sees it: header, fields, preview, badges and states. Its ports are drawn by the canvas. */
import type { Diagnostic } from "@chainrule/engine/analysis";
import { ChevronsUpDown, Clock, EyeOff, Link2, Pin, Snowflake, Spline } from "lucide-react";
import type { ReactNode } from "react";
import { text } from "../text/text";
import { classNames } from "../ui/class-names";
import { printNumber } from "../ui/number-text";
import type { LiveValue } from "../session/live-values";
import { headerHeight, type NodeView } from "./node-view";
import { Preview } from "./preview";

interface NodeCardProps {
  readonly view: NodeView;
  readonly selected: boolean;
  /** The newest value and gradient of its first output. */
  readonly live: LiveValue | null;
  readonly diagnostics: readonly Diagnostic[];
  /** The op that the timeline stands at. */
  readonly active: boolean;
  /** Backward has passed it in the timeline. */
  readonly backwardDone: boolean;
  readonly ringed: boolean;
  readonly showPreview: boolean;
  /** A pill on the top edge: what is wrong, in a few characters. */
  readonly pill: string | null;
  /** Draws what is inside in place; null where nothing is. */
  readonly onOpen: (() => void) | null;
  readonly children: ReactNode;
}

function Badges({
  view,
  backwardDone,
  stale,
  onOpen,
}: {
  readonly view: NodeView;
  readonly backwardDone: boolean;
  readonly stale: boolean;
  readonly onOpen: (() => void) | null;
}) {
  const { flags } = view.node;
  return (
    <span className="ml-auto flex shrink-0 items-center gap-1 text-text3">
      {view.order !== null && (
        <span className="rounded-field border border-line2 px-1 font-mono text-tick text-text2">{view.order}</span>
      )}
      {view.uses > 1 && <Link2 size={13} className="text-member" aria-label="shared" />}
      {flags?.muted === true && <EyeOff size={13} aria-label="muted" />}
      {flags?.bypassed === true && <Spline size={13} aria-label="bypassed" />}
      {flags?.frozen === true && <Snowflake size={13} className="text-float" aria-label="frozen" />}
      {flags?.pinned === true && <Pin size={12} aria-label="pinned" />}
      {onOpen !== null && (
        <button
          type="button"
          className="nodrag rounded-field text-text3 hover:bg-hover hover:text-text"
          aria-label={text.canvas.region.open}
          title={text.canvas.region.open}
          onClick={(event) => {
            event.stopPropagation();
            onOpen();
          }}
        >
          <ChevronsUpDown size={13} />
        </button>
      )}
      {stale && <Clock size={12} aria-label="stale" />}
      {backwardDone && <span className="text-grad">∇</span>}
    </span>
  );
}

function Header({
  view,
  backwardDone,
  stale,
  onOpen,
}: {
  readonly view: NodeView;
  readonly backwardDone: boolean;
  readonly stale: boolean;
  readonly onOpen: (() => void) | null;
}) {
  const isMuted = view.node.flags?.muted === true;
  return (
    <div
      className={classNames(
        "flex items-center gap-1.5 overflow-hidden rounded-t-[5px] bg-nodehead px-2.5 text-small",
        view.height <= headerHeight && "rounded-b-[5px]",
      )}
      style={{ height: headerHeight - 1 }}
      title={view.fullTitle}
    >
      {view.glyph !== "" && (
        <span className="min-w-4 shrink-0 text-center font-mono text-[11px] text-text3">{view.glyph}</span>
      )}
      <span className={classNames("shrink-0 font-semibold whitespace-nowrap", isMuted && "line-through")}>
        {view.title}
      </span>
      {view.chip !== null && (
        <span className="shrink-0 rounded-field bg-field px-1 font-mono text-[11px] text-text">{view.chip}</span>
      )}
      {view.label !== null && <span className="min-w-0 truncate text-text3">{view.label}</span>}
      <Badges view={view} backwardDone={backwardDone} stale={stale} onOpen={onOpen} />
    </div>
  );
}

function ParameterBody({ view, live }: { readonly view: NodeView; readonly live: LiveValue | null }) {
  const value = live?.value;
  const gradient = live?.gradient;
  const show = (tensor: typeof value): string =>
    tensor === null || tensor === undefined
      ? ""
      : tensor.shape.length === 0
        ? printNumber(tensor.preview.data[0] ?? NaN)
        : printNumber(tensor.statistics.rms);
  return (
    <div className="flex h-full flex-col justify-center gap-0.5 rounded-[5px] border-l-[3px] border-member px-2">
      <div className="flex items-center gap-1.5 text-small">
        <span className="text-[9px] text-member">◆</span>
        <span className="min-w-0 truncate font-semibold" title={view.fullTitle}>
          {view.title}
        </span>
        {view.uses > 1 && <Link2 size={12} className="text-member" aria-label="shared" />}
        <span className="ml-auto pl-1 font-mono text-[12px]">{show(value)}</span>
      </div>
      <div className="flex items-center text-caption text-text3">
        <span>grad</span>
        <span className="ml-auto font-mono text-text2">{show(gradient)}</span>
      </div>
    </div>
  );
}

function Fields({ view }: { readonly view: NodeView }) {
  if (view.fields.length === 0) return null;
  return (
    <div className="px-2.5 py-0.5">
      {view.fields.map((field) => (
        <div key={field.name} className="flex h-6 items-center justify-between gap-3 text-caption">
          <span className="truncate text-text2">{field.name}</span>
          <span className="shrink-0 rounded-field bg-field px-1.5 py-px font-mono text-text">{field.value}</span>
        </div>
      ))}
    </div>
  );
}

function PortNames({ view }: { readonly view: NodeView }) {
  return (
    <>
      {view.ports.map((port) => (
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
      ))}
    </>
  );
}

/** Names beside the ports of a node without rows: on hover, while selected, and while an edge is being drawn. */
function PortLabels({ view }: { readonly view: NodeView }) {
  return view.ports.map((port) => (
    <span
      key={port.side + port.name}
      aria-hidden
      className={classNames(
        "chainrule-port-name pointer-events-none absolute z-10 -translate-y-1/2 rounded-field border border-line bg-panel px-1 text-[10.5px] leading-[15px] whitespace-nowrap text-text2",
        port.side === "input" ? "right-full mr-2.5" : "left-full ml-2.5",
      )}
      style={{ top: port.y }}
    >
      {port.name}
    </span>
  ));
}

function Body({
  view,
  live,
  showPreview,
  stale,
}: {
  readonly view: NodeView;
  readonly live: LiveValue | null;
  readonly showPreview: boolean;
  readonly stale: boolean;
}) {
  const preview = view.form === "bare" || view.form === "rows";
  const [from, to] = ["input", "output"].map((side) => view.ports.find((port) => port.side === side)?.y ?? 50);
  const width = view.width - (view.form === "bare" ? 22 : 14);
  const rows =
    view.form === "rows"
      ? Math.max(
          view.ports.filter((p) => p.side === "input").length,
          view.ports.filter((p) => p.side === "output").length,
        )
      : 0;
  return (
    <>
      {view.form === "rows" && <PortNames view={view} />}
      {view.node.flags?.bypassed === true && from !== undefined && to !== undefined && (
        <svg className="pointer-events-none absolute inset-0 size-full" aria-hidden>
          <path
            d={`M0,${from}C${view.width / 2},${from} ${view.width / 2},${to} ${view.width},${to}`}
            fill="none"
            stroke="var(--text2)"
            strokeWidth={1.6}
          />
        </svg>
      )}
      {rows > 0 && <div style={{ height: rows * 20 + 4 }} />}
      <Fields view={view} />
      {preview && (
        <div
          className={classNames("mx-auto overflow-hidden rounded-field bg-field", view.form === "bare" && "mt-1")}
          style={{ width, height: 40 }}
        >
          {showPreview && live?.value && (
            <div className={classNames(view.node.flags?.bypassed === true && "opacity-35")}>
              <Preview value={live.value} width={width} height={40} stale={stale} />
            </div>
          )}
        </div>
      )}
    </>
  );
}

/** One node. Its size is the view's; nothing is measured. */
export function NodeCard(props: NodeCardProps) {
  const { view, selected, live, active, pill } = props;
  const { flags } = view.node;
  const hasError = props.diagnostics.some((diagnostic) => diagnostic.severity === "error");
  const stale = live?.isStale === true;
  if (view.form === "reroute" || view.form === "terminal") {
    return (
      <div
        title={view.fullTitle}
        style={{ width: view.width, height: view.height, background: "var(--canvas)" }}
        className={classNames("rounded-full border-[1.5px]", selected ? "border-accent" : "border-text3")}
      >
        {props.children}
      </div>
    );
  }
  return (
    <div
      style={{ width: view.width, height: view.height }}
      className={classNames(
        "relative rounded-node border bg-node shadow-node transition-[border-color,box-shadow]",
        selected || active
          ? "border-accent shadow-[0_0_0_1px_var(--accent),0_0_0_5px_var(--accent-soft)]"
          : hasError
            ? "border-err shadow-[0_0_0_3px_var(--err-soft)]"
            : props.ringed
              ? "border-member shadow-[0_0_0_1px_var(--member)]"
              : flags?.frozen === true
                ? "border-float"
                : "border-line2 hover:border-text3",
        flags?.muted === true && "opacity-45",
      )}
    >
      {view.form === "parameter" ? (
        <ParameterBody view={view} live={live} />
      ) : (
        <>
          <Header view={view} backwardDone={props.backwardDone} stale={stale} onOpen={props.onOpen} />
          {flags?.collapsed !== true && view.form !== "port" && (
            <Body view={view} live={live} showPreview={props.showPreview} stale={stale} />
          )}
        </>
      )}
      {flags?.breakpoint === true && (
        <span className="absolute -top-1.5 -left-1.5 size-[11px] rounded-full bg-err" aria-label="breakpoint" />
      )}
      {(view.form === "bare" || view.form === "effect") && <PortLabels view={view} />}
      {pill !== null && (
        <span className="absolute -top-2 left-1/2 -translate-x-1/2 rounded-full bg-err px-2 text-[10.5px] leading-4 font-semibold whitespace-nowrap text-[var(--app)]">
          {pill}
        </span>
      )}
      {props.children}
    </div>
  );
}
