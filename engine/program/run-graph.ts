/** @file Runs a graph: its nodes in their order, each at its place on the tape. */
import type { NodeId } from "../document/document";
import { nodeLabel } from "../document/labels";
import type { Pieces } from "../ir/pieces";
import { Refusal } from "../ir/refusal";
import type { Origin, Value } from "../ir/value";
import { runEffect } from "./effects";
import { gatherInputs, nodeOf, nothing, type Frame, type NodeRun, type Results } from "./frame";
import { runCall } from "./call";
import { runExpression, runOp } from "./compute";
import { runApply } from "./function";
import { runBranch, runRepeat } from "./regions";
import { makeDiagnostic, PlacedRefusal } from "./report";

function originOf(frame: Frame, node: NodeId, port: string): Origin {
  return { phase: frame.phase, path: frame.path, node, port, ops: [] };
}

function* runNode(run: NodeRun): Pieces<Results> {
  const { node, frame, inputs } = run;
  if (node.flags?.bypassed === true) return bypass(run);
  switch (node.kind) {
    case "op":
      return runOp(run);
    case "expression":
      return runExpression(run);
    case "call":
      return yield* runCall(run);
    case "apply":
      return runApply(run);
    case "repeat":
      return yield* runRepeat(run, node);
    case "branch":
      return yield* runBranch(run, node);
    case "effect":
      return yield* runEffect(run, node.effect);
    case "input":
      return new Map([["out", frame.inputs.get(node.port) ?? null]]);
    case "output":
      frame.outputs.set(node.port, inputs.get("in") ?? null);
      return nothing;
    case "save": {
      const value = inputs.get("in");
      if (value) frame.saved.set(node.as, value);
      return nothing;
    }
    case "reroute":
      return new Map([["out", inputs.get("in") ?? null]]);
    case "unknown":
      return nothing;
  }
}

/** Every output of a bypassed node is its first input. */
function bypass(run: NodeRun): Results {
  const { frame, id, inputs, node } = run;
  const first = inputs.values().next().value ?? null;
  const { edges } = frame.scope.plan.graph;
  const ports = new Set(edges.filter((edge) => edge.from[0] === id).map((edge) => edge.from[1]));
  if (node.kind === "output") frame.outputs.set(node.port, first);
  return new Map([...ports].map((port) => [port, first]));
}

function* runInFrame(frame: Frame, id: NodeId): Pieces<void> {
  const node = nodeOf(frame, id);
  if (!node) return;
  const { tape } = frame.step;
  const inputs = node.flags?.muted === true ? null : gatherInputs(frame, id);
  if (!inputs) {
    if (node.kind === "output") frame.outputs.set(node.port, null);
    return;
  }
  frame.step.checkSize();
  const run: NodeRun = { frame, id, node, inputs, frozen: frame.frozen || node.flags?.frozen === true };
  const place = { phase: frame.phase, path: frame.path, node: id, port: null };
  const work = tape.piecesAt(place, runNode(run));
  const results = yield* node.flags?.noGrad === true ? tape.piecesWithoutGrad(work) : work;
  frame.values.set(id, results);
  for (const [port, value] of results) if (value) tracePort(frame, id, node.name, port, value);
}

function tracePort(frame: Frame, id: NodeId, name: string, port: string, value: Value): void {
  const label = port === "out" ? name : `${name}.${port}`;
  frame.step.tracePort(frame.scope.plan.id, label, originOf(frame, id, port), value);
}

/** Gives a refusal its place: the node it arose at, in the innermost graph. */
function placed(frame: Frame, id: NodeId, refusal: Refusal): PlacedRefusal {
  if (refusal instanceof PlacedRefusal) return refusal;
  const node = nodeOf(frame, id);
  const label = node ? nodeLabel(node, frame.scope.plan.visible, frame.step.library) : id;
  return new PlacedRefusal(
    makeDiagnostic({ graph: frame.scope.plan.id, node: id }, label, refusal.code, refusal.parameters),
  );
}

/**
 * Runs every node of a frame's graph. A refusal ends the step as PlacedRefusal; while building it is noted instead,
 * and what depends on the node is left out.
 */
export function* runGraph(frame: Frame): Pieces<void> {
  for (const id of frame.scope.plan.order) {
    try {
      yield* runInFrame(frame, id);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const refusal = placed(frame, id, error);
      const { check } = frame.step.options;
      if (!check) throw refusal;
      check.add(refusal.diagnostic);
    }
  }
}
