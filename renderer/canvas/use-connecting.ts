/** @file Pulling an edge: connects two ports, moves the edges of a carried one, or opens the search where it is let go. */
import { useRef, type RefObject } from "react";
import type { Connection, Edge, OnConnect, OnConnectEnd, OnConnectStart } from "reactflow";
import type { PortAddress } from "@chainrule/engine/analysis";
import type { App } from "../app/app";
import type { AddRequest } from "../palette/add-request";
import { text } from "../text/text";
import { connectPorts, refusalOf } from "./connect";
import type { CanvasNode } from "./derive-nodes";
import { moveEdges, type PressedPort } from "./port-gestures";
import type { Refusal } from "./refusal-card";

/** What the canvas knows and does of it. */
interface Surface {
  readonly element: RefObject<HTMLDivElement | null>;
  /** The port whose edges are carried, where Ctrl was held on it. */
  readonly carried: RefObject<PressedPort | null>;
  dataOf(key: string): CanvasNode["data"] | undefined;
  openSearch(clientX: number, clientY: number, from: AddRequest["from"], within: string): void;
  refuse(refusal: Refusal): void;
}

/** React Flow's handlers of it. */
export function useConnecting(app: App, { element, carried, dataOf, openSearch, refuse }: Surface) {
  const pending = useRef<{ readonly node: string; readonly port: string; readonly side: "input" | "output" } | null>(
    null,
  );

  /** The ends that a connection names; null where one is missing, or where they are not of one graph. */
  const endsOf = ({ source, sourceHandle, target, targetHandle }: Connection | Edge) => {
    const [start, end] = [dataOf(source), dataOf(target)];
    if (start === undefined || end === undefined || start.scope !== end.scope) return null;
    const from: PortAddress = [start.view.id, sourceHandle ?? ""];
    const to: PortAddress = [end.view.id, targetHandle ?? ""];
    return { graph: start.view.graph, from, to };
  };

  const onConnectStart: OnConnectStart = (_, { nodeId, handleId, handleType }) => {
    element.current?.setAttribute("data-connecting", "");
    pending.current =
      nodeId === null || handleId === null
        ? null
        : { node: nodeId, port: handleId, side: handleType === "target" ? "input" : "output" };
  };

  const onConnect: OnConnect = (connection) => {
    pending.current = null;
    const ends = endsOf(connection);
    if (ends === null || connection.sourceHandle === null || connection.targetHandle === null) return;
    connectPorts(app, ends.graph, ends.from, ends.to);
  };

  const onConnectEnd: OnConnectEnd = (event, state) => {
    element.current?.removeAttribute("data-connecting");
    const from = pending.current;
    pending.current = null;
    if (from === null || state.isValid === true || !("clientX" in event)) return;
    const start = dataOf(from.node);
    if (start === undefined) return;
    if (state.toNode === null) {
      // What an edge feeds is in the graph of the port it was pulled from, wherever it is dropped.
      openSearch(event.clientX, event.clientY, { ...from, node: start.view.id }, start.scope);
      return;
    }
    const end = dataOf(state.toNode.id);
    if (end === undefined || state.toHandle?.id == null) return;
    const side = state.toHandle.type === "target" ? "input" : "output";
    if (carried.current !== null && side === from.side) {
      moveEdges(app, carried.current, { node: end, port: state.toHandle.id, side });
      return;
    }
    const to = { node: end.view.id, port: state.toHandle.id };
    const reason =
      end.scope === start.scope
        ? refusalOf(app, start.view.graph, { ...from, node: start.view.id }, to)
        : text.canvas.region.otherGraph;
    if (reason !== null) refuse({ reason, x: event.clientX, y: event.clientY });
  };

  const isValidConnection = (connection: Connection | Edge): boolean => {
    const ends = endsOf(connection);
    if (ends === null) return false;
    const [node, port] = ends.from;
    const to = { node: ends.to[0], port: ends.to[1] };
    return refusalOf(app, ends.graph, { node, port, side: "output" }, to) === null;
  };

  return { onConnectStart, onConnect, onConnectEnd, isValidConnection };
}
