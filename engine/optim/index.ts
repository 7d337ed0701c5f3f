/** @file The door of the optim room: every optimiser, and the registry. */
export * from "./families";
export { optimizerNamed, optimizers } from "./registry";
