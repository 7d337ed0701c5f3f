/** @file A small picture of a document's root graph: its own nodes and edges, by the edge rules. */
import type { ChainruleDocument, Graph, NodeId } from "@chainrule/engine/analysis";
import { useMemo } from "react";
import { edgePath } from "../overlay/edge-geometry";

interface Box {
  readonly id: NodeId;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly kind: "data" | "member" | "effect" | "loss" | "region" | "op";
}

function kindOf(document: ChainruleDocument, graph: Graph, id: NodeId): Box["kind"] {
  const node = graph.nodes[id];
  if (document.training.loss?.[0] === id) return "loss";
  if (node?.kind === "call") return "member";
  if (node?.kind === "effect") return "effect";
  if (node?.kind === "repeat" || node?.kind === "branch") return "region";
  const fed = graph.edges.some((edge) => edge.to[0] === id);
  return node?.kind === "op" && !fed ? "data" : "op";
}

const sizes: Readonly<Record<Box["kind"], readonly [number, number]>> = {
  data: [90, 50],
  member: [84, 38],
  effect: [150, 50],
  loss: [90, 56],
  region: [220, 90],
  op: [84, 50],
};

/** Nodes that gradients reach: below a parameter and above a loss or backward. */
function learningNodes(document: ChainruleDocument, graph: Graph): ReadonlySet<NodeId> {
  if (!Object.values(graph.nodes).some((node) => node.kind === "effect" && node.effect.kind === "backward"))
    return new Set();
  const spread = (seeds: readonly NodeId[], forward: boolean): Set<NodeId> => {
    const seen = new Set(seeds);
    const stack = [...seeds];
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      for (const edge of graph.edges) {
        const [here, next] = forward ? [edge.from[0], edge.to[0]] : [edge.to[0], edge.from[0]];
        if (here !== id || seen.has(next)) continue;
        seen.add(next);
        stack.push(next);
      }
    }
    return seen;
  };
  const members = Object.keys(graph.nodes).filter((id) => graph.nodes[id]?.kind === "call");
  const above = document.training.loss === null ? members : [document.training.loss[0]];
  const down = spread(members, true);
  const up = spread(above, false);
  return new Set([...down].filter((id) => up.has(id)));
}

const fills: Readonly<Record<Box["kind"], string>> = {
  data: "fill-[var(--float)] opacity-45",
  member: "fill-[var(--member-soft)] stroke-[var(--member)]",
  effect: "fill-[var(--raised)] stroke-[var(--line2)]",
  loss: "fill-[var(--text2)]",
  region: "fill-[var(--raised)] stroke-[var(--line2)] [stroke-dasharray:6_5]",
  op: "fill-[var(--nodehead)] stroke-[var(--line2)]",
};

/** The picture, fitted into its box. */
export function MiniGraph({ document }: { readonly document: ChainruleDocument }) {
  const drawn = useMemo(() => {
    const graph = document.graphs[document.root];
    if (graph === undefined) return null;
    const learning = learningNodes(document, graph);
    const boxes = Object.entries(graph.nodes).map(([id, node]): Box => {
      const kind = kindOf(document, graph, id);
      const [width, height] = sizes[kind];
      return { id, kind, x: node.position.x, y: node.position.y, width, height };
    });
    const places = new Map(boxes.map((box) => [box.id, box]));
    const edges = graph.edges.flatMap((edge) => {
      const from = places.get(edge.from[0]);
      const to = places.get(edge.to[0]);
      if (from === undefined || to === undefined) return [];
      const path = edgePath(
        { x: from.x + from.width, y: from.y + from.height / 2 },
        { x: to.x, y: to.y + to.height / 2 },
      );
      return [{ path, learns: learning.has(from.id) && learning.has(to.id), strong: from.kind === "member" }];
    });
    const left = Math.min(...boxes.map((box) => box.x));
    const top = Math.min(...boxes.map((box) => box.y));
    const right = Math.max(...boxes.map((box) => box.x + box.width));
    const bottom = Math.max(...boxes.map((box) => box.y + box.height));
    return { boxes, edges, view: `${left - 12} ${top - 12} ${right - left + 24} ${bottom - top + 24}` };
  }, [document]);
  if (drawn === null) return null;
  return (
    <svg viewBox={drawn.view} className="size-full" preserveAspectRatio="xMidYMid meet" aria-hidden>
      {drawn.edges.map((edge) => (
        <path
          key={edge.path}
          d={edge.path}
          fill="none"
          strokeLinecap="round"
          {...(edge.learns
            ? { stroke: "var(--grad)", strokeWidth: edge.strong ? 8 : 5, opacity: edge.strong ? 1 : 0.75 }
            : { stroke: "var(--e-none)", strokeWidth: 2.5, strokeDasharray: "1 8" })}
        />
      ))}
      {drawn.boxes.map((box) => (
        <rect
          key={box.id}
          x={box.x}
          y={box.y}
          width={box.width}
          height={box.height}
          rx={9}
          strokeWidth={2.5}
          className={fills[box.kind]}
        />
      ))}
    </svg>
  );
}
