/** @file Printing Python from declarations. */
import { expect, it } from "vitest";
import { parseAttributes } from "../ir/attribute";
import { opNamed } from "./registry";
import { printTorch, pythonLiteral } from "./torch-text";

function print(name: string, written: Record<string, unknown> = {}, numbers: readonly string[] = []): string {
  const op = opNamed(name);
  if (!op || !("python" in op.rules.torch)) throw new Error(`no Python of ${name}`);
  const operands = Object.fromEntries(
    op.signature.operands.map((o) => [
      o.name,
      { text: numbers.includes(o.name) ? "2" : o.name, isNumber: numbers.includes(o.name) },
    ]),
  );
  const attributes = parseAttributes(op.signature.attributes, written);
  return printTorch(op.rules.torch.python, operands, attributes, op.signature.attributes);
}

it("leaves out what has its default", () => {
  expect(print("sum")).toBe("torch.sum(input)");
  expect(print("sum", { dims: [1], keepdim: true })).toBe("torch.sum(input, dim=[1], keepdim=True)");
  expect(print("clamp", { min: 0 })).toBe("input.clamp(min=0)");
  expect(print("clamp", { min: 0, max: "NaN" })).toBe('input.clamp(min=0, max=float("nan"))');
  expect(print("squeeze")).toBe("input.squeeze()");
});

it("keeps what PyTorch needs", () => {
  expect(print("sum", { keepdim: true })).toBe("torch.sum(input, dim=None, keepdim=True)");
  expect(print("full", { size: [2], fillValue: 1 })).toBe("torch.full([2], 1, dtype=torch.float32)");
  expect(print("softmax")).toBe("torch.softmax(input, dim=-1)");
  expect(print("maximum", {}, ["other"])).toBe("torch.maximum(input, torch.tensor(2))");
});

it("prints values as Python does", () => {
  expect([NaN, Infinity, -Infinity, -0, 1e-8].map((x) => pythonLiteral(x))).toEqual([
    'float("nan")',
    'float("inf")',
    '-float("inf")',
    "-0.0",
    "1e-8",
  ]);
  expect(pythonLiteral([[1, 2], [true, null]])).toBe("[[1, 2], [True, None]]"); // prettier-ignore
  expect(pythonLiteral('a"b')).toBe('"a\\"b"');
});
