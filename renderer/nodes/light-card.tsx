/** @file A node from afar: its box and title, in four elements; everything else would be smaller than a pixel or two. */
import { classNames } from "../ui/class-names";
import { headerHeight } from "./node-size";
import type { NodeView } from "./node-view";

interface LightCardProps {
  readonly view: NodeView;
  readonly selected: boolean;
  readonly hasError: boolean;
}

/** Box, header and title. */
export function LightCard({ view, selected, hasError }: LightCardProps) {
  const isBox = view.form === "region";
  return (
    <div
      style={{ width: view.width, height: view.height }}
      className={classNames(
        "overflow-hidden border",
        isBox ? "chainrule-region rounded-card" : "rounded-node bg-node",
        view.form === "parameter" && "border-l-[6px]",
        selected
          ? "border-accent shadow-[0_0_0_2px_var(--accent)]"
          : hasError
            ? "border-err shadow-[0_0_0_1px_var(--err)]"
            : view.form === "parameter"
              ? "border-line2 border-l-member"
              : "border-line2",
      )}
    >
      {view.form !== "reroute" && view.form !== "terminal" && (
        <div
          className="truncate bg-nodehead px-2 text-[15px] leading-[26px] font-semibold"
          style={{ height: isBox ? 32 : headerHeight }}
        >
          {view.title}
        </div>
      )}
    </div>
  );
}
