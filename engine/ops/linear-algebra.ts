/** @file Products of vectors and matrices: mm, mv, dot, bmm, matmul. */
import { defineOp } from "../ir/define-op";
import { operand, type OperandSpec, type OpSignature } from "../ir/op";
import { refuse } from "../ir/refusal";
import { broadcastShapes, elementCount } from "../ir/shape";
import type { TensorType } from "../ir/tensor";
import type { Value } from "../ir/value";
import { mul } from "./arithmetic";
import { t, transpose } from "./order-views";
import { requireNumber, tensorType } from "./output-types";
import { drawn, given, sample } from "./samples";
import { expand, reshape, unsqueeze } from "./shape-views";

type Named = readonly [name: string, type: TensorType];

function requireRank([name, type]: Named, rank: number): void {
  if (type.shape.length === rank) return;
  refuse("rank.mismatch", { operand: name, shape: type.shape, expected: `${rank} dimension${rank === 1 ? "" : "s"}` });
}

/** Refuses operands that are not numbers of one dtype, or whose extents do not meet at the summed dimension. */
function requireProduct(a: Named, b: Named, axisA: number, axisB: number): void {
  requireNumber(a[0], a[1]);
  if (a[1].dtype !== b[1].dtype) {
    refuse("dtype.mismatch", { operand: b[0], dtype: b[1].dtype, expected: `${a[1].dtype}, as ${a[0]} has` });
  }
  requireExtents(a, b, axisA, axisB, "the dimension that is summed");
}

function requireExtents(a: Named, b: Named, axisA: number, axisB: number, place: string): void {
  const extentA = a[1].shape.at(axisA) ?? 0;
  const extentB = b[1].shape.at(axisB) ?? 0;
  if (extentA === extentB) return;
  refuse("dim.extents", {
    a: `${a[0]} [${a[1].shape.join(", ")}]`,
    b: `${b[0]} [${b[1].shape.join(", ")}]`,
    extentA,
    extentB,
    place,
  });
}

function product<const A extends string, const B extends string>(
  a: A,
  b: B,
  described: Omit<OpSignature, "operands" | "attributes" | "category">,
) {
  const operands: readonly [OperandSpec<A, false>, OperandSpec<B, false>] = [operand(a), operand(b)];
  return defineOp({ ...described, operands, attributes: {}, category: "linear algebra" });
}

export const mm = product("input", "mat2", {
  summary: "The product of two matrices.",
  formula: "Y = A B",
  gradientFormula: "\\bar A = \\bar Y B^\\top, \\quad \\bar B = A^\\top \\bar Y",
  label: "Mm",
  glyph: "AB",
  search: ["matrix multiply", "matmul", "product"],
}).rules({
  type: ({ operands: { input, mat2 } }) => {
    requireRank(["input", input], 2);
    requireRank(["mat2", mat2], 2);
    requireProduct(["input", input], ["mat2", mat2], 1, 0);
    return tensorType(input.dtype, [input.shape[0] ?? 0, mat2.shape[1] ?? 0]);
  },
  compute: { kind: "contract", equation: "mk,kn->mn" },
  gradients: {
    input: ({ grad, operands }) => mm(grad, t(operands.mat2)),
    mat2: ({ grad, operands }) => mm(t(operands.input), grad),
  },
  torch: { python: "torch.mm({input}, {mat2})" },
  samples: [
    sample([drawn([2, 3]), drawn([3, 4], -2, 2, 2)]),
    sample([drawn([1, 1]), drawn([1, 1], -2, 2, 2)]),
    sample([drawn([5, 1]), drawn([1, 3], -2, 2, 2)]),
    sample([drawn([0, 3]), drawn([3, 2], -2, 2, 2)]),
    sample([drawn([2, 0]), drawn([0, 2], -2, 2, 2)]),
    sample([drawn([9, 17]), drawn([17, 10], -2, 2, 2)]),
    sample([drawn([2, 3], -2, 2, 1, "float64"), drawn([3, 2], -2, 2, 2, "float64")]),
    sample([given([1, -2, 3, 40000, 5, 6], [2, 3], "int64"), given([7, 8, -9, 10, 11, 12], [3, 2], "int64")]),
    sample([given([1, -2, 3, 4], [2, 2], "int32"), given([7, 8, -9, 10], [2, 2], "int32")]),
  ],
});

