/** @file The blocks of a timeline: one per node and call, forward in order, backward in reverse, gradients as they add up. */
import type { NodeId } from "@chainrule/engine/analysis";
import type { Reply } from "@chainrule/engine/session";

export type Timeline = Reply<"timeline">;
export type TimelineEntry = Timeline["entries"][number];
export type Contribution = TimelineEntry["contributions"][number];
type CallPath = TimelineEntry["origin"]["path"];

/** An input of a node in one call: the edge's own entry, and the value that it carries. */
export interface BlockInput {
  readonly port: string;
  /** Position of the edge. */
  readonly edge: number;
  /** Position of what fed it. */
  readonly source: number;
}

export interface Block {
  readonly kind: "forward" | "backward" | "accumulate" | "update";
  readonly node: NodeId;
  readonly path: CallPath;
  /** Position of the node's result; of the parameter for "accumulate". */
  readonly entry: number;
  readonly inputs: readonly BlockInput[];
  /** For "accumulate": which contribution to the parameter arrives. */
  readonly contribution: number | null;
}

/** Where a block is drawn: the main lane, one per call or turn, or the gradients' own. */
export function laneOf(block: Block): string {
  if (block.kind === "accumulate") return "gradients";
  return block.path.map(([node, turn]) => `${node} ${turn}`).join(" / ");
}

/** Names a block's node among all there are: ids are only a graph's own, and a module may be called twice. */
export function nodeKeyOf({ path, node }: Pick<Block, "path" | "node">): string {
  return path.map(([through]) => `${through}/`).join("") + node;
}

interface Group {
  readonly node: NodeId;
  readonly path: CallPath;
  readonly members: number[];
}

const keyOf = (path: CallPath, node: NodeId): string => JSON.stringify([path, node]);

/** What one node recorded in one call, in the order of its last result. */
function groupsOf(timeline: Timeline, phase: "forward" | "update"): readonly Group[] {
  const groups = new Map<string, Group>();
  timeline.entries.forEach((entry, position) => {
    const { node, path } = entry.origin;
    if (entry.origin.phase !== phase || node === null) return;
    const key = keyOf(path, node);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { node, path, members: [position] });
    else known.members.push(position);
  });
  return [...groups.values()].sort((a, b) => (a.members.at(-1) ?? 0) - (b.members.at(-1) ?? 0));
}

/** The node's result: the last thing it computed, not an edge into it or a number in it. */
function resultOf(timeline: Timeline, group: Group): number | null {
  const results = group.members.filter((position) => {
    const kind = timeline.entries[position]?.kind;
    return kind === "op" || kind === "random" || kind === "boundary" || kind === "data";
  });
  return results.at(-1) ?? null;
}

function inputsOf(timeline: Timeline, group: Group): readonly BlockInput[] {
  return group.members.flatMap((edge) => {
    const entry = timeline.entries[edge];
    const [source] = entry?.operands ?? [];
    if (entry?.kind !== "alias" || entry.origin.port === null || source === undefined || source === null) return [];
    return [{ port: entry.origin.port, edge, source }];
  });
}

/** Blocks in the order in which a person watches them. */
export function blocksOf(timeline: Timeline): readonly Block[] {
  const forward = groupsOf(timeline, "forward").flatMap((group): Block[] => {
    const entry = resultOf(timeline, group);
    return entry === null
      ? []
      : [
          {
            kind: "forward",
            node: group.node,
            path: group.path,
            entry,
            inputs: inputsOf(timeline, group),
            contribution: null,
          },
        ];
  });
  const backward = forward
    .filter((block) => timeline.entries[block.entry]?.gradient != null)
    .reverse()
    .flatMap((block): Block[] => [{ ...block, kind: "backward" }, ...accumulationsAfter(timeline, block)]);
  const update = groupsOf(timeline, "update").flatMap((group): Block[] => {
    const entry = resultOf(timeline, group);
    return entry === null
      ? []
      : [{ kind: "update", node: group.node, path: group.path, entry, inputs: [], contribution: null }];
  });
  return [...forward, ...backward, ...update];
}

/** Contributions to parameters that a node's backward hands out. */
function accumulationsAfter(timeline: Timeline, block: Block): readonly Block[] {
  const direct = block.inputs.map((input) => ({ source: input.source, user: input.edge }));
  const own = timeline.entries.flatMap((entry, position) =>
    entry.kind !== "slot"
      ? []
      : entry.contributions.flatMap(({ user }) =>
          isWithin(timeline, user, block) ? [{ source: position, user }] : [],
        ),
  );
  return [...direct, ...own].flatMap(({ source, user }): Block[] => {
    const parameter = timeline.entries[source];
    if (parameter?.kind !== "slot" || parameter.gradient === null) return [];
    const contribution = parameter.contributions.findIndex((candidate) => candidate.user === user);
    if (contribution === -1) return [];
    const node = parameter.origin.node ?? block.node;
    return [{ kind: "accumulate", node, path: parameter.origin.path, entry: source, inputs: [], contribution }];
  });
}

/** Whether an entry is what the block's node computed itself: a module's own parameters have no edge. */
function isWithin(timeline: Timeline, position: number, block: Block): boolean {
  const entry = timeline.entries[position];
  if (entry === undefined || entry.kind === "alias" || entry.origin.node === null) return false;
  return keyOf(entry.origin.path, entry.origin.node) === keyOf(block.path, block.node);
}
