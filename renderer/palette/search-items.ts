/** @file Which items a typed query means. */
import type { PaletteItem } from "./palette-item";

/** Items that match a query, best first: the start of a name, then anywhere in it, then its other words. */
export function searchItems(items: readonly PaletteItem[], query: string): readonly PaletteItem[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return items;
  const scored = items.flatMap((item) => {
    const names = [item.title, ...item.search].map((name) => name.toLowerCase());
    const exact = names.findIndex((name) => name === wanted);
    const starts = names.findIndex(
      (name) => name.startsWith(wanted) || name.split(".").some((part) => part.startsWith(wanted)),
    );
    const inside = names.findIndex((name) => name.includes(wanted));
    const fuzzy = names.some((name) => isSubsequence(wanted, name));
    const told = item.summary.toLowerCase().includes(wanted);
    if (exact !== -1) return [{ item, score: exact }];
    if (starts !== -1) return [{ item, score: 10 + starts }];
    if (inside !== -1) return [{ item, score: 30 + inside }];
    if (told) return [{ item, score: 50 }];
    return fuzzy ? [{ item, score: 60 }] : [];
  });
  return scored.sort((a, b) => a.score - b.score || a.item.title.length - b.item.title.length).map(({ item }) => item);
}

function isSubsequence(letters: string, name: string): boolean {
  let at = 0;
  for (const letter of name) if (letter === letters[at]) at++;
  return at === letters.length;
}