export const mv = product("input", "vec", {
  summary: "The product of a matrix and a vector.",
  formula: "y = A x",
  gradientFormula: "\\bar A = \\bar y \\, x^\\top, \\quad \\bar x = A^\\top \\bar y",
  label: "Mv",
  glyph: "Ax",
  search: ["matrix vector", "multiply", "product"],
}).rules({
  type: ({ operands: { input, vec } }) => {
    requireRank(["input", input], 2);
    requireRank(["vec", vec], 1);
    requireProduct(["input", input], ["vec", vec], 1, 0);
    return tensorType(input.dtype, [input.shape[0] ?? 0]);
  },
  compute: { kind: "contract", equation: "mk,k->m" },
  gradients: {
    input: ({ grad, operands }) => mul(unsqueeze(grad, { dim: 1 }), operands.vec),
    vec: ({ grad, operands }) => mv(t(operands.input), grad),
  },
  torch: { python: "torch.mv({input}, {vec})" },
  samples: [
    sample([drawn([2, 3]), drawn([3], -2, 2, 2)]),
    sample([drawn([1, 5]), drawn([5], -2, 2, 2)]),
    sample([drawn([2, 0]), drawn([0], -2, 2, 2)]),
    sample([drawn([9, 17]), drawn([17], -2, 2, 2)]),
    sample([given([1, -2, 3, 4], [2, 2], "int64"), given([7, 8], [2], "int64")]),
  ],
});

export const dot = product("input", "other", {
  summary: "The inner product of two vectors.",
  formula: "y = \\sum_i a_i b_i",
  gradientFormula: "\\bar a = \\bar y \\, b, \\quad \\bar b = \\bar y \\, a",
  label: "Dot",
  glyph: "a·b",
  search: ["inner product", "scalar product"],
}).rules({
  type: ({ operands: { input, other } }) => {
    requireRank(["input", input], 1);
    requireRank(["other", other], 1);
    requireProduct(["input", input], ["other", other], 0, 0);
    return tensorType(input.dtype, []);
  },
  compute: { kind: "contract", equation: "k,k->" },
  gradients: {
    input: ({ grad, operands }) => mul(grad, operands.other),
    other: ({ grad, operands }) => mul(grad, operands.input),
  },
  torch: { python: "torch.dot({input}, {other})" },
  samples: [
    sample([drawn([3]), drawn([3], -2, 2, 2)]),
    sample([drawn([1]), drawn([1], -2, 2, 2)]),
    sample([drawn([0]), drawn([0], -2, 2, 2)]),
    sample([drawn([33]), drawn([33], -2, 2, 2)]),
    sample([given([1, -2, 3], [3], "int64"), given([7, 8, 9], [3], "int64")]),
  ],
});

export const bmm = product("input", "mat2", {
  summary: "The products of two batches of matrices, pair by pair.",
  formula: "Y_b = A_b B_b",
  gradientFormula: "\\bar A_b = \\bar Y_b B_b^\\top, \\quad \\bar B_b = A_b^\\top \\bar Y_b",
  label: "Bmm",
  glyph: "AB⃗",
  search: ["batch matrix multiply", "matmul"],
}).rules({
  type: ({ operands: { input, mat2 } }) => {
    requireRank(["input", input], 3);
    requireRank(["mat2", mat2], 3);
    requireExtents(["input", input], ["mat2", mat2], 0, 0, "the batch");
    requireProduct(["input", input], ["mat2", mat2], 2, 1);
    return tensorType(input.dtype, [input.shape[0] ?? 0, input.shape[1] ?? 0, mat2.shape[2] ?? 0]);
  },
  compute: { kind: "contract", equation: "bmk,bkn->bmn" },
  gradients: {
    input: ({ grad, operands }) => bmm(grad, transpose(operands.mat2, { dim0: 1, dim1: 2 })),
    mat2: ({ grad, operands }) => bmm(transpose(operands.input, { dim0: 1, dim1: 2 }), grad),
  },
  torch: { python: "torch.bmm({input}, {mat2})" },
  samples: [
    sample([drawn([2, 3, 4]), drawn([2, 4, 2], -2, 2, 2)]),
    sample([drawn([1, 2, 3]), drawn([1, 3, 1], -2, 2, 2)]),
    sample([drawn([0, 2, 3]), drawn([0, 3, 2], -2, 2, 2)]),
    sample([drawn([2, 2, 0]), drawn([2, 0, 2], -2, 2, 2)]),
    sample([given([1, -2, 3, 4], [2, 1, 2], "int64"), given([7, 8, -9, 10], [2, 2, 1], "int64")]),
  ],
});

