/** @file The families of ops: the only list there is. The registry collects what they export. */
export * from "./activation";
export * from "./arithmetic";
export * from "./comparison";
export * from "./creation";
export * from "./elementary";
export * from "./extremes";
export * from "./identity";
export * from "./linear-algebra";
export * from "./loss";
export * from "./order-views";
export * from "./powers";
export * from "./random";
export * from "./ranges";
export * from "./reduction";
export * from "./selection";
export * from "./shape-views";
export * from "./slicing";
