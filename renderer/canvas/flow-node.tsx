/** @file React Flow's node type: the node's card with its ports, bound to the live values of its first output. */
import type { NodeProps } from "reactflow";
import { memo, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import type { MemberId } from "@chainrule/engine/analysis";
import { useApp, type App } from "../app/app";
import { LightCard } from "../nodes/light-card";
import { NodeCard } from "../nodes/node-card";
import { portKey, type LiveValue } from "../session/live-values";
import type { CanvasNode } from "./derive-nodes";
import { isAmong, shows } from "./path-key";
import { PortDot } from "./port-dot";
import { countCommit } from "./commit-counter";
import { RegionCard } from "./region-card";
import { setRegion } from "./regions";
import { useBand } from "./use-mounted";
import { currentGraph, type WorkspaceState } from "../workspace/workspace";

const ignored = (): void => {};

/** The newest value of a port; of none where nothing of it would be shown. */
function useLive(graph: string, node: string, port: string | null): LiveValue | null {
  const { live } = useApp();
  const key = portKey(graph, node, port ?? "");
  return useSyncExternalStore(
    (listener) => (port === null ? ignored : live.subscribe(key, listener)),
    () => (port === null ? null : live.get(key)),
  );
}

/** A member's uses are ringed while the pointer is on one of them, and while one is selected. */
function isMemberRinged(app: App, state: WorkspaceState, member: MemberId | null): boolean {
  if (state.ringedMember === member) return true;
  const graph = currentGraph(state);
  const nodes = graph === null ? undefined : app.history.document().graphs[graph]?.nodes;
  for (const id of state.selection) {
    const node = nodes?.[id];
    if (node?.kind === "call" && node.member === member) return true;
  }
  return false;
}

/** A node with all it shows. */
function WholeNode({ id, data, selected }: NodeProps<CanvasNode>) {
  const app = useApp();
  const { view } = data;
  const output = view.ports.find((port) => port.side === "output")?.name ?? null;
  const showPreview = useStore(app.workspace, (state) => state.showPreviews);
  const live = useLive(view.graph, view.id, showPreview || view.form === "parameter" ? output : null);
  const findings = useStore(app.analysis, (state) => state.findings(view.graph).get(view.id) ?? null);
  const isActive = useStore(app.timeline, ({ activeNode }) => activeNode !== null && shows(app, data, activeNode));
  const isBackwardDone = useStore(app.timeline, ({ backwardDone }) => isAmong(app, data, backwardDone));
  const isRinged = useStore(app.workspace, (state) => view.shared && isMemberRinged(app, state, view.member));
  countCommit(id);
  const ports = view.ports.map((port) => (
    <PortDot
      key={port.side + port.name}
      port={port}
      dtype={findings?.types.get(port.side + port.name)?.dtype ?? live?.value?.dtype ?? null}
      look={view.form === "terminal" ? "inner" : view.form === "reroute" ? "hidden" : "dot"}
      isNamed={view.form === "bare" || view.form === "effect"}
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
}

/** A node from afar. */
function LightNode({ id, data, selected }: NodeProps<CanvasNode>) {
  const app = useApp();
  const { view } = data;
  const hasError = useStore(app.analysis, (state) => state.findings(view.graph).get(view.id)?.pill != null);
  countCommit(id);
  return <LightCard view={view} selected={selected} hasError={hasError} />;
}

/** One node on the canvas. */
export const FlowNode = memo(function FlowNode(props: NodeProps<CanvasNode>) {
  return useBand() === "full" ? <WholeNode {...props} /> : <LightNode {...props} />;
});
