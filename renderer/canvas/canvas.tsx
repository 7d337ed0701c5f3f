/** @file The canvas: React Flow for nodes and gestures, one GPU layer for all edges, and the search that adds nodes. */
import { ReactFlow, ReactFlowProvider, SelectionMode, useReactFlow, useStoreApi, type NodeChange } from "reactflow";
import "reactflow/dist/style.css";
import { createStore } from "zustand/vanilla";
import { useCallback, useEffect, useRef, useState } from "react";
import type { GraphId } from "@chainrule/engine/analysis";
import { text } from "../text/text";
import { focusScope, insideSteps, scopeKey, select } from "../workspace/workspace";
import type { AddRequest } from "../palette/add-request";
import { AddSearch } from "../palette/add-search";
import { ConnectionLine } from "./connection-line";
import type { CanvasNode } from "./derive-nodes";
import { scopeAt } from "./scene-places";
import { useCamera } from "./use-camera";
import { useScene } from "./use-scene";
import { EdgeCanvas } from "./edge-canvas";
import { nearestEdge, type PlacedEdge } from "./edge-places";
import { EdgeMarks } from "./edge-marks";
import { EmptyCanvas } from "./empty-canvas";
import { FlowNode } from "./flow-node";
import { Frames } from "./frames";
import { Legend } from "../overlay/legend";
import { Minimap } from "./minimap";
import { CanvasTools } from "./canvas-tools";
import { countCommit } from "./commit-counter";
import { followChanges } from "./follow-changes";
import { HoverCard, noAttention, type EdgeAttention } from "./hover-card";
import { LeaderLine } from "./leader-line";
import { RefusalCard, type Refusal } from "./refusal-card";
import { BandProvider, useMounted } from "./use-mounted";
import { meets } from "./zoom-band";
import { ChainRuleCard } from "../timeline/chain-rule-card";
import { ConnectSearch } from "./connect-search";
import { Crumbs } from "./crumbs";
import { breakPort, edgesOf, isPortPress, portUnder, type PressedPort } from "./port-gestures";
import { useConnecting } from "./use-connecting";
import { useCut } from "./use-cut";
import { samePort } from "../document/edits/edges";
import { FindSearch } from "./find-search";
import { isInView, nearestZoom } from "./fit";
import type { NodeBox } from "./places";
import "./canvas.css";

const nodeTypes = { chainrule: FlowNode };
const noEdges: never[] = [];
const noNodes: readonly CanvasNode[] = [];
/** Screen pixels within which an edge is under the pointer. */
const edgeReach = 7;
/** Canvas pixels within which an edge takes a node that is dropped on it. */
const insertReach = 24;

function boxOf(node: CanvasNode): NodeBox {
  const { view } = node.data;
  const { x, y } = node.position;
  return { id: view.id, x, y, width: view.width, height: view.height, selected: node.selected === true };
}

