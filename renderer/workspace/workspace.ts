/** @file What the window shows of the open document: which graph, what is selected, which panels. Never saved or undone. */
import type { GraphId, NodeId, PortAddress } from "@chainrule/engine/analysis";
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

/** What a floating surface over the window is about. */
export type Dialog = "commands" | "shortcuts" | "settings" | "export" | null;

export interface WorkspaceState {
  readonly screen: "gallery" | "editor";
  /** From the root to the graph on the canvas. */
  readonly path: readonly GraphStep[];
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
  ringedMember: null,
  fileName: null,
  notice: null,
};

/** A workspace on the gallery. */
export function createWorkspace(): Workspace {
  return createStore<WorkspaceState>(() => initial);
}

/** The graph on the canvas. */
export function currentGraph(state: WorkspaceState): GraphId | null {
  return state.path.at(-1)?.graph ?? null;
}

/** Shows a document's root with nothing selected. */
export function showDocument(workspace: Workspace, root: GraphId, fileName: string | null): void {
  workspace.setState({
    screen: "editor",
    path: [{ graph: root, through: null }],
    selection: new Set(),
    selectedEdge: null,
    fileName,
    notice: null,
  });
}

/** Selects nodes, and no edge. */
export function select(workspace: Workspace, nodes: Iterable<NodeId>): void {
  workspace.setState({ selection: new Set(nodes), selectedEdge: null });
}
