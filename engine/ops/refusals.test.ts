/** @file What type rules refuse, with which code and words. */
import { describe, expect, it } from "vitest";
import { parseAttributes } from "../ir/attribute";
import { printMessage } from "../ir/diagnostic";
import type { DType } from "../ir/dtype";
import { Refusal } from "../ir/refusal";
import type { TensorType } from "../ir/tensor";
import { opNamed } from "./registry";

/** The output type of an op, or the sentence it refuses with. */
function typeOf(name: string, operands: readonly TensorType[], written: Record<string, unknown> = {}) {
  const op = opNamed(name);
  if (!op) throw new Error(`no op ${name}`);
  const named = Object.fromEntries(op.signature.operands.map((o, i) => [o.name, operands[i] ?? f([])]));
  try {
    return op.rules.type({ operands: named, attributes: parseAttributes(op.signature.attributes, written) });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { code: error.code, message: printMessage(error.code, error.parameters) };
  }
}

function f(shape: readonly number[], dtype: DType = "float32"): TensorType {
  return { dtype, shape };
}

describe("type rules refuse", () => {
  const cases: readonly (readonly [string, string, readonly TensorType[], Record<string, unknown>])[] = [
    ["shape.broadcast", "add", [f([2, 3]), f([4])], {}],
    ["shape.broadcast", "where", [f([2], "bool"), f([3]), f([])], {}],
    ["shape.broadcast", "matmul", [f([2, 3, 4]), f([3, 4, 2])], {}],
    ["dtype.mismatch", "sub", [f([2], "bool"), f([2], "bool")], {}],
    ["dtype.mismatch", "neg", [f([2], "bool")], {}],
    ["dtype.mismatch", "mean", [f([2], "int64")], {}],
    ["dtype.mismatch", "where", [f([2]), f([2]), f([2])], {}],
    ["dtype.mismatch", "mm", [f([2, 3]), f([3, 2], "float64")], {}],
    ["dtype.mismatch", "mm", [f([2, 3], "bool"), f([3, 2], "bool")], {}],
    ["dtype.mismatch", "crossEntropy", [f([2, 3]), f([2])], {}],
    ["rank.mismatch", "mm", [f([3]), f([3, 2])], {}],
    ["rank.mismatch", "matmul", [f([]), f([3, 2])], {}],
    ["rank.mismatch", "t", [f([2, 3, 4])], {}],
    ["rank.mismatch", "slice", [f([])], {}],
    ["rank.mismatch", "crossEntropy", [f([2, 3]), f([3], "int64")], {}],
    ["rank.mismatch", "maskedFill", [f([3]), f([3], "bool"), f([3])], {}],
    ["dim.extents", "mm", [f([2, 3]), f([4, 2])], {}],
    ["dim.extents", "bmm", [f([2, 3, 4]), f([3, 4, 2])], {}],
    ["dim.range", "sum", [f([2, 3])], { dims: [2] }],
    ["dim.range", "unsqueeze", [f([2, 3])], { dim: 3 }],
    ["dim.range", "softmax", [f([2, 3])], { dim: -3 }],
    ["dim.twice", "sum", [f([2, 3])], { dims: [0, -2] }],
    ["dims.order", "permute", [f([2, 3])], { dims: [0, 0] }],
    ["shape.reshape", "reshape", [f([2, 3])], { shape: [4, -1] }],
    ["shape.reshape", "view", [f([2, 3])], { shape: [-1, -1] }],
    ["shape.reshape", "reshape", [f([0, 3])], { shape: [0, -1] }],
    ["shape.expand", "expand", [f([2, 3])], { shape: [2, 4] }],
    ["shape.expand", "expand", [f([2, 3])], { shape: [3] }],
    ["shape.expand", "expand", [f([3])], { shape: [-1, 3] }],
    ["shape.expand", "maskedAssign", [f([3]), f([2, 3], "bool"), f([])], {}],
    ["shape.ragged", "tensor", [], { data: [[1, 2], [3]] }],
    ["index.range", "select", [f([2, 3])], { dim: 1, index: 3 }],
    ["range.empty", "flatten", [f([2, 3])], { startDim: 1, endDim: 0 }],
    ["range.empty", "arange", [], { start: 3, end: 0 }],
    ["range.empty", "arange", [], { end: 3, step: 0 }],
    ["range.empty", "arange", [], { start: 2.5, end: 2, step: 2 }],
    ["range.empty", "arange", [], { end: 3, step: 0.5, dtype: "int64" }],
    ["range.empty", "arange", [], { end: Infinity }],
    ["attribute.invalid", "linspace", [], { end: Infinity, dtype: "int64" }],
    ["attribute.invalid", "full", [], { fillValue: NaN, dtype: "int32" }],
    ["attribute.invalid", "tensor", [], { data: [1, Infinity], dtype: "int32" }],
    ["dtype.mismatch", "pow", [f([2], "bool"), f([2], "bool")], {}],
    ["range.empty", "randint", [], { low: 3, high: 3 }],
    ["reduce.empty", "amax", [f([0, 2])], {}],
    ["reduce.empty", "amin", [f([2, 0])], { dims: [1] }],
    ["tensor.size", "zeros", [], { size: [1e6, 1e6] }],
    ["tensor.size", "add", [f([1e6, 1]), f([1, 1e6])], {}],
    ["tensor.size", "expand", [f([1])], { shape: [1e12] }],
    ["tensor.rank", "zeros", [], { size: new Array<number>(65).fill(1) }],
    ["attribute.invalid", "linspace", [], { steps: 1e12 }],
    ["attribute.invalid", "slice", [f([3])], { step: -1 }],
    ["attribute.missing", "clamp", [f([3])], {}],
    ["attribute.unknown", "sum", [f([3])], { axis: 0 }],
    ["leaf.dtype", "leaf", [f([3], "int64")], {}],
  ];
  it.each(cases)("%s: %s", (code, name, operands, written) => {
    const found = typeOf(name, operands, written);
    expect(found).toMatchObject({ code });
    // Every parameter of the sentence is filled in.
    expect("message" in found && found.message).not.toMatch(/\?|\{/);
  });

  it("with shapes and advice in the sentence", () => {
    expect(typeOf("mm", [f([2, 3]), f([4, 2])])).toEqual({
      code: "dim.extents",
      message:
        "input [2, 3] meets mat2 [4, 2]: 3 against 4 in the dimension that is summed, expected equal extents. Transpose or reshape one of them.",
    });
  });
});

describe("type rules promote as PyTorch", () => {
  const weak = (dtype: DType): TensorType => ({ dtype, shape: [], weak: true });
  it.each<readonly [string, readonly TensorType[], DType]>([
    ["add", [f([2], "int64"), weak("float32")], "float32"],
    ["add", [f([2]), weak("int64")], "float32"],
    ["add", [f([2], "int32"), weak("int64")], "int32"],
    ["add", [f([2]), f([], "float64")], "float32"],
    ["add", [f([2], "int64"), f([], "float64")], "float64"],
    ["mul", [f([2], "bool"), weak("int64")], "int64"],
    ["div", [f([2], "int64"), f([2], "int64")], "float32"],
    ["sqrt", [f([2], "bool")], "float32"],
    ["sum", [f([2], "bool")], "int64"],
    ["sum", [f([2], "int32")], "int64"],
    ["eq", [f([2]), f([2], "int64")], "bool"],
    ["where", [f([2], "bool"), f([2], "float64"), weak("int64")], "float64"],
  ])("%s %j → %s", (name, operands, dtype) => {
    expect(typeOf(name, operands)).toMatchObject({ dtype });
  });
});
