/** @file How often members are used, counted once for each state of a document. */
import {
  visibleMembers,
  type ChainruleDocument,
  type GraphId,
  type Member,
  type MemberId,
} from "@chainrule/engine/analysis";

interface Uses {
  readonly byMember: ReadonlyMap<Member, number>;
  readonly calls: number;
}

const counted = new WeakMap<ChainruleDocument["graphs"], Uses>();

function usesIn(document: ChainruleDocument): Uses {
  const known = counted.get(document.graphs);
  if (known !== undefined) return known;
  const byMember = new Map<Member, number>();
  let calls = 0;
  for (const [id, graph] of Object.entries(document.graphs)) {
    const members = visibleMembers(document, id);
    for (const node of Object.values(graph.nodes)) {
      if (node.kind !== "call") continue;
      calls++;
      const member = members.get(node.member);
      if (member !== undefined) byMember.set(member, (byMember.get(member) ?? 0) + 1);
    }
  }
  const uses = { byMember, calls };
  counted.set(document.graphs, uses);
  return uses;
}

/** How many nodes of the document call a member: as long as it stays the same, so does what is shared. */
export function countCalls(document: ChainruleDocument): number {
  return usesIn(document).calls;
}

/** Whether one member works in several places: called by several nodes, or by one in a loop, which calls it each turn. */
export function isShared(document: ChainruleDocument, graph: GraphId, id: MemberId): boolean {
  const member = visibleMembers(document, graph).get(id);
  const uses = member === undefined ? 0 : (usesIn(document).byMember.get(member) ?? 0);
  return uses > 1 || (uses === 1 && document.graphs[graph]?.kind === "body");
}
