/** The first browser found, or null. */
export function findBrowser(): string | null;
