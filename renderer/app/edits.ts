/** @file What a person does to the document, by hand or by command: each a named, undoable edit. */
import type { Fix, GraphId, NodeFlags, NodeId, PortAddress } from "@chainrule/engine/analysis";
import { applyFix, portsOf, standardLibrary } from "@chainrule/engine/analysis";
import { copyPiece, pastePiece, type Piece } from "../document/edits/clipboard";
import { randomId, type DocumentDraft } from "../document/edits/draft";
import * as edges from "../document/edits/edges";
import { moveInOrder, type Order } from "../document/edits/orders";
import * as nodes from "../document/edits/nodes";
import * as ports from "../document/edits/ports";
import * as structure from "../document/edits/structure";
import { unpackModule } from "../document/edits/unpack-module";
import type { DocumentHistory } from "../document/history";
import { paletteItems } from "../palette/items";
import { text } from "../text/text";
import { currentGraph, focusScope, insideSteps, select, type Workspace } from "../workspace/workspace";

type Position = { readonly x: number; readonly y: number };
const words = text.undo;

/** Edits of the open document. Positions are canvas pixels. */
export class Edits {
  constructor(
    private readonly history: DocumentHistory,
    private readonly workspace: Workspace,
    private readonly refuse: (words: string) => void,
  ) {}

  private get graph(): GraphId {
    return currentGraph(this.workspace.getState()) ?? this.history.document().root;
  }

  private get selected(): readonly NodeId[] {
    return [...this.workspace.getState().selection];
  }

  /** Any other edit, under a title of its own. */
  change(title: string, recipe: (draft: DocumentDraft) => void, mergeKey?: string): void {
    this.history.edit(title, recipe, mergeKey);
  }

  /** Adds an item of the palette, connected to a port it was dropped from or put into an edge it was dropped on. */
  placeItem(
    graph: GraphId,
    key: string,
    position: Position,
    onEdge: PortAddress | null,
    from: { readonly node: string; readonly port: string; readonly side: "input" | "output" } | null = null,
  ): void {
    const item = paletteItems(this.history.document(), graph).find((candidate) => candidate.key === key);
    if (item === undefined) return;
    const at = { x: Math.round(position.x), y: Math.round(position.y) };
    let placed: readonly NodeId[] = [];
    this.history.edit(words.add(item.title), (draft) => {
      placed = item.place(draft, graph, at, randomId);
      const [first] = placed;
      const [input] = item.inputs;
      const [output] = item.outputs;
      if (first === undefined) return;
      if (onEdge !== null && input !== undefined && output !== undefined)
        edges.insertOnEdge(draft, graph, onEdge, first, { input, output });
      if (from?.side === "output" && input !== undefined)
        edges.connect(draft, graph, [from.node, from.port], [first, input]);
      if (from?.side === "input" && output !== undefined)
        edges.connect(draft, graph, [first, output], [from.node, from.port]);
    });
    select(this.workspace, placed);
  }

  positionNodes(graph: GraphId, positions: ReadonlyMap<NodeId, Position>, mergeKey?: string): void {
    this.history.edit(
      mergeKey === undefined ? words.layout : words.move,
      (draft) => nodes.positionNodes(draft, graph, positions),
      mergeKey,
    );
  }

  /** Puts nodes to new places, and reroute dots on edges; their places are the dots' corners. */
  layOut(
    graph: GraphId,
    positions: ReadonlyMap<NodeId, Position>,
    dots: readonly { readonly to: PortAddress; readonly places: readonly Position[] }[],
  ): void {
    this.history.edit(words.layout, (draft) => {
      nodes.positionNodes(draft, graph, positions);
      for (const { to, places } of dots) for (const place of places) edges.reroute(draft, graph, to, place, randomId);
    });
  }

  connect(graph: GraphId, from: PortAddress, to: PortAddress): void {
    this.history.edit(words.connect, (draft) => edges.connect(draft, graph, from, to));
  }

  disconnect(graph: GraphId, inputs: readonly PortAddress[]): void {
    this.history.edit(words.disconnect, (draft) => edges.disconnect(draft, graph, inputs));
    this.workspace.setState({ selectedEdge: null });
  }

  moveEdges(graph: GraphId, side: "input" | "output", from: PortAddress, to: PortAddress): void {
    this.history.edit(words.moveEdges, (draft) => edges.moveEdges(draft, graph, side, from, to));
  }

