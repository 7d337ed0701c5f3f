/** @file Joins class names, leaving out what is not set. */

/** "a b" of "a", false, "b". */
export function classNames(...names: readonly (string | false | null | undefined)[]): string {
  return names.filter((name) => typeof name === "string" && name !== "").join(" ");
}
