/** @file What the nodes, lanes and turns of a timeline are called. */
import type { ChainruleDocument, GraphId, GraphNode, NodeId } from "@chainrule/engine/analysis";
import { useMemo } from "react";
import { useApp, type App } from "../app/app";
import { placeAlong } from "../document/paths";
import { mathsOf, type NodeMaths } from "../nodes/node-maths";
import { viewNode } from "../nodes/node-view";
import { text } from "../text/text";
import type { Block, Timeline, TimelineEntry } from "./blocks";

const words = text.timeline;

export interface Face {
  readonly glyph: string;
  /** As a person knows it: the label, else the title. */
  readonly name: string;
  readonly title: string;
  readonly node: GraphNode;
  readonly maths: NodeMaths | null;
}

/** A node by the calls that lead to it: ids are only a graph's own. */
interface Where {
  readonly path: Block["path"];
  readonly node: NodeId | null;
}

export interface Names {
  face(where: Where): Face | undefined;
  nameOf(where: Where | null): string;
  /** A node of a graph. */
  nameIn(graph: GraphId, node: NodeId): string;
  /** A block by its node; the gradient of a module's parameter by the parameter, "fc1.weight". */
  blockName(block: Block, timeline: Timeline): string;
  /** "i = 4" or "turn 2" of a loop; null in a call that is made once. */
  turnOf(path: Block["path"]): string | null;
  /** A lane by the calls that lead to it. */
  laneName(path: Block["path"]): string;
}

function turnName(document: ChainruleDocument, node: GraphNode | undefined, turn: number): string | null {
  if (node?.kind !== "repeat") return null;
  const index = document.graphs[node.body]?.inputs.find((port) => port.role === "index");
  if (index === undefined) return words.turn(turn + 1);
  const { count } = node;
  const at = count.kind === "list" ? (count.values[turn] ?? turn) : (count.from ?? 0) + turn;
  return `${index.name} = ${at}`;
}

/** Where a slot stands in the state_dict: ["model", "fc1", "weight"]; empty for what is no slot. */
function memberPath(entry: TimelineEntry | undefined): readonly string[] {
  const name = entry?.kind === "slot" ? entry.attributes["name"] : null;
  return typeof name === "string" ? name.split(".") : [];
}

const faceKey = (graph: GraphId, node: NodeId): string => `${graph}/${node}`;

function namesOf(app: App, document: ChainruleDocument): Names {
  const faces = new Map<string, Face>();
  for (const [id, graph] of Object.entries(document.graphs)) {
    for (const [node, content] of Object.entries(graph.nodes)) {
      const view = viewNode(document, id, node, content, app.library);
      const { glyph, fullTitle: title } = view;
      const maths = mathsOf(app.library, document, id, content);
      faces.set(faceKey(id, node), { glyph, title, name: content.label ?? title, node: content, maths });
    }
  }
  const face = ({ path, node }: Where): Face | undefined => {
    if (node === null) return undefined;
    const place = placeAlong(document, path.map(([through]) => through), node); // prettier-ignore
    return place?.node === node ? faces.get(faceKey(place.graph, node)) : undefined;
  };
  /** The node that a call is made by. */
  const callerOf = (path: Block["path"]): Face | undefined =>
    face({ path: path.slice(0, -1), node: path.at(-1)?.[0] ?? null });
  const turnOf = (path: Block["path"]): string | null => {
    const [, turn = 0] = path.at(-1) ?? [];
    return turnName(document, callerOf(path)?.node, turn);
  };
  const nameOf = (where: Where | null): string => (where === null ? "" : (face(where)?.name ?? where.node ?? ""));
  return {
    face,
    nameOf,
    nameIn: (graph, node) => faces.get(faceKey(graph, node))?.name ?? node,
    blockName(block, timeline) {
      const member = block.kind === "accumulate" ? memberPath(timeline.entries[block.entry]) : [];
      return member.length > 1 ? member.slice(-2).join(".") : nameOf(block);
    },
    turnOf,
    laneName(path) {
      const last = path.at(-1);
      if (last === undefined) return words.main;
      const title = callerOf(path)?.title ?? last[0];
      const turn = turnOf(path);
      return turn === null ? title : `${title} · ${turn}`;
    },
  };
}

/** The names under which the step was recorded: they stay while the document is edited. */
export function useNames(timeline: Timeline | null): Names {
  const app = useApp();
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  return useMemo(() => namesOf(app, app.history.document()), [app, timeline]);
}
