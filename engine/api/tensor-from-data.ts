/** @file Tensors from numbers of the program: torch.tensor and torch.from_numpy. */
import type { DType } from "../ir/dtype";
import { elementCount, printShape, type Shape } from "../ir/shape";
import { tensorData, type TensorData } from "../ir/tensor";
import { currentGenerator } from "./generator";
import { runtime } from "./runtime";
import { Tensor, type NestedNumbers } from "./tensor";

export interface TensorOptions {
  /** Without it: float32, or int64 where every number is an integer and no gradient is asked for. */
  readonly dtype?: DType;
  readonly requiresGrad?: boolean;
}

function extentsOf(values: NestedNumbers): number[] {
  if (typeof values === "number") return [];
  const inner = values.map(extentsOf);
  const first = inner[0] ?? [];
  const ragged = inner.find((other) => other.join() !== first.join());
  if (ragged) {
    throw new Error(
      `tensor: lists of ${printShape(first)} and ${printShape(ragged)} side by side, expected equal ones.`,
    );
  }
  return [values.length, ...first];
}

function flatten(values: NestedNumbers): number[] {
  return typeof values === "number" ? [values] : values.flatMap(flatten);
}

/** A tensor that holds this host data. */
export function tensorOf(data: TensorData, requiresGrad = false): Tensor {
  const result = new Tensor({ kind: "storage", storage: runtime.createStorage(data, data) });
  return requiresGrad ? result.requiresGrad_() : result;
}

/** torch.tensor: a tensor from a number or nested lists. */
export function tensor(values: NestedNumbers, options: TensorOptions = {}): Tensor {
  const flat = flatten(values);
  const whole = flat.length > 0 && flat.every(Number.isInteger) && options.requiresGrad !== true;
  return tensorOf(
    tensorData(options.dtype ?? (whole ? "int64" : "float32"), extentsOf(values), flat),
    options.requiresGrad,
  );
}

/** A tensor of a shape from a flat, row-major array; a copy. */
export function fromArray(array: ArrayLike<number>, shape: Shape, options: TensorOptions = {}): Tensor {
  if (elementCount(shape) !== array.length) {
    throw new Error(
      `fromArray: ${array.length} numbers, expected ${elementCount(shape)} for shape ${printShape(shape)}. Change one.`,
    );
  }
  return tensorOf(tensorData(options.dtype ?? "float32", shape, array), options.requiresGrad);
}

/** torch.empty(shape).uniform_(low, high): drawn evenly from low to high. */
export function uniform(shape: Shape, low: number, high: number, options: TensorOptions = {}): Tensor {
  const data = currentGenerator().uniform(low, high, elementCount(shape));
  return tensorOf(tensorData(options.dtype ?? "float32", shape, data), options.requiresGrad);
}
