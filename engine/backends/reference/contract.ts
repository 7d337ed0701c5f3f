/** @file Interprets contract kernels: operands unpacked to float64, products added up in order, the epilogue row by row. */
import type { ContractKernel, ContractOperand } from "../../compile/plan";
import { roundTo, type TypedArray } from "../../ir/tensor";
import { laneCount, prepareLanes, prepareStore, type Run } from "./lanes";

/** One batch of an operand as a row-major matrix. */
function unpack(
  operand: ContractOperand,
  data: TypedArray,
  batch: number,
  rows: number,
  columns: number,
  into: Float64Array,
): void {
  const [perBatch, perRow, perColumn] = operand.strides;
  for (let i = 0; i < rows; i++) {
    let place = operand.offset + perBatch * batch + perRow * i;
    for (let j = 0; j < columns; j++, place += perColumn) into[i * columns + j] = data[place] ?? NaN;
  }
}

/** A kernel over these arrays (by buffer) as a closure. */
export function prepareContract(kernel: ContractKernel, arrays: readonly TypedArray[]): () => void {
  const { batch, m, n, k, dtype } = kernel;
  const [aData, bData] = [arrays[kernel.a.buffer], arrays[kernel.b.buffer]];
  if (!aData || !bData) throw new Error("Invariant: a contract reads two buffers of its plan");
  const a = new Float64Array(m * k);
  const b = new Float64Array(k * n);
  const row = new Float64Array(n);
  const product = new Float64Array(laneCount);
  const epilogue = prepareLanes(kernel.epilogue, arrays, [product]);
  const stores = kernel.epilogueStores.flatMap(({ buffer, access, node }) => {
    const [data, from] = [arrays[buffer], epilogue.registers[node]];
    return data && from ? [prepareStore(access, data, from)] : [];
  });
  const steps = [...epilogue.steps, ...stores];
  const at = new Int32Array(3);
  const run: Run = { at, axis: 2, count: 1 };
  const multiplyRow = (i: number): void => {
    row.fill(0);
    for (let p = 0; p < k; p++) {
      const factor = a[i * k + p] ?? 0;
      const from = p * n;
      for (let j = 0; j < n; j++) row[j] = (row[j] ?? 0) + factor * (b[from + j] ?? 0);
    }
  };
  return () => {
    for (let index = 0; index < batch; index++) {
      unpack(kernel.a, aData, index, m, k, a);
      unpack(kernel.b, bData, index, k, n, b);
      at[0] = index;
      for (let i = 0; i < m; i++) {
        multiplyRow(i);
        at[1] = i;
        for (let start = 0; start < n; start += laneCount) {
          run.count = Math.min(laneCount, n - start);
          at[2] = start;
          for (let j = 0; j < run.count; j++) product[j] = roundTo(dtype, row[start + j] ?? 0);
          for (const step of steps) step(run);
        }
      }
    }
  };
}
