/** @file The canvas: React Flow for nodes and gestures, one GPU layer for all edges, and the search that adds nodes. */
import {
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  useStoreApi,
  type NodeChange,
  type OnConnectEnd,
} from "reactflow";
import "reactflow/dist/style.css";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { text } from "../text/text";
import { currentGraph, select } from "../workspace/workspace";
import type { AddRequest } from "../palette/add-request";
import { AddSearch } from "../palette/add-search";
import { ConnectionLine } from "./connection-line";
import { NodeDerivation, type CanvasNode } from "./derive-nodes";
import { EdgeCanvas } from "./edge-canvas";
import { nearestEdge, placeEdges } from "./edge-places";
import { EmptyCanvas } from "./empty-canvas";
import { FlowNode } from "./flow-node";
import { Frames } from "./frames";
import { Legend } from "../overlay/legend";
import { Minimap } from "./minimap";
import { CanvasTools } from "./canvas-tools";
import { EdgeCard } from "../overlay/edge-card";
import { ChainRuleCard } from "../timeline/chain-rule-card";
import { Crumbs } from "./crumbs";
import { connectPorts, refusalOf } from "./connect";
import "./canvas.css";

const nodeTypes = { chainrule: FlowNode };
const noEdges: never[] = [];
/** Screen pixels within which an edge is under the pointer. */
const edgeReach = 7;

/** Nodes and placed edges of the graph on the canvas. */
function useScene() {
  const app = useApp();
  const derivation = useMemo(() => new NodeDerivation(app.library), [app.library]);
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const graphId = useStore(app.workspace, currentGraph);
  const selection = useStore(app.workspace, (state) => state.selection);
  const fonts = useStore(app.fonts);
  const nodes = useMemo(
    () => (graphId === null ? [] : derivation.derive(document, graphId, selection, fonts)),
    [derivation, document, graphId, selection, fonts],
  );
  const graph = graphId === null ? undefined : document.graphs[graphId];
  const placed = useMemo(() => placeEdges(graph?.edges ?? [], nodes), [graph?.edges, nodes]);
  return { app, graphId, graph, nodes, placed };
}

