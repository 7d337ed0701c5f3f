/** @file The light door: what a window needs of the engine at each edit. No compiler, no backend. */
export * from "./document/document";
