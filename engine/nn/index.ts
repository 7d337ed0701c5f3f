/** @file The door of the nn room: every module, and the registry. */
export * from "./families";
export { moduleNamed, modules } from "./registry";
