/** @file A node as a person sees it, with the border of its state. Its ports are drawn by the canvas. */
import type { Diagnostic } from "@chainrule/engine/analysis";
import type { ReactNode } from "react";
import type { LiveValue } from "../session/live-values";
import { text } from "../text/text";
import { classNames } from "../ui/class-names";
import { NodeBody, ParameterBody } from "./node-body";
import { NodeHeader } from "./node-header";
import type { NodeView } from "./node-view";

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

/** Border and halo; the first that applies wins (look.md, States). */
function borderOf({ view, selected, active, ringed }: NodeCardProps, hasError: boolean): string {
  if (active) return "border-accent shadow-[0_0_0_1px_var(--accent),0_0_0_6px_var(--accent-soft)]";
  if (selected) return "border-accent shadow-[0_0_0_1px_var(--accent),0_0_0_5px_var(--accent-soft)]";
  if (hasError) return "border-err shadow-[0_0_0_0.5px_var(--err),0_0_0_4px_var(--err-soft)]";
  if (ringed) return "border-member shadow-[0_0_0_1px_var(--member),0_0_0_5px_var(--member-soft)]";
  if (view.node.flags?.frozen === true) return "border-float shadow-node";
  return "border-line2 shadow-node hover:border-text3";
}

/** One node. Its size is the view's; nothing is measured. */
export function NodeCard(props: NodeCardProps) {
  const { view, selected, live, pill } = props;
  const { flags } = view.node;
  const hasError = props.diagnostics.some((diagnostic) => diagnostic.severity === "error");
  const stale = live?.isStale === true;
  if (view.form === "terminal") return <div style={{ width: view.width, height: view.height }}>{props.children}</div>;
  if (view.form === "reroute") {
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
        "relative rounded-node border bg-node transition-[border-color,box-shadow]",
        borderOf(props, hasError),
        flags?.muted === true && "opacity-45",
      )}
    >
      {view.form === "parameter" ? (
        <ParameterBody view={view} live={live} />
      ) : (
        <>
          <NodeHeader view={view} backwardDone={props.backwardDone} onOpen={props.onOpen} />
          {flags?.collapsed !== true && view.form !== "port" && (
            <NodeBody view={view} live={live} showPreview={props.showPreview} stale={stale} />
          )}
        </>
      )}
      {flags?.breakpoint === true && (
        <span
          className="absolute -top-1.5 -left-1.5 size-[11px] rounded-full bg-err"
          role="img"
          aria-label={text.canvas.badges.breakpoint}
        />
      )}
      {pill !== null && (
        <span className="absolute -top-[9px] left-1/2 -translate-x-1/2 rounded-full bg-err px-2 text-[10.5px] leading-4 font-semibold whitespace-nowrap text-[var(--app)]">
          {pill}
        </span>
      )}
      {props.children}
    </div>
  );
}
