/** @file The door of the ops room: every op, and the registry. */
export * from "./families";
export { opNamed, ops } from "./registry";
