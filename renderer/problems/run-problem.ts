/** @file What ended the last run before its end, as a problem: what it says, where it was, and the way there. */
import { useStore } from "zustand";
import { useApp, type App } from "../app/app";
import { goTo } from "../canvas/go-to";
import { placeAlong, type NodePlace } from "../document/paths";
import { nodeName } from "../nodes/node-name";
import type { EngineState } from "../session/run-state";

export interface RunProblem {
  /** The engine's sentence. */
  readonly message: string;
  /** The step that was being made. */
  readonly step: number;
  /** The node to look at, and what it is called; null where none is to blame. */
  readonly node: (NodePlace & { readonly name: string }) | null;
}

/** Null while no run has failed. What no node is to blame for is looked for from the loss. */
export function runProblem(app: App, { failure, step }: Pick<EngineState, "failure" | "step">): RunProblem | null {
  if (failure === null) return null;
  const document = app.history.document();
  const { message, where } = failure;
  const loss = document.training.loss?.[0];
  const through = (where?.path ?? []).map(([node]) => node);
  const id = where?.node ?? loss;
  const place = id == null ? null : placeAlong(document, where?.node == null ? [] : through, id);
  const name = place === null ? null : nodeName(document, place.graph, place.node, app.library);
  return {
    message,
    step: where?.step ?? step,
    node: place === null || name === null ? null : { ...place, name },
  };
}

/** The same, as the engine tells it. */
export function useRunProblem(): RunProblem | null {
  const app = useApp();
  const failure = useStore(app.engine.state, (state) => state.failure);
  const step = useStore(app.engine.state, (state) => state.step);
  return runProblem(app, { failure, step });
}

/** Shows the node that a run's end has to do with. */
export function showRunProblem(app: App, { node }: RunProblem): void {
  if (node !== null) goTo(app, node.graph, [node.node]);
  else app.workspace.setState({ bottomTab: "problems", bottomOpen: true });
}
