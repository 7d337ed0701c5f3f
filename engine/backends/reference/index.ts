/**
 * @file The reference backend: interprets plans over typed arrays, slow and obvious. The oracle of all others.
 *
 * Note [Rounding]: every node computes in float64 and rounds its result to its dtype, as an op of that dtype does; folds and
 * products accumulate in float64 and round once at the end. In float64 nothing is rounded.
 */
import { dtypes } from "../../ir/dtype";
import type { Backend } from "../backend";
import { ReferenceDevice } from "./device";

/** Works everywhere, in every dtype. */
export const referenceBackend: Backend = {
  name: "reference",
  dtypes,
  status: () => Promise.resolve({ ok: true, adapter: "JavaScript, one thread" }),
  open: (options) => Promise.resolve(new ReferenceDevice(options.memoryBudgetBytes)),
};
