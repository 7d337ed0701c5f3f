/** @file The families of commands. */
export * from "./edit-commands";
export * from "./file-commands";
export * from "./role-commands";
export * from "./run-commands";
export * from "./select-commands";
export * from "./view-commands";
export * from "./walk-commands";
