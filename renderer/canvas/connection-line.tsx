/** @file The edge under the hand while it is being drawn. */
import type { ConnectionLineComponentProps } from "reactflow";
import { edgePath } from "../overlay/edge-geometry";

/** A line in the edge's own curve, red where it cannot be. */
export function ConnectionLine({ fromX, fromY, toX, toY, fromHandle, connectionStatus }: ConnectionLineComponentProps) {
  const from = { x: fromX, y: fromY };
  const to = { x: toX, y: toY };
  const path = fromHandle?.type === "target" ? edgePath(to, from) : edgePath(from, to);
  const isRefused = connectionStatus === "invalid";
  return (
    <path
      d={path}
      fill="none"
      strokeWidth={2}
      stroke={isRefused ? "var(--err)" : "var(--accent)"}
      {...(isRefused ? { strokeDasharray: "7 4" } : {})}
    />
  );
}
