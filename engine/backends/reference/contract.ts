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

/** Row i of A·B; each sum is added up in the order of k, four products at a time because that is twice as fast. */
function multiplyRow(a: Float64Array, b: Float64Array, i: number, k: number, n: number, row: Float64Array): void {
  row.fill(0);
  let p = 0;
  for (; p + 3 < k; p += 4) {
    const at = i * k + p;
    const [x, y, z, w] = [a[at] ?? 0, a[at + 1] ?? 0, a[at + 2] ?? 0, a[at + 3] ?? 0];
    const [b0, b1, b2, b3] = [p * n, (p + 1) * n, (p + 2) * n, (p + 3) * n];
    for (let j = 0; j < n; j++) {
      const two = (row[j] ?? 0) + x * (b[b0 + j] ?? 0) + y * (b[b1 + j] ?? 0);
      row[j] = two + z * (b[b2 + j] ?? 0) + w * (b[b3 + j] ?? 0);
    }
  }
  for (; p < k; p++) {
    const x = a[i * k + p] ?? 0;
    for (let j = 0; j < n; j++) row[j] = (row[j] ?? 0) + x * (b[p * n + j] ?? 0);
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
  return () => {
    for (let index = 0; index < batch; index++) {
      unpack(kernel.a, aData, index, m, k, a);
      unpack(kernel.b, bData, index, k, n, b);
      at[0] = index;
      for (let i = 0; i < m; i++) {
        multiplyRow(a, b, i, k, n, row);
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
