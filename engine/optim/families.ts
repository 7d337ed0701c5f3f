/** @file The families of optimisers: the only list there is. The registry collects what they export. */
export * from "./adam";
export * from "./rmsprop";
export * from "./sgd";