function Surface() {
  const { app, graphId, graph, nodes, placed } = useScene();
  const flow = useReactFlow<CanvasNode>();
  const store = useStoreApi();
  const surface = useRef<HTMLDivElement>(null);
  const [adding, setAdding] = useState<AddRequest | null>(null);
  const [hovered, setHovered] = useState<{ readonly index: number; readonly x: number; readonly y: number } | null>(
    null,
  );
  const pending = useRef<{ readonly node: string; readonly port: string; readonly side: "input" | "output" } | null>(
    null,
  );

  useEffect(() => {
    app.canvas.attach({
      fit: (ids) =>
        void flow.fitView({
          padding: 0.12,
          duration: app.motionMs(240),
          maxZoom: 1.25,
          ...(ids === undefined ? {} : { nodes: ids.map((id) => ({ id })) }),
        }),
      zoomBy: (factor) => void flow.zoomTo(flow.getZoom() * factor, { duration: app.motionMs(160) }),
      openSearch: (request) => setAdding(request),
      centre: () => {
        const box = surface.current?.getBoundingClientRect();
        return box === undefined ? { x: 0, y: 0 } : { x: box.left + box.width / 2, y: box.top + box.height / 2 };
      },
      toCanvas: (point) => flow.screenToFlowPosition(point),
      focus: () => surface.current?.focus(),
    });
    return () => app.canvas.detach();
  }, [app, flow]);

  useEffect(() => {
    if (graphId === null || nodes.length === 0) return;
    const frame = requestAnimationFrame(() => void flow.fitView({ padding: 0.12, maxZoom: 1.1 }));
    return () => cancelAnimationFrame(frame);
    // The camera is fitted when another graph is shown, not when its nodes change.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [graphId, app.history, flow]);

  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      if (graphId === null) return;
      const moved = new Map<string, { x: number; y: number }>();
      const selection = new Set(app.workspace.getState().selection);
      let selects = false;
      for (const change of changes) {
        if (change.type === "position" && change.position !== undefined) moved.set(change.id, change.position);
        if (change.type === "select") {
          selects = true;
          if (change.selected) selection.add(change.id);
          else selection.delete(change.id);
        }
      }
      if (selects) select(app.workspace, selection);
      if (moved.size > 0) app.edits.positionNodes(graphId, moved, "drag");
    },
    [app, graphId],
  );

  const openSearch = (clientX: number, clientY: number, from: AddRequest["from"]): void => {
    setAdding({
      screen: { x: clientX, y: clientY },
      position: flow.screenToFlowPosition({ x: clientX, y: clientY }),
      from,
    });
  };

  const onConnectEnd: OnConnectEnd = (event, state) => {
    const from = pending.current;
    pending.current = null;
    if (from === null || state.isValid === true || !("clientX" in event)) return;
    if (state.toNode === null) openSearch(event.clientX, event.clientY, from);
    else if (graphId !== null && state.toHandle?.id != null) {
      const refusal = refusalOf(app, graphId, from, { node: state.toNode.id, port: state.toHandle.id });
      if (refusal !== null) app.workspace.setState({ notice: { tone: "error", text: refusal } });
    }
  };

  const edgeAt = (event: { readonly clientX: number; readonly clientY: number }): number => {
    const place = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    return nearestEdge(placed, place, edgeReach / flow.getZoom());
  };
  const isPane = (target: EventTarget): boolean =>
    target instanceof Element && target.classList.contains("react-flow__pane");

  return (
    <div
      ref={surface}
      className="chainrule-canvas relative size-full bg-canvas outline-none"
      tabIndex={-1}
      data-canvas=""
      onPointerMove={(event) => {
        app.canvas.pointer = { x: event.clientX, y: event.clientY };
        if (!isPane(event.target) || event.buttons !== 0) {
          if (hovered !== null) setHovered(null);
          return;
        }
        const index = edgeAt(event);
        if (index === -1) {
          if (hovered !== null) setHovered(null);
        } else if (hovered?.index !== index) setHovered({ index, x: event.clientX, y: event.clientY });
      }}
      onPointerLeave={() => {
        app.canvas.pointer = null;
        setHovered(null);
      }}
      onDoubleClick={(event) => {
        if (!isPane(event.target) || graphId === null) return;
        const edge = placed[edgeAt(event)];
        if (edge === undefined) openSearch(event.clientX, event.clientY, null);
        else
          app.edits.reroute(graphId, edge.edge.to, flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        const key = event.dataTransfer.getData("application/x-chainrule-item");
        if (key === "" || graphId === null) return;
        event.preventDefault();
        const edge = placed[edgeAt(event)];
        app.edits.placeItem(
          graphId,
          key,
          flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }),
          edge?.edge.to ?? null,
        );
      }}
    >
      <ReactFlow<CanvasNode>
        nodes={nodes as CanvasNode[]}
        edges={noEdges}
        nodeTypes={nodeTypes}
        onNodesChange={onNodesChange}
        onNodeDragStop={(_, node) => {
          app.history.endMerge();
          if (graphId === null || placed.some(({ edge }) => edge.to[0] === node.id || edge.from[0] === node.id)) return;
          const centre = { x: node.position.x + (node.width ?? 80) / 2, y: node.position.y + (node.height ?? 60) / 2 };
          const edge = placed[nearestEdge(placed, centre, 24)];
          if (edge !== undefined) app.edits.insertOnEdge(graphId, edge.edge.to, node.id);
        }}
        onNodeDoubleClick={(_, node) => app.edits.enterNode(node.id)}
        onNodeMouseEnter={(_, node) => app.workspace.setState({ ringedMember: node.data.view.member })}
        onNodeMouseLeave={() => app.workspace.setState({ ringedMember: null })}
        onConnectStart={(_, start) => {
          pending.current =
            start.nodeId === null || start.handleId === null
              ? null
              : { node: start.nodeId, port: start.handleId, side: start.handleType === "target" ? "input" : "output" };
        }}
        onConnect={(connection) => {
          pending.current = null;
          if (graphId === null || connection.sourceHandle === null || connection.targetHandle === null) return;
          connectPorts(
            app,
            graphId,
            [connection.source, connection.sourceHandle],
            [connection.target, connection.targetHandle],
          );
        }}
        onConnectEnd={onConnectEnd}
        isValidConnection={(connection) =>
          graphId !== null &&
          refusalOf(
            app,
            graphId,
            { node: connection.source, port: connection.sourceHandle ?? "", side: "output" },
            { node: connection.target, port: connection.targetHandle ?? "" },
          ) === null
        }
        onPaneClick={(event) => {
          const edge = placed[edgeAt(event)];
          app.workspace.setState({ selection: new Set(), selectedEdge: edge?.edge.to ?? null });
        }}
        connectionLineComponent={ConnectionLine}
        connectionRadius={26}
        selectionOnDrag
        selectionMode={SelectionMode.Partial}
        panOnDrag={[1, 2]}
        panActivationKeyCode="Space"
        deleteKeyCode={null}
        multiSelectionKeyCode={["Shift", "Control", "Meta"]}
        selectionKeyCode={null}
        zoomOnDoubleClick={false}
        minZoom={0.05}
        maxZoom={3}
        nodeDragThreshold={3}
        onlyRenderVisibleElements={nodes.length > 60}
        elevateNodesOnSelect={false}
        disableKeyboardA11y={false}
        proOptions={{ hideAttribution: true }}
        aria-label={graph?.name ?? ""}
      >
        <Frames graph={graph} />
      </ReactFlow>
      <EdgeCanvas placed={placed} graph={graphId} flowStore={store} hovered={hovered?.index ?? -1} />
      <Crumbs />
      <CanvasTools />
      {graph !== undefined && Object.keys(graph.nodes).length === 0 && <EmptyCanvas />}
      <Legend />
      <ChainRuleCard />
      <Minimap nodes={nodes} placed={placed} flowStore={store} />
      {hovered !== null && placed[hovered.index] !== undefined && (
        <EdgeCard edge={placed[hovered.index]?.edge ?? null} graph={graphId} x={hovered.x} y={hovered.y} />
      )}
      {adding !== null && graphId !== null && (
        <AddSearch request={adding} graph={graphId} onClose={() => setAdding(null)} />
      )}
      <span className="sr-only">{text.canvas.emptyText}</span>
    </div>
  );
}

/** The graph on the canvas. */
export function Canvas() {
  return (
    <ReactFlowProvider>
      <Surface />
    </ReactFlowProvider>
  );
}
