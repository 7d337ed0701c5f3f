/** @file The element types of a tensor and PyTorch's promotion between them. */

/** Every dtype a value can have, in the order of promotion within a kind. */
export const dtypes = ["bool", "int32", "int64", "float32", "float64"] as const;
export type DType = (typeof dtypes)[number];

/** The kinds of promotion: a higher kind always wins over a lower one. */
export type DTypeKind = "bool" | "int" | "float";

const kinds = {
  bool: "bool",
  int32: "int",
  int64: "int",
  float32: "float",
  float64: "float",
} as const satisfies Record<DType, DTypeKind>;

const kindOrder = { bool: 0, int: 1, float: 2 } as const satisfies Record<DTypeKind, number>;

/** The kind of a dtype. */
export function kindOf(dtype: DType): DTypeKind {
  return kinds[dtype];
}

/** True for float32 and float64: the dtypes that gradients have. */
export function isFloat(dtype: DType): boolean {
  return kinds[dtype] === "float";
}

/** The smaller dtype that both convert to without losing their kind (torch.promote_types). */
export function promoteDTypes(a: DType, b: DType): DType {
  return dtypes.indexOf(a) >= dtypes.indexOf(b) ? a : b;
}

/** What promotion looks at in an operand: its dtype, its rank, and whether it was written as a plain number. */
export interface PromotionOperand {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly weak?: boolean;
}

/**
 * The dtype of an operation on these operands (torch.result_type): tensors with dimensions decide, then
 * zero-dimensional tensors, then plain numbers; a later group changes the result only by a higher kind. A plain
 * number carries the default float of its record (float32, or float64 in a float64 run).
 */
export function resultDType(operands: readonly PromotionOperand[], defaultFloat: DType = "float32"): DType {
  const groups: readonly (readonly PromotionOperand[])[] = [
    operands.filter((o) => o.weak !== true && o.shape.length > 0),
    operands.filter((o) => o.weak !== true && o.shape.length === 0),
    operands.filter((o) => o.weak === true),
  ];
  let result: DType | undefined;
  for (const group of groups) {
    if (group.length === 0) continue;
    const dtype = group.map((o) => o.dtype).reduce(promoteDTypes);
    if (result === undefined || kindOrder[kinds[dtype]] > kindOrder[kinds[result]]) result = dtype;
  }
  return result ?? defaultFloat;
}

/** Bytes one element takes in a device's memory: 8 for float64, 4 for every other dtype (int64 is held in 32 bits there). */
export function storageBytes(dtype: DType): 4 | 8 {
  return dtype === "float64" ? 8 : 4;
}
