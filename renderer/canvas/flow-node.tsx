/** @file React Flow's node type: the node's card with its ports, bound to the live values of its first output. */
import type { NodeProps } from "reactflow";
import { memo, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { NodeCard } from "../nodes/node-card";
import { portKey, type LiveValue } from "../session/live-values";
import type { CanvasNode } from "./derive-nodes";
import { PortDot } from "./port-dot";
import { countCommit } from "./commit-counter";
import { RegionCard } from "./region-card";
import { setRegion } from "./regions";

function useLive(graph: string, node: string, port: string | null): LiveValue | null {
  const { live } = useApp();
  const key = portKey(graph, node, port ?? "");
  return useSyncExternalStore(
    (listener) => live.subscribe(key, listener),
    () => live.get(key),
  );
}

/** One node on the canvas. */
export const FlowNode = memo(function FlowNode({ id, data, selected }: NodeProps<CanvasNode>) {
  const app = useApp();
  const { view } = data;
  const output = view.ports.find((port) => port.side === "output")?.name ?? null;
  const live = useLive(view.graph, view.id, output);
  const findings = useStore(app.analysis, (state) => state.findings(view.graph).get(view.id) ?? null);
  const showPreview = useStore(app.workspace, (state) => state.showPreviews);
  const isActive = useStore(app.timeline, (state) => state.activeNode === view.id);
  const isBackwardDone = useStore(app.timeline, (state) => state.backwardDone.has(view.id));
  const isRinged = useStore(app.workspace, (state) => view.shared && state.ringedMember === view.member);
  countCommit(id);
  const ports = view.ports.map((port) => (
    <PortDot
      key={port.side + port.name}
      port={port}
      dtype={findings?.types.get(port.side + port.name)?.dtype ?? live?.value?.dtype ?? null}
      isInner={view.form === "terminal"}
      connected={findings?.connected.has(port.name) ?? false}
    />
  ));
  if (view.form === "region")
    return (
      <RegionCard id={id} view={view} selected={selected} active={isActive} turn={data.turn}>
        {ports}
      </RegionCard>
    );
  return (
    <NodeCard
      view={view}
      selected={selected}
      live={live}
      diagnostics={findings?.diagnostics ?? []}
      pill={findings?.pill ?? null}
      active={isActive}
      backwardDone={isBackwardDone}
      ringed={isRinged}
      showPreview={showPreview}
      onOpen={view.opens ? () => setRegion(app, id, { open: true }) : null}
    >
      {ports}
    </NodeCard>
  );
});
