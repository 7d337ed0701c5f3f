/** @file The door of the session room: client and protocol. */
export * from "./client";
export * from "./payloads";
export * from "./port";
export * from "./protocol";
