/** @file What a program may be made of: the declared ops, modules and optimisers, by the names a document uses. */
import type { AnyOp } from "../ir/op";
import type { Module } from "../nn/define-module";
import type { Optimizer } from "../optim/define-optimizer";

/** Looks up declarations; null where there is none of that name. */
export interface Library {
  op(name: string): AnyOp | null;
  /** By member type without its prefix: "Linear" of "nn.Linear". */
  module(name: string): Module | null;
  optimizer(name: string): Optimizer | null;
}
