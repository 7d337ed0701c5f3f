/** An Electron that is here already, or null. */
export function findRuntime(): string | null;
