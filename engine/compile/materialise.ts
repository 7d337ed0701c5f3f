/** @file When a pointwise value goes to memory instead of being computed where it is used. */
import { elementCount } from "../ir/shape";
import type { Value } from "../ir/value";
import type { Use } from "./needed";
import { sharedCost, type Term } from "./term";

/** Additions that reading an element back from memory is worth. */
const reuseCost = 20;
/** The same, where one element is used at several points. */
const spreadCost = 4;
const spreadFactor = 4;
/** A term with more parts than this is cut, so that kernels stay small. */
const partLimit = 160;

/**
 * True where a stored value beats recomputing: contract operands, dear values with several users or spread over many
 * points, and very long chains. A store that turns out to have all its readers in its own kernel is dropped later.
 */
export function worthStoring(term: Term, value: Value, use: Use | undefined): boolean {
  if (term.kind !== "call" || !use) return false;
  if (use.inMemory) return true;
  if (term.cost < spreadCost) return false;
  const spread = use.points >= spreadFactor * elementCount(value.type.shape);
  if (!spread && term.cost < reuseCost) return false;
  const { cost, size } = sharedCost(term);
  if (size > partLimit) return true;
  return (spread && cost >= spreadCost) || (use.users > 1 && cost >= reuseCost);
}