/** Both with the batch extents they share, as [batch, rows, columns]. */
function asBatch(x: Value, batch: readonly number[]): Value {
  const matrix = x.type.shape.slice(-2);
  const spread = expand(x, { shape: [...batch, ...matrix] });
  return reshape(spread, { shape: [elementCount(batch), ...matrix] });
}

/** torch.matmul by ranks: dot, mv, mm, the rest folded into one mm or spread into one bmm. */
function multiply(a: Value, b: Value, shape: readonly number[]): Value {
  const [rankA, rankB] = [a.type.shape.length, b.type.shape.length];
  if (rankA === 1 && rankB === 1) return dot(a, b);
  if (rankA === 2 && rankB === 1) return mv(a, b);
  if (rankA === 2 && rankB === 2) return mm(a, b);
  if (rankA === 1) {
    const row = unsqueeze(a, { dim: 0 });
    return reshape(multiply(row, b, [...shape.slice(0, -1), 1, ...shape.slice(-1)]), { shape });
  }
  if (rankB <= 2) {
    const rows = elementCount(a.type.shape.slice(0, -1));
    const folded = reshape(a, { shape: [rows, a.type.shape.at(-1) ?? 0] });
    return reshape(rankB === 1 ? mv(folded, b) : mm(folded, b), { shape });
  }
  const batch = shape.slice(0, -2);
  return reshape(bmm(asBatch(a, batch), asBatch(b, batch)), { shape });
}

/** What the last step of torch.matmul is called, by the ranks of its operands (1.13). */
function matmulName(rankA: number, rankB: number): string {
  if (rankA === 1 && rankB === 1) return "DotBackward0";
  if (rankA === 2 && rankB === 1) return "MvBackward0";
  if (rankA === 1 && rankB === 2) return "SqueezeBackward3";
  if (rankA === 2) return rankB === 2 ? "MmBackward0" : "CloneBackward0";
  return "UnsafeViewBackward0";
}

export const matmul = product("input", "other", {
  summary: "The matrix product of tensors of any rank above 0; leading dimensions broadcast.",
  formula: "Y = A B",
  gradientFormula: "\\bar A = \\bar Y B^\\top, \\quad \\bar B = A^\\top \\bar Y",
  label: "Matmul",
  glyph: "@",
  search: ["matrix multiply", "product", "@", "linear"],
}).rules({
  type: ({ operands: { input, other } }) => {
    for (const [name, type] of [
      ["input", input],
      ["other", other],
    ] as const) {
      if (type.shape.length === 0) {
        refuse("rank.mismatch", { operand: name, shape: type.shape, expected: "at least 1 dimension" });
      }
    }
    const vectorB = other.shape.length === 1;
    requireProduct(["input", input], ["other", other], -1, vectorB ? 0 : -2);
    const batch = broadcastShapes([input.shape.slice(0, -2), other.shape.slice(0, -2)]);
    if (batch === null) refuse("shape.broadcast", { a: input.shape.slice(0, -2), b: other.shape.slice(0, -2) });
    const rows = input.shape.length === 1 ? [] : input.shape.slice(-2, -1);
    return tensorType(input.dtype, [...batch, ...rows, ...(vectorB ? [] : other.shape.slice(-1))]);
  },
  compute: { kind: "composite", body: ({ input, other }, { out }) => multiply(input, other, out.shape) },
  gradients: "inherit",
  torch: { python: "{input} @ {other}" },
  gradFn: ({ operands: { input, other } }) => matmulName(input.shape.length, other.shape.length),
  samples: [
    sample([drawn([2, 3]), drawn([3, 4], -2, 2, 2)]),
    sample([drawn([3]), drawn([3], -2, 2, 2)]),
    sample([drawn([2, 3]), drawn([3], -2, 2, 2)]),
    sample([drawn([3]), drawn([3, 2], -2, 2, 2)]),
    sample([drawn([2, 2, 3]), drawn([3, 2], -2, 2, 2)]),
    sample([drawn([2, 2, 3]), drawn([3], -2, 2, 2)]),
    sample([drawn([3]), drawn([2, 3, 2], -2, 2, 2)]),
    sample([drawn([2, 1, 2, 3]), drawn([4, 3, 2], -2, 2, 2)]),
    sample([drawn([2, 3]), drawn([2, 3, 2], -2, 2, 2)]),
    sample([drawn([0, 3]), drawn([3, 2], -2, 2, 2)]),
    sample([given([1, -2, 3, 4], [2, 2], "int64"), given([7, 8, -9, 10], [2, 2], "int64")]),
    sample([given([1, -2], [2], "int64"), given([7, 8, -9, 10], [2, 2], "int64")]),
  ],
});
