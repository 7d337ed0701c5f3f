/** Sentences about imports of a file that its room may not make; none when all is well. */
export function faultsOf(file: string, imports?: ReadonlySet<string>): string[];
