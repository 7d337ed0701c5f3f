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
  /** The inner half of a port on a region's border, which draws the dot. */
  readonly isInner: boolean;
}

/** Shapes of 10 px in a box of 14, which leaves 2 px for the ring. */
const outlines: Readonly<Record<PortKind, string>> = {
  value: "M7,2A5,5 0 0 1 7,12A5,5 0 0 1 7,2Z",
  parameter: "M7,1.2L12.8,7L7,12.8L1.2,7Z",
  grad: "M12,2V12L2,7Z",
  order: "M4.5,2H9.5V12H4.5Z",
};
const hollow = "M7,4A3,3 0 0 1 7,10A3,3 0 0 1 7,4Z";

/** Beside the border, so that the other half of the dot stays the region's own port. */
const innerHalf: Readonly<Record<PortView["side"], CSSProperties>> = {
  output: { left: 1, right: "auto", transform: "translate(0, -50%)" },
  input: { right: 1, left: "auto", transform: "translate(0, -50%)" },
};

/** The dot on a node's border. */
export function PortDot({ port, dtype, connected, isInner }: PortDotProps) {
  const token = port.kind === "grad" || port.kind === "order" ? port.kind : dtypeToken(dtype);
  const isHollow = port.side === "input" && port.required && !connected;
  return (
    <Handle
      type={port.side === "input" ? "target" : "source"}
      position={port.side === "input" ? Position.Left : Position.Right}
      id={port.name}
      role="img"
      aria-label={port.name}
      title={port.name}
      style={{ top: port.y, ...(isInner && innerHalf[port.side]) }}
      data-free={port.isFree ? "" : undefined}
      className={classNames(
        "!min-h-0 !min-w-0 !border-0 !bg-transparent",
        isInner ? "!h-[14px] !w-[7px]" : "!size-[14px] transition-[scale] hover:scale-125",
      )}
    >
      {!isInner && (
        <svg viewBox="0 0 14 14" className="pointer-events-none block size-full overflow-visible" aria-hidden>
          <path
            d={outlines[port.kind]}
            fill={`var(--${token})`}
            stroke="var(--canvas)"
            strokeWidth={4}
            strokeLinejoin="round"
            paintOrder="stroke"
          />
          {isHollow && <path d={hollow} fill="var(--canvas)" />}
        </svg>
      )}
    </Handle>
  );
}
