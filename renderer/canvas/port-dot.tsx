/** @file A port: its shape is its kind, its colour the dtype; hollow while something must still be connected. */
import { Handle, Position } from "reactflow";
import { classNames } from "../ui/class-names";
import { dtypeToken, type PortView } from "../nodes/node-view";
import type { DType } from "@chainrule/engine/analysis";

interface PortDotProps {
  readonly port: PortView;
  readonly dtype: DType | null;
  readonly connected: boolean;
}

/** The dot on a node's border. */
export function PortDot({ port, dtype, connected }: PortDotProps) {
  const token = port.kind === "grad" ? "grad" : dtypeToken(dtype);
  const isHollow = port.side === "input" && port.required && !connected;
  const colour = `var(--${token})`;
  const shape = {
    value: "!rounded-full",
    parameter: "!size-[10px] rotate-45 !rounded-[2px]",
    grad: "[clip-path:polygon(0_50%,100%_0,100%_100%)]",
    order: "rounded-none !w-[6px]",
  }[port.kind];
  return (
    <Handle
      type={port.side === "input" ? "target" : "source"}
      position={port.side === "input" ? Position.Left : Position.Right}
      id={port.name}
      role="img"
      aria-label={port.name}
      title={port.name}
      style={{
        top: port.y,
        background: isHollow ? "var(--canvas)" : colour,
        borderColor: isHollow ? colour : "var(--canvas)",
      }}
      className={classNames("!size-[11px] !min-h-0 !min-w-0 !border-2 transition-[scale] hover:scale-125", shape)}
    />
  );
}
