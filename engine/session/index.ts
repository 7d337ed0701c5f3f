/** @file The door of the session room for clients: the protocol, a typed client, ports. An engine's host is in ./host. */
export * from "./client";
export { patchedHash, wholeHash } from "./document-hash";
export * from "./payloads";
export * from "./port";
export * from "./protocol";
export * from "./timeline-payload";