function Surface() {
  const { app, graphId, graph, scene, setDragging } = useScene();
  const { nodes, placed } = scene;
  countCommit("canvas");
  const flow = useReactFlow<CanvasNode>();
  const store = useStoreApi();
  const surface = useRef<HTMLDivElement>(null);
  const [adding, setAdding] = useState<{ readonly request: AddRequest; readonly graph: GraphId } | null>(null);
  const [refused, setRefused] = useState<Refusal | null>(null);
  const forgive = useCallback(() => setRefused(null), []);
  // Kept outside React, so that the canvas itself is not drawn again as the pointer passes over edges.
  const [attention] = useState(() => createStore<EdgeAttention>(() => noAttention));
  const carried = useRef<PressedPort | null>(null);
  const camera = useCamera(app, graphId, nodes);
  const { band, drawnBand, area, inPage } = useMounted(nodes, store);

  const focusKey = (): string => scopeKey(insideSteps(app.workspace.getState()));
  const focusedNodes = (): readonly CanvasNode[] => {
    const key = focusKey();
    return nodes.filter((node) => node.data.scope === key && node.data.view.form !== "terminal");
  };

  useEffect(() => {
    app.canvas.attach({
      fit: (ids) => {
        // Asked for, a fit may come a little nearer than one that happens by itself.
        const most = Math.max(1.25, nearestZoom(store.getState().width));
        if (ids === undefined) {
          camera.fitAll(most, app.motionMs(240));
          return;
        }
        const focus = scopeKey(insideSteps(app.workspace.getState()));
        const wanted = new Set(ids.map((id) => focus + id));
        camera.taken();
        camera.fit(
          nodes.filter((node) => wanted.has(node.id)),
          most,
          app.motionMs(240),
        );
      },
      zoomBy: (factor) => {
        camera.taken();
        void flow.zoomTo(flow.getZoom() * factor, { duration: app.motionMs(160) });
      },
      openSearch: (request, inFocus) => openAt(request, inFocus ? focusKey() : undefined),
      centre: () => {
        const box = surface.current?.getBoundingClientRect();
        return box === undefined ? { x: 0, y: 0 } : { x: box.left + box.width / 2, y: box.top + box.height / 2 };
      },
      toCanvas: (point) => flow.screenToFlowPosition(point),
      toScreen: (point) => flow.flowToScreenPosition(point),
      boxes: () => focusedNodes().map(boxOf),
      outputOf: (id) =>
        focusedNodes()
          .find((node) => node.data.view.id === id)
          ?.data.view.ports.find((port) => port.side === "output")?.name ?? null,
      reveal: () => {
        const chosen = nodes.filter((node) => node.selected);
        if (chosen.every((node) => isInView(node, store.getState()))) return;
        camera.taken();
        camera.fit(chosen, flow.getZoom(), app.motionMs(160));
      },
      focus: () => surface.current?.focus(),
    });
    return () => app.canvas.detach();
  });

  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => followChanges(app, scene, changes),
    [app, scene],
  );

  /** Opens the search where a node would go: in the region under the pointer, or in the graph on the canvas. */
  const openAt = (request: AddRequest, within?: string): void => {
    const target = scopeAt(scene, request.position, within);
    if (target === null) return;
    focusScope(app.workspace, target.scope.steps);
    setAdding({
      graph: target.scope.graph,
      request: { ...request, position: target.local },
    });
  };
  const openSearch = (clientX: number, clientY: number, from: AddRequest["from"], within?: string): void =>
    openAt(
      {
        screen: { x: clientX, y: clientY },
        position: flow.screenToFlowPosition({ x: clientX, y: clientY }),
        from,
      },
      within,
    );

  /** Graph and node of a key on the canvas. */
  const dataOf = (key: string): CanvasNode["data"] | undefined => nodes.find((node) => node.id === key)?.data;

  const connecting = useConnecting(app, { element: surface, carried, dataOf, openSearch, refuse: setRefused });

  const edgeAt = (event: { readonly clientX: number; readonly clientY: number }): number => {
    const place = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    return nearestEdge(placed, place, edgeReach / flow.getZoom());
  };
  /** Where edges can be: the pane, and the inside of regions. */
  const isPane = (target: EventTarget): boolean =>
    target instanceof Element &&
    (target.classList.contains("react-flow__pane") || target.classList.contains("chainrule-region"));
  const selectEdge = (edge: PlacedEdge | undefined): void => {
    if (edge !== undefined) focusScope(app.workspace, edge.scope.steps);
    app.workspace.setState({ selection: new Set(), selectedEdge: edge?.edge.to ?? null });
  };

  const cut = useCut(app, placed, (point) => flow.screenToFlowPosition(point));
  const pressPort = (event: MouseEvent): void => {
    attention.setState({ looked: null });
    carried.current = null;
    const pressed = event.button === 0 ? portUnder(event.target as Element, dataOf) : null;
    if (cut.isOn()) event.stopPropagation();
    if (pressed === null) return;
    const isMod = event.ctrlKey || event.metaKey;
    if (isMod && !event.shiftKey) carried.current = pressed;
    if (!isPortPress(event)) return;
    event.stopPropagation();
    event.preventDefault();
    if (event.altKey) {
      breakPort(app, pressed);
      return;
    }
    const [to] = edgesOf(app, pressed);
    const { view, scope } = pressed.node;
    const index = placed.findIndex((one) => to !== undefined && one.scope.key === scope && samePort(one.edge.to, to));
    if (index !== -1) attention.setState({ looked: { index, x: event.clientX, y: event.clientY } });
    else {
      focusScope(app.workspace, scene.scopes.get(scope)?.steps ?? []);
      select(app.workspace, [view.id]);
    }
  };
  /** The edge that a node without edges would be put into. */
  const edgeUnder = (node: CanvasNode): number => {
    const { view, scope } = node.data;
    const isJoined = placed.some(
      (one) => one.scope.key === scope && (one.edge.to[0] === view.id || one.edge.from[0] === view.id),
    );
    if (isJoined || !app.edits.canInsert(view.graph, view.id)) return -1;
    const centre = { x: node.position.x + view.width / 2, y: node.position.y + view.height / 2 };
    const index = nearestEdge(placed, centre, insertReach);
    return placed[index]?.scope.key === scope ? index : -1;
  };

  /** The node under the pointer where nodes are only drawn, innermost first. */
  const farNodeAt = (event: { readonly clientX: number; readonly clientY: number }): CanvasNode | undefined => {
    if (band !== "far") return undefined;
    const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    return nodes.filter((node) => meets(node, { left: x, right: x, top: y, bottom: y })).at(-1);
  };

  return (
    <div
      ref={surface}
      className="chainrule-canvas relative size-full bg-canvas outline-none"
      tabIndex={0}
      role="application"
      aria-label={text.canvas.label(graph?.name ?? "")}
      data-canvas=""
      onPointerDownCapture={cut.begin}
      onMouseDownCapture={(event) => pressPort(event.nativeEvent)}
      onClickCapture={(event) => {
        // It was a press on the port: to React Flow the same keys mean to unselect its node.
        if (isPortPress(event) && portUnder(event.target, dataOf) !== null) event.stopPropagation();
      }}
      onContextMenu={(event) => event.preventDefault()}
      onPointerMove={(event) => {
        app.canvas.pointer = { x: event.clientX, y: event.clientY };
        const index = isPane(event.target) && event.buttons === 0 ? edgeAt(event) : -1;
        if (index === (attention.getState().hovered?.index ?? -1)) return;
        attention.setState({ hovered: index === -1 ? null : { index, x: event.clientX, y: event.clientY } });
      }}
      onPointerLeave={() => {
        app.canvas.pointer = null;
        attention.setState({ hovered: null });
      }}
      onDoubleClick={(event) => {
        if (!isPane(event.target)) return;
        event.stopPropagation();
        const far = farNodeAt(event);
        if (far !== undefined) {
          camera.taken();
          camera.fit([far], 1, app.motionMs(240));
          return;
        }
        const edge = placed[edgeAt(event)];
        if (edge === undefined) openSearch(event.clientX, event.clientY, null);
        else {
          const place = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
          app.edits.reroute(edge.scope.graph, edge.edge.to, scopeAt(scene, place, edge.scope.key)?.local ?? place);
        }
      }}
      onDragOver={(event) => {
        event.preventDefault();
        const target = edgeAt(event);
        if (target !== attention.getState().target) attention.setState({ target });
      }}
      onDragLeave={() => attention.setState({ target: -1 })}
      onDrop={(event) => {
        attention.setState({ target: -1 });
        const key = event.dataTransfer.getData("application/x-chainrule-item");
        const target = scopeAt(scene, flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
        if (key === "" || target === null) return;
        event.preventDefault();
        const edge = placed[edgeAt(event)];
        const onEdge = edge?.scope.key === target.scope.key ? edge.edge.to : null;
        focusScope(app.workspace, target.scope.steps);
        app.edits.placeItem(target.scope.graph, key, target.local, onEdge);
      }}
    >
      {/* Before React Flow, which gives itself no place in the stack: under its nodes and their ports. */}
      <EdgeCanvas placed={placed} flowStore={store} attention={attention} nodes={band === "far" ? nodes : noNodes} />
      <BandProvider value={drawnBand}>
        <ReactFlow<CanvasNode>
          nodes={inPage as CanvasNode[]}
          edges={noEdges}
          nodeTypes={nodeTypes}
          onNodesChange={onNodesChange}
          onNodeDragStart={() => setDragging(true)}
          onNodeDrag={(_, node, dragged) => {
            const target = dragged.length === 1 ? edgeUnder(node) : -1;
            if (target !== attention.getState().target) attention.setState({ target });
          }}
          onNodeDragStop={(_, node) => {
            setDragging(false);
            attention.setState({ target: -1 });
            app.history.endMerge();
            const edge = placed[edgeUnder(node)];
            if (edge !== undefined) app.edits.insertOnEdge(node.data.view.graph, edge.edge.to, node.data.view.id);
          }}
          onNodeClick={(event, node) => {
            // React Flow keeps the others of a selection that is clicked: here a click means this node.
            const { selection } = app.workspace.getState();
            const isPlain = !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey;
            if (isPlain && selection.size > 1 && selection.has(node.data.view.id))
              select(app.workspace, [node.data.view.id]);
            const edge = node.data.view.form === "region" ? placed[edgeAt(event)] : undefined;
            if (edge !== undefined) selectEdge(edge);
          }}
          onNodeDoubleClick={(event, node) => {
            if (isPane(event.target)) return;
            focusScope(app.workspace, scene.scopes.get(node.data.scope)?.steps ?? []);
            app.edits.enterNode(node.data.view.id);
          }}
          onNodeMouseEnter={(_, node) => app.workspace.setState({ ringedMember: node.data.view.member })}
          onNodeMouseLeave={() => app.workspace.setState({ ringedMember: null })}
          {...connecting}
          onPaneClick={(event) => {
            const far = farNodeAt(event);
            if (far !== undefined) {
              focusScope(app.workspace, scene.scopes.get(far.data.scope)?.steps ?? []);
              select(app.workspace, [far.data.view.id]);
              return;
            }
            const edge = placed[edgeAt(event)];
            if (edge === undefined) focusScope(app.workspace, []);
            selectEdge(edge);
          }}
          onMoveStart={(event) => {
            if (event !== null) camera.taken();
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
          elevateNodesOnSelect={false}
          disableKeyboardA11y
          nodesFocusable={false}
          proOptions={{ hideAttribution: true }}
          aria-label={graph?.name ?? ""}
        >
          <Frames graph={graph} />
          {band !== "far" && <EdgeMarks placed={placed} nodes={nodes} area={area} />}
        </ReactFlow>
      </BandProvider>
      <Crumbs />
      <CanvasTools />
      {graph !== undefined && Object.keys(graph.nodes).length === 0 && <EmptyCanvas />}
      <LeaderLine nodes={nodes} flowStore={store} surface={surface} />
      <ChainRuleCard />
      <div className="@container pointer-events-none absolute inset-0 z-10">
        <Legend />
        <Minimap nodes={nodes} placed={placed} flowStore={store} />
      </div>
      {cut.line}
      <HoverCard attention={attention} placed={placed} />
      {refused !== null && <RefusalCard refusal={refused} onClose={forgive} />}
      <ConnectSearch />
      <FindSearch />
      {adding !== null && <AddSearch request={adding.request} graph={adding.graph} onClose={() => setAdding(null)} />}
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
