/** @file A fetched tensor as a screen takes it. */
import type { TensorData } from "../ir/tensor";
import { histogram } from "../probe/histogram";
import { hostStatistics } from "../probe/host-statistics";
import { preview } from "../probe/preview";
import type { TensorView } from "./payloads";

/** Elements sent where the client names no number. */
export const defaultElements = 4096;

/** Type, statistics, histogram and at most `maxElements` elements. */
export function viewTensor(tensor: TensorData, maxElements: number = defaultElements): TensorView {
  const { dtype, shape, data } = tensor;
  return {
    dtype,
    shape,
    statistics: hostStatistics(data),
    histogram: histogram(data),
    preview: preview(tensor, Math.max(1, maxElements)),
  };
}
