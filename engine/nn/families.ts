/** @file The families of nn modules: the only list there is. The registry collects what they export. */
export * from "./activation";
export * from "./container";
export * from "./linear";
export * from "./loss";
export * from "./shape";
