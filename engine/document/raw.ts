/** @file Reading of records whose content is not known yet. */
import { printFound, type Damage, type Path } from "./damage";
import { isId } from "./names";

/** The value as a record of unknown content, or null when it is none. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

/** The entries of a record whose keys may be ids, at most `limit` of them; the others are dropped and reported. */
export function entriesOf(
  value: unknown,
  path: Path,
  damage: Damage,
  limit: number,
): readonly (readonly [string, unknown])[] {
  const record = asRecord(value);
  if (record === null) {
    damage.report("document.invalid", path, { expected: "an object", found: printFound(value) });
    return [];
  }
  const entries = Object.entries(record);
  if (entries.length > limit) {
    damage.report("document.tooMany", path, { found: entries.length, limit });
    entries.length = limit;
  }
  return entries.filter(([id]) => {
    if (isId(id)) return true;
    damage.report("document.invalid", [...path, id], {
      expected: "an id of letters, digits, _, - and .",
      found: printFound(id),
    });
    return false;
  });
}

/** The items of a list, at most `limit` of them; the others are dropped and reported. */
export function itemsOf(value: unknown, path: Path, damage: Damage, limit: number): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    damage.report("document.invalid", path, { expected: "a list", found: printFound(value) });
    return [];
  }
  if (value.length <= limit) return value;
  damage.report("document.tooMany", path, { found: value.length, limit });
  return value.slice(0, limit);
}
