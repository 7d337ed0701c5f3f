/** @file A port: its shape is its kind, its colour the dtype; hollow while something must still be connected. */
import type { DType } from "@chainrule/engine/analysis";
import type { CSSProperties } from "react";
import { Handle, Position } from "reactflow";
import { classNames } from "../ui/class-names";
import { dtypeToken, type PortKind, type PortView } from "../nodes/node-view";

interface PortDotProps {
  readonly port: PortView;
  readonly dtype: DType | null;
  readonly connected: boolean;
  /** dot: drawn · inner: the inner half of a port on a region's border, which draws it · hidden: of a reroute dot, which is one. */
  readonly look: "dot" | "inner" | "hidden";
  /** Its name appears beside it when it is asked for. */
  readonly isNamed: boolean;
}

/** 10 px of colour and 2 px of ring; circles and diamonds are the element itself, so that a port is one element. */
const shapes: Readonly<Record<PortKind, string>> = {
  value: "!size-[14px] !rounded-full !border-2",
  parameter: "!size-[12px] !rounded-[3px] !border-2",
  grad: "!size-[14px] !rounded-none !border-0",
  order: "!h-[14px] !w-[9px] !rounded-[2px] !border-2",
};

/** Beside the border, so that the other half of the dot stays the region's own port. */
const innerHalf: Readonly<Record<PortView["side"], CSSProperties>> = {
  output: { left: 1, right: "auto", transform: "translate(0, -50%)" },
  input: { right: 1, left: "auto", transform: "translate(0, -50%)" },
};

/** React Flow centres a port by its transform, which the turn has to follow. */
const diamond: Readonly<Record<PortView["side"], CSSProperties>> = {
  output: { transform: "translate(50%, -50%) rotate(45deg)" },
  input: { transform: "translate(-50%, -50%) rotate(45deg)" },
};

/** Points back, the way a gradient goes. */
function GradTriangle() {
  return (
    <svg viewBox="0 0 14 14" className="pointer-events-none block size-full overflow-visible" aria-hidden>
      <path
        d="M12,2V12L2,7Z"
        fill="var(--grad)"
        stroke="var(--canvas)"
        strokeWidth={4}
        strokeLinejoin="round"
        paintOrder="stroke"
      />
    </svg>
  );
}

/** The dot on a node's border. */
export function PortDot({ port, dtype, connected, look, isNamed }: PortDotProps) {
  const colour = port.kind === "order" ? "var(--order)" : `var(--${dtypeToken(dtype)})`;
  const isHollow = port.side === "input" && port.required && !connected;
  const isDrawn = look === "dot" && port.kind !== "grad";
  return (
    <Handle
      type={port.side === "input" ? "target" : "source"}
      position={port.side === "input" ? Position.Left : Position.Right}
      id={port.name}
      role="img"
      aria-label={port.name}
      title={port.name}
      data-free={port.isFree ? "" : undefined}
      data-open={connected || port.isFree ? undefined : ""}
      data-label={isNamed ? port.name : undefined}
      style={{
        top: port.y,
        background: !isDrawn ? "transparent" : isHollow ? "var(--canvas)" : colour,
        borderColor: "var(--canvas)",
        ...(isDrawn && isHollow && { boxShadow: `inset 0 0 0 2px ${colour}` }),
        ...(port.kind === "parameter" && diamond[port.side]),
        ...(look === "inner" && innerHalf[port.side]),
      }}
      className={classNames(
        "!min-h-0 !min-w-0",
        look === "inner" && "!h-[14px] !w-[7px] !border-0",
        look === "hidden" && "!size-[8px] !border-0",
        look === "dot" && `${shapes[port.kind]} transition-[scale] hover:scale-125`,
      )}
    >
      {look === "dot" && port.kind === "grad" && <GradTriangle />}
    </Handle>
  );
}
