/** @file Which items were added lately, so that the search offers them first. */

const key = "chainrule.recent-items";
const most = 12;

function read(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(stored) ? stored.filter((item): item is string => typeof item === "string") : [];
  } catch {
    return [];
  }
}

/** Keys of items with a rank, higher the more recent. */
export function recentItems(): ReadonlyMap<string, number> {
  const listed = read();
  return new Map(listed.map((item, i) => [item, listed.length - i]));
}

/** Puts an item in front. */
export function rememberItem(item: string): void {
  localStorage.setItem(key, JSON.stringify([item, ...read().filter((known) => known !== item)].slice(0, most)));
}
