/** @file What the window shows of the open document: which graph, what is selected, which panels. Never saved or undone. */
import type { ChainruleDocument, GraphId, NodeId, PortAddress } from "@chainrule/engine/analysis";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { OverlayMode } from "../overlay/edge-style";

export const bottomTabs = ["training", "timeline", "edges", "problems"] as const;
export type BottomTab = (typeof bottomTabs)[number];
export const sideTabs = ["inspector", "health"] as const;
export type SideTab = (typeof sideTabs)[number];
export const leftTabs = ["add", "outline"] as const;
export type LeftTab = (typeof leftTabs)[number];

/** A step into a graph: the graph, and the node of the graph before that led there. */
export interface GraphStep {
  readonly graph: GraphId;
  readonly through: NodeId | null;
}

/** How a person wants one region of the canvas: drawn in place or not, and which turn's numbers (or side of a branch). */
export interface RegionChoice {
  readonly open?: boolean;
  readonly turn?: number | null;
}

/** What a floating surface over the window is about. */
export type Dialog = "commands" | "shortcuts" | "settings" | "export" | "unsaved" | null;

export interface WorkspaceState {
  readonly screen: "gallery" | "editor";
  /** From the root to the graph on the canvas. */
  readonly path: readonly GraphStep[];
  /** Steps on from the graph on the canvas into its regions, to where the selection is; void once `path` is another. */
  readonly inside: { readonly under: readonly GraphStep[]; readonly steps: readonly GraphStep[] } | null;
  /** By the region's key: the nodes that lead to it from the graph on the canvas, each with a slash. */
  readonly regions: ReadonlyMap<string, RegionChoice>;
  readonly selection: ReadonlySet<NodeId>;
  /** The input end of the selected edge. */
  readonly selectedEdge: PortAddress | null;
  readonly bottomTab: BottomTab;
  readonly sideTab: SideTab;
  readonly leftTab: LeftTab;
  readonly bottomOpen: boolean;
  readonly codeOpen: boolean;
  readonly overlay: OverlayMode;
  readonly showShapes: boolean;
  readonly showPreviews: boolean;
  readonly dialog: Dialog;
  /** The side of the selected node that is being connected by name. */
  readonly connecting: "input" | "output" | null;
  /** Where a node is being looked for. */
  readonly finding: "graph" | "all" | null;
  /** The member whose uses are ringed while one of them is under the pointer. */
  readonly ringedMember: string | null;
  /** Where a file went or came from, if it has one. */
  readonly fileName: string | null;
  /** One sentence about what just happened or failed, and how bad it is. */
  readonly notice: { readonly tone: "info" | "error"; readonly text: string } | null;
}

export type Workspace = StoreApi<WorkspaceState>;

const initial: WorkspaceState = {
  screen: "gallery",
  path: [],
  inside: null,
  regions: new Map(),
  selection: new Set(),
  selectedEdge: null,
  bottomTab: "training",
  sideTab: "inspector",
  leftTab: "add",
  bottomOpen: true,
  codeOpen: false,
  overlay: "magnitude",
  showShapes: false,
  showPreviews: true,
  dialog: null,
  connecting: null,
  finding: null,
  ringedMember: null,
  fileName: null,
  notice: null,
};

/** A workspace on the gallery. */
export function createWorkspace(): Workspace {
  return createStore<WorkspaceState>(() => initial);
}

/** The graph on the canvas, whose regions may be drawn in it. */
export function stageGraph(state: WorkspaceState): GraphId | null {
  return state.path.at(-1)?.graph ?? null;
}

/** The way from the graph on the canvas to the region that holds the selection; empty where that is the graph itself. */
export function insideSteps(state: WorkspaceState): readonly GraphStep[] {
  return state.inside !== null && state.inside.under === state.path ? state.inside.steps : [];
}

/** The key of a scope on the canvas: "" for the graph itself, "repeat/" for a region in it. */
export function scopeKey(steps: readonly GraphStep[]): string {
  return steps.map((step) => `${step.through ?? ""}/`).join("");
}

/** The graph that holds the selection and that commands change: the one on the canvas, or a region drawn in it. */
export function currentGraph(state: WorkspaceState): GraphId | null {
  return insideSteps(state).at(-1)?.graph ?? stageGraph(state);
}

/** Makes a region of the canvas, or with no steps the canvas itself, the graph that selection and commands mean. */
export function focusScope(workspace: Workspace, steps: readonly GraphStep[]): void {
  const state = workspace.getState();
  if (scopeKey(insideSteps(state)) === scopeKey(steps)) return;
  workspace.setState({ inside: steps.length === 0 ? null : { under: state.path, steps } });
}

/** Shows a document's root with nothing selected, and the regions open that it names. */
export function showDocument(
  workspace: Workspace,
  { root, view }: Pick<ChainruleDocument, "root" | "view">,
  fileName: string | null,
): void {
  workspace.setState({
    screen: "editor",
    path: [{ graph: root, through: null }],
    selection: new Set(),
    selectedEdge: null,
    regions: new Map((view.open ?? []).map((key) => [key, { open: true }])),
    fileName,
    notice: null,
  });
}

/** Selects nodes, and no edge. */
export function select(workspace: Workspace, nodes: Iterable<NodeId>): void {
  workspace.setState({ selection: new Set(nodes), selectedEdge: null });
}
