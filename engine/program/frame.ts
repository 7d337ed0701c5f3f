/** @file Frames: one run of one graph within a step, and what nodes of any kind need to be run. */
import type { Edge, GraphNode, NodeId } from "../document/document";
import { own } from "../document/library";
import type { Pieces } from "../ir/pieces";
import type { Origin, Value } from "../ir/value";
import type { Scope } from "./scope";
import type { Path, Step } from "./step";

/** One run of a graph. A value of null was not computed: it is muted, or depends on what is. */
export interface Frame {
  readonly step: Step;
  readonly scope: Scope;
  readonly path: Path;
  readonly phase: Origin["phase"];
  /** Values of the graph's inputs by port. */
  readonly inputs: ReadonlyMap<string, Value | null>;
  /** Parameters read below do not learn. */
  readonly frozen: boolean;
  /** Results of nodes that ran, by node and port. */
  readonly values: Map<NodeId, ReadonlyMap<string, Value | null>>;
  readonly outputs: Map<string, Value | null>;
  /** What save nodes keep, by name. */
  readonly saved: Map<string, Value>;
  /** Runs another graph: regions, calls and Functions go through it. */
  readonly run: (frame: Frame) => Pieces<void>;
}

/** The results of a node by port. */
export type Results = ReadonlyMap<string, Value | null>;

export const nothing: Results = new Map();

/** A node about to run, with its inputs at hand. */
export interface NodeRun {
  readonly frame: Frame;
  readonly id: NodeId;
  readonly node: GraphNode;
  /** Values at wired ports. Ports without an edge are not in it. */
  readonly inputs: ReadonlyMap<string, Value>;
  readonly frozen: boolean;
}

/** A frame for a graph that a node of `outer` owns or calls. */
export function innerFrame(
  run: NodeRun,
  scope: Scope,
  inputs: Frame["inputs"],
  turn: number,
  phase = run.frame.phase,
): Frame {
  const { step, path, run: runGraph } = run.frame;
  return {
    step, scope, phase, inputs,
    path: [...path, [run.id, turn]],
    frozen: run.frozen,
    values: new Map(), outputs: new Map(), saved: new Map(),
    run: runGraph,
  }; // prettier-ignore
}

/** The values at a node's wired ports, each under the identity of its edge; null when one was not computed. */
export function gatherInputs(frame: Frame, id: NodeId): ReadonlyMap<string, Value> | null {
  const inputs = new Map<string, Value>();
  for (const [port, edge] of frame.scope.plan.incoming.get(id) ?? []) {
    const value = readEdge(frame, edge);
    if (!value) return null;
    inputs.set(port, value);
  }
  return inputs;
}

function readEdge(frame: Frame, edge: Edge): Value | null {
  const { step, path, phase, scope } = frame;
  const [from, fromPort] = edge.from;
  const value = frame.values.get(from)?.get(fromPort);
  if (!value) return null;
  const [node, port] = edge.to;
  const carried = step.tape.at({ phase, path, node, port }, () => step.tape.alias(value));
  step.traceEdge(scope.plan.id, edge, path, carried);
  return carried;
}

/** The node of a frame's graph. */
export function nodeOf(frame: Frame, id: NodeId): GraphNode | undefined {
  return own(frame.scope.plan.graph.nodes, id);
}
