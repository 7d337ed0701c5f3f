/** @file A node's header: glyph, title, chip, label, and the badges of its state. */
import { ChevronsUpDown, EyeOff, Link2, Pin, Snowflake, Spline } from "lucide-react";
import { text } from "../text/text";
import { classNames } from "../ui/class-names";
import { headerHeight } from "./node-size";
import type { NodeView } from "./node-view";

const words = text.canvas.badges;

interface HeaderProps {
  readonly view: NodeView;
  readonly backwardDone: boolean;
  /** Draws what is inside in place; null where nothing is. */
  readonly onOpen: (() => void) | null;
}

/** The badge of a member that works in several places. */
function SharedBadge({ name }: { readonly name: string }) {
  return (
    <span
      className="flex shrink-0 items-center gap-1 rounded-field bg-member-soft px-1 font-mono text-[11px] leading-[17px] text-member"
      title={`${words.shared}: ${name}`}
      data-badge="shared"
    >
      <Link2 size={11} aria-hidden />
      {name}
    </span>
  );
}

function Badges({ view, onOpen }: HeaderProps) {
  const { flags } = view.node;
  return (
    <span className="ml-auto flex shrink-0 items-center gap-1.5 text-text3 empty:hidden">
      {view.badge !== null && <SharedBadge name={view.badge} />}
      {view.order !== null && (
        <span className="rounded-field border border-line2 px-[3px] font-mono text-tick text-text2">{view.order}</span>
      )}
      {flags?.muted === true && <EyeOff size={13} aria-label={words.muted} />}
      {flags?.bypassed === true && <Spline size={13} aria-label={words.bypassed} />}
      {flags?.frozen === true && <Snowflake size={13} className="text-float" aria-label={words.frozen} />}
      {flags?.pinned === true && <Pin size={12} aria-label={words.pinned} />}
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
    </span>
  );
}

/** The header, 26 px with the border above it. */
export function NodeHeader(props: HeaderProps) {
  const { view, backwardDone } = props;
  return (
    <div
      className={classNames(
        "relative flex items-center gap-[7px] overflow-hidden rounded-t-[5px] bg-nodehead px-[9px] text-small",
        view.height <= headerHeight && "rounded-b-[5px]",
      )}
      style={{ height: headerHeight - 1 }}
      title={view.fullTitle}
    >
      {view.glyph !== "" && (
        <span className="-mr-px min-w-4 shrink-0 text-center font-mono text-[11px] text-text3">{view.glyph}</span>
      )}
      <span
        className={classNames(
          "shrink-0 font-semibold whitespace-nowrap",
          view.node.flags?.muted === true && "line-through",
        )}
      >
        {view.title}
      </span>
      {view.chip !== null && (
        <span className="shrink-0 rounded-field border border-line bg-field px-[3px] font-mono text-[11px] leading-[15px] text-text">
          {view.chip}
        </span>
      )}
      {view.label !== null && <span className="min-w-0 truncate text-text3">{view.label}</span>}
      <Badges {...props} />
      {backwardDone && (
        <span
          className="absolute top-0 right-[2px] text-[10px] leading-[13px] text-grad"
          role="img"
          aria-label={words.backwardDone}
        >
          ∇
        </span>
      )}
    </div>
  );
}