  reroute(graph: GraphId, to: PortAddress, position: Position): void {
    this.history.edit(words.reroute, (draft) => void edges.reroute(draft, graph, to, position, randomId));
  }

  /** Whether a node has a port on both sides, so that it can stand in an edge. */
  canInsert(graph: GraphId, node: NodeId): boolean {
    return this.throughPorts(graph, node) !== null;
  }

  private throughPorts(graph: GraphId, node: NodeId): { readonly input: string; readonly output: string } | null {
    const document = this.history.document();
    const content = document.graphs[graph]?.nodes[node];
    if (content === undefined) return null;
    const { inputs, outputs } = portsOf(document, graph, content, standardLibrary);
    const input = (inputs.find((port) => port.required) ?? inputs[0])?.name;
    const [output] = outputs;
    return input === undefined || output === undefined ? null : { input, output };
  }

  /** Puts a node without edges into an edge, by its first ports. */
  insertOnEdge(graph: GraphId, to: PortAddress, node: NodeId): void {
    const ports = this.throughPorts(graph, node);
    if (ports === null) return;
    this.history.edit(words.insert, (draft) => edges.insertOnEdge(draft, graph, to, node, ports));
  }

  /** Deletes the selected nodes, or the selected edge. */
  deleteSelected(): void {
    const edge = this.workspace.getState().selectedEdge;
    if (edge !== null) this.disconnect(this.graph, [edge]);
    const chosen = this.selected;
    if (chosen.length === 0) return;
    this.history.edit(words.remove, (draft) => nodes.removeNodes(draft, this.graph, chosen));
    select(this.workspace, []);
  }

  dissolveSelected(): void {
    const chosen = this.selected;
    this.history.edit(words.dissolve, (draft) => nodes.dissolveNodes(draft, this.graph, chosen));
    select(this.workspace, []);
  }

  /** The selected piece, for the clipboard. */
  copySelected(): Piece | null {
    return this.selected.length === 0 ? null : copyPiece(this.history.document(), this.graph, this.selected);
  }

  paste(
    title: string,
    piece: Piece,
    options: { readonly keepIncoming: boolean; readonly shareMembers: boolean },
  ): void {
    let placed: readonly NodeId[] = [];
    this.history.edit(title, (draft) => {
      placed = pastePiece(draft, this.graph, piece, { by: { x: 40, y: 40 }, ...options }, randomId);
    });
    select(this.workspace, placed);
  }

  duplicate(shareMembers: boolean): void {
    const piece = this.copySelected();
    if (piece !== null)
      this.paste(shareMembers ? words.sharedDuplicate : words.duplicate, piece, {
        keepIncoming: shareMembers,
        shareMembers,
      });
  }

  toggleFlag(flag: keyof NodeFlags): void {
    this.history.edit(words.flag(flag), (draft) => nodes.toggleFlag(draft, this.graph, this.selected, flag));
  }

  rename(node: NodeId, name: string): void {
    this.history.edit(words.rename, (draft) => nodes.renameNode(draft, this.graph, node, name));
  }

  renamePort(graph: GraphId, node: NodeId, name: string): void {
    this.history.edit(words.rename, (draft) => ports.renamePort(draft, graph, node, name));
  }

  setAttribute(graph: GraphId, node: NodeId, name: string, value: unknown, mergeKey?: string): void {
    this.history.edit(words.set(name), (draft) => nodes.setNodeAttribute(draft, graph, node, name, value), mergeKey);
  }

  setMemberAttribute(graph: GraphId, member: string, name: string, value: unknown, mergeKey?: string): void {
    this.history.edit(
      words.set(name),
      (draft) => nodes.setMemberAttribute(draft, graph, member, name, value),
      mergeKey,
    );
  }

  /** Puts a draw or an effect at another position in its graph's order. */
  moveInOrder(graph: GraphId, order: Order, id: string, to: number): void {
    this.history.edit(words.reorder, (draft) => moveInOrder(draft, graph, order, id, to));
  }

  frameSelected(
    boxes: readonly { readonly x: number; readonly y: number; readonly width: number; readonly height: number }[],
  ): void {
    this.history.edit(words.frame, (draft) =>
      structure.frameNodes(draft, this.graph, boxes, text.undo.frame, randomId),
    );
  }

