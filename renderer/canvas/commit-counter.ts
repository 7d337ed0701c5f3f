/** @file Counts React commits of nodes: canvas.md's costs are counted, not timed. Tests read it off the page. */

const counts = { commits: 0, nodes: new Set<string>() };

/** Called by each node when it draws. */
export function countCommit(node: string): void {
  counts.commits++;
  counts.nodes.add(node);
}

/** Commits and the nodes that made them since the last call. */
export function takeCommits(): { readonly commits: number; readonly nodes: readonly string[] } {
  const taken = { commits: counts.commits, nodes: [...counts.nodes] };
  counts.commits = 0;
  counts.nodes.clear();
  return taken;
}
