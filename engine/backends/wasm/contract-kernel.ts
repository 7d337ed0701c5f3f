/** @file Emits a contract kernel: as a loop kernel where it is thin, else as a register-blocked product. */
import type { ContractKernel, KernelNode, LoopKernel, Store } from "../../compile/plan";
import type { FunctionBuilder } from "./function-builder";
import { emitLoopKernel, type KernelSurroundings } from "./loop-kernel";
import { emitProduct } from "./product-kernel";
import { chooseProductShape, productAreas } from "./product-shape";

/** The same sums of products as a loop nest with a reduction over k. */
export function contractAsLoop(kernel: ContractKernel): LoopKernel {
  const { a, b, dtype } = kernel;
  const body: readonly KernelNode[] = [
    {
      kind: "load",
      buffer: a.buffer,
      dtype,
      access: { offset: a.offset, strides: [a.strides[0], a.strides[1], 0, a.strides[2]] },
    },
    {
      kind: "load",
      buffer: b.buffer,
      dtype,
      access: { offset: b.offset, strides: [b.strides[0], 0, b.strides[2], b.strides[1]] },
    },
    { kind: "call", fn: "mul", args: [0, 1], dtype },
  ];
  const stores: readonly Store[] = [];
  return {
    kind: "loop",
    axes: [kernel.batch, kernel.m, kernel.n],
    reduceAxes: [kernel.k],
    body,
    stores,
    reductions: [{ monoid: "sum", node: 2, dtype }],
    epilogue: kernel.epilogue,
    epilogueStores: kernel.epilogueStores,
    label: kernel.label,
  };
}

/** Adds the code of a contract kernel to a function. `packing` is free memory of packingBytes. */
export function emitContractKernel(
  f: FunctionBuilder,
  kernel: ContractKernel,
  surroundings: KernelSurroundings,
  packing: number,
): void {
  const shape = chooseProductShape(kernel);
  if (shape) emitProduct(f, kernel, shape, surroundings, packing);
  else emitLoopKernel(f, contractAsLoop(kernel), surroundings);
}

/** Bytes that emitContractKernel needs for packed operands. */
export function packingBytes(kernel: ContractKernel): number {
  const shape = chooseProductShape(kernel);
  return shape ? productAreas(shape).end : 0;
}
