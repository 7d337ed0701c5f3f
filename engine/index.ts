/** @file The door of the engine: the public, PyTorch-shaped API. */
export * from "./api";
