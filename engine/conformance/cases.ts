/** @file What PyTorch is asked: each op × sample, module × sample and optimiser × sample as Python with its data. */
import { parseAttributes } from "../ir/attribute";
import type { AnyOp, SampleTensor } from "../ir/op";
import type { TensorData } from "../ir/tensor";
import { modules } from "../nn";
import { ops } from "../ops";
import { sampleData } from "../ops/sample-data";
import { printTorch, type TorchOperand } from "../ops/torch-text";
import { optimizers } from "../optim";
import { printProgram, programCount, randomProgram } from "./random-programs";

/** A tensor as JSON: NaN and infinities in quotes. */
export interface PrintedTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

/** One expression (of a program: assignments) for PyTorch to evaluate, with the variables it names. */
export interface TorchCase {
  readonly key: string;
  readonly kind: "op" | "module" | "optimizer" | "program";
  readonly python: string;
  /** manual_seed before anything is drawn. */
  readonly seed: number;
  readonly variables: Readonly<Record<string, PrintedTensor>>;
}

function printNumber(value: number): number | string {
  if (Object.is(value, -0)) return "-0.0";
  return Number.isFinite(value) ? value : String(value);
}

export function printTensor({ dtype, shape, data }: TensorData): PrintedTensor {
  return { dtype, shape, data: Array.from(data, printNumber) };
}

/** Which case a fixture was made of: a changed sample or text makes another. FNV-1a, 32 bits. */
export function fingerprint(torchCase: TorchCase): string {
  let hash = 0x811c9dc5;
  for (const character of JSON.stringify(torchCase)) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash >>> 0).toString(16);
}

export function caseKey(name: string, index: number): string {
  return `${name}[${index}]`;
}

function opCase(op: AnyOp, index: number): TorchCase | null {
  const sample = op.rules.samples[index];
  if (!sample || !("python" in op.rules.torch)) return null;
  const variables: Record<string, PrintedTensor> = {};
  const texts: Record<string, TorchOperand> = {};
  op.signature.operands.forEach(({ name }, i) => {
    const operand = sample.operands[i] ?? null;
    if (operand !== null && typeof operand === "object") variables[name] = printTensor(sampleData(operand));
    texts[name] = { text: typeof operand === "number" ? String(operand) : name, isNumber: typeof operand === "number" };
  });
  const attributes = parseAttributes(op.signature.attributes, sample.attributes ?? {});
  const python = printTorch(op.rules.torch.python, texts, attributes, op.signature.attributes);
  return { key: caseKey(op.opName, index), kind: "op", python, seed: index, variables };
}

function printInputs(inputs: readonly SampleTensor[]): Record<string, PrintedTensor> {
  return Object.fromEntries(inputs.map((input, i) => [`input${i}`, printTensor(sampleData(input))]));
}

/** The gradient an optimiser is given at a step: the same for PyTorch and for us. */
export function optimizerGradient(step: number): SampleTensor {
  return { shape: [2, 3], dtype: "float32", low: -1, high: 1, seed: 100 + step };
}

export const optimizerParameter: SampleTensor = { shape: [2, 3], dtype: "float32", low: -2, high: 2, seed: 7 };
export const optimizerSteps = 6;

/** A program of several ops as a case. */
export function programCase(seed: number): TorchCase {
  const program = randomProgram(seed);
  const leaves = [...program.leaves].map(([name, tensor]) => [name, printTensor(sampleData(tensor))] as const);
  const python = printProgram(program);
  return { key: caseKey("program", seed), kind: "program", python, seed, variables: Object.fromEntries(leaves) };
}

/** Every case there is, in a stable order. */
export function torchCases(): readonly TorchCase[] {
  const cases: TorchCase[] = [];
  for (const op of ops.values()) {
    op.rules.samples.forEach((_, i) => cases.push(...[opCase(op, i)].filter((one) => one !== null)));
  }
  for (const [name, module] of modules) {
    if (!("python" in module.torch)) continue;
    const { python } = module.torch;
    module.samples.forEach(({ attributes, inputs }, i) => {
      const text = printTorch(python, {}, parseAttributes(module.attributes, attributes), module.attributes);
      cases.push({ key: caseKey(name, i), kind: "module", python: text, seed: i, variables: printInputs(inputs) });
    });
  }
  const gradients = Array.from({ length: optimizerSteps }, (_, step) => optimizerGradient(step));
  for (const [name, optimizer] of optimizers) {
    if (!("python" in optimizer.torch)) continue;
    const { python } = optimizer.torch;
    optimizer.samples.forEach((attributes, i) => {
      const parameter = { text: "[input0]", isNumber: false };
      const parsed = parseAttributes(optimizer.attributes, attributes);
      const text = printTorch(python, { params: parameter }, parsed, optimizer.attributes);
      const variables = printInputs([optimizerParameter, ...gradients]);
      cases.push({ key: caseKey(name, i), kind: "optimizer", python: text, seed: i, variables });
    });
  }
  for (let seed = 0; seed < programCount; seed++) cases.push(programCase(seed));
  return cases;
}

/** The cotangent that backward is asked with, element by element: exact in float32, with both signs and a zero. */
export function cotangentAt(index: number): number {
  return (((index * 7 + 3) % 11) - 5) / 4;
}