  addNote(position: Position): void {
    this.history.edit(words.note, (draft) => structure.addNote(draft, this.graph, position, "", randomId));
  }

  makeModule(): void {
    const graph = this.history.document().graphs[this.graph];
    if (graph === undefined || !structure.canBecomeModule(graph, this.selected)) {
      this.refuse(text.canvas.noModule);
      return;
    }
    let call: NodeId | null = null;
    this.history.edit(words.module, (draft) => {
      call = structure.makeModule(draft, this.graph, this.selected, "Block", randomId)?.call ?? null;
    });
    if (call === null) this.refuse(text.canvas.noModuleThrough);
    else select(this.workspace, [call]);
  }

  unpackModule(): void {
    const [node] = this.selected;
    if (node === undefined) return;
    let inside: readonly NodeId[] | null = null;
    this.history.edit(words.unpack, (draft) => {
      inside = unpackModule(draft, this.graph, node, randomId);
    });
    if (inside === null) this.refuse(text.canvas.notUnpacked);
    else select(this.workspace, inside);
  }

  applyFix(graph: GraphId, fix: Fix): void {
    const fixed = applyFix(this.history.document(), graph, fix.edit);
    this.history.edit(fix.title, (draft) => {
      Object.assign(
        draft,
        structuredClone({ graphs: fixed.graphs, functions: fixed.functions, training: fixed.training }),
      );
    });
  }

  /** Goes into what a node stands for: a module, a body, a Function's forward. */
  enterNode(id: NodeId): void {
    const document = this.history.document();
    const owner = document.graphs[this.graph];
    const node = owner?.nodes[id];
    if (owner === undefined || node === undefined) return;
    const inner = innerGraph(document, owner, node);
    if (inner === null || document.graphs[inner] === undefined) return;
    this.workspace.setState((state) => ({
      path: [...state.path, ...insideSteps(state), { graph: inner, through: id }],
      selection: new Set(),
      selectedEdge: null,
    }));
  }

  /** From a Function's forward to its backward and back, from one body of a Branch to the other. */
  enterOther(): boolean {
    const { path } = this.workspace.getState();
    const last = path.at(-1);
    const other = last === undefined ? null : otherSide(this.history.document(), last.graph);
    if (last === undefined || other === null) return false;
    this.workspace.setState({
      path: [...path.slice(0, -1), { ...last, graph: other }],
      selection: new Set(),
      selectedEdge: null,
    });
    return true;
  }

  /** Back to the graph around; selects the node that was entered. */
  leave(): boolean {
    const { path } = this.workspace.getState();
    const steps = insideSteps(this.workspace.getState());
    const region = steps.at(-1);
    if (region !== undefined) {
      focusScope(this.workspace, steps.slice(0, -1));
      select(this.workspace, region.through === null ? [] : [region.through]);
      return true;
    }
    const last = path.at(-1);
    if (path.length < 2 || last === undefined) return false;
    this.workspace.setState({
      path: path.slice(0, -1),
      selection: new Set(last.through === null ? [] : [last.through]),
      selectedEdge: null,
    });
    return true;
  }
}

type Document = ReturnType<DocumentHistory["document"]>;

/** The graph beside this one: backward of a forward, the other body of a Branch. */
export function otherSide(document: Document, graph: GraphId): GraphId | null {
  for (const definition of Object.values(document.functions)) {
    if (definition.forward === graph) return definition.backward;
    if (definition.backward === graph) return definition.forward;
  }
  for (const owner of Object.values(document.graphs)) {
    for (const node of Object.values(owner.nodes)) {
      if (node.kind !== "branch") continue;
      if (node.whenTrue === graph) return node.whenFalse;
      if (node.whenFalse === graph) return node.whenTrue;
    }
  }
  return null;
}

/** The graph that a node stands for, or null. */
export function innerGraph(
  document: Document,
  owner: Document["graphs"][string],
  node: Document["graphs"][string]["nodes"][string],
): GraphId | null {
  switch (node.kind) {
    case "call": {
      const type = owner.members[node.member]?.type ?? "";
      return type.startsWith("graph:") ? type.slice("graph:".length) : null;
    }
    case "repeat":
      return node.body;
    case "branch":
      return node.whenTrue;
    case "apply":
      return document.functions[node.function]?.forward ?? null;
    default:
      return null;
  }
}
