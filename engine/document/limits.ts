/** @file Limits: how large a document may be. A file over them is refused before it costs memory. */

/** Bytes of a file, measured before anything is parsed. */
export const maxFileBytes = 32 * 1024 * 1024;
/** Objects and lists in a file, counted before anything is parsed. */
export const maxContainers = 1_000_000;
/** Objects within objects, and lists within lists. */
export const maxDepth = 64;
export const maxGraphs = 2_000;
export const maxNodesPerGraph = 100_000;
export const maxEdgesPerGraph = 400_000;
export const maxMembersPerGraph = 20_000;
export const maxNameLength = 100;
export const maxTextLength = 20_000;
/** Diagnostics listed for one file; the rest are counted. */
export const maxFileDiagnostics = 200;
