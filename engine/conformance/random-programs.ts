/**
 * @file Seeded programs of several ops, grown from the declared samples: each step is an op on one of its samples, with
 * earlier results in place of the sample's tensors where its type rule takes them. PyTorch says what they give.
 */

import { parseAttributes, type Attributes } from "../ir/attribute";
import { isFloat, kindOf } from "../ir/dtype";
import type { AnyOp, Sample, SampleTensor } from "../ir/op";
import { Refusal } from "../ir/refusal";
import { elementCount } from "../ir/shape";
import type { TensorType } from "../ir/tensor";
import { ops } from "../ops";
import { sampleUniforms } from "../ops/sample-data";
import { printTorch, pythonLiteral, type TorchOperand } from "../ops/torch-text";

/** A leaf ("x0"), the result of a step ("v0"), or a plain number. */
export type ProgramOperand = { readonly name: string } | number;

export interface ProgramStep {
  readonly name: string;
  readonly op: AnyOp;
  readonly operands: readonly ProgramOperand[];
  readonly attributes: Attributes;
  readonly type: TensorType;
}

export interface RandomProgram {
  readonly leaves: ReadonlyMap<string, SampleTensor>;
  readonly steps: readonly ProgramStep[];
  /** Names of the float results that backward begins at. */
  readonly outs: readonly string[];
}

/** How many programs are compared. */
export const programCount = 60;

const mostElements = 40;
const tries = 400;

// By name, because bundlers order a module's exports in their own way.
const byName = [...ops].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, op]) => op);

/** Samples that central differences apply to, small, without draws: what may stand anywhere in a program. */
const usable = byName.flatMap((op) => {
  const { compute, torch, samples } = op.rules;
  if (compute.kind === "random" || !("python" in torch) || op.signature.operands.length === 0 || op.opName === "leaf")
    return [];
  const fitting = samples.filter(
    ({ operands, smooth }) =>
      smooth !== false &&
      operands.every((o) => o === null || typeof o === "number" || elementCount(o.shape) <= mostElements),
  );
  return fitting.length > 0 ? [{ op, samples: fitting }] : [];
});

class Maker {
  readonly leaves = new Map<string, SampleTensor>();
  readonly steps: ProgramStep[] = [];
  private readonly uniform: () => number;

  constructor(seed: number) {
    this.uniform = sampleUniforms(seed);
  }

  private pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.uniform() * items.length)];
  }

  grow(): void {
    const chosen = this.pick(usable);
    const sample = chosen && this.pick(chosen.samples);
    if (chosen && sample) this.place(chosen.op, sample);
  }

  private place(op: AnyOp, sample: Sample): void {
    const attributes = parseAttributes(op.signature.attributes, sample.attributes ?? {});
    const types = sample.operands.map((operand) => typeOfOperand(operand));
    const chosen = sample.operands.map((operand, i): ProgramStep | null => {
      if (operand === null || typeof operand === "number" || this.uniform() < 0.25) return null;
      const kind = kindOf(operand.dtype);
      // Integers may be classes, which only the sample knows the range of.
      if (kind === "int") return null;
      const fits = this.steps.filter(
        ({ type }) => kindOf(type.dtype) === kind && this.typeOf(op, replaced(types, i, type), attributes) !== null,
      );
      const found = this.pick(fits.slice(-4)) ?? null;
      if (found) types[i] = found.type;
      return found;
    });
    // After two beginnings, what stands alone tells nothing that the sample's own fixture does not.
    if (this.steps.length > 1 && chosen.every((step) => step === null)) return;
    const type = this.typeOf(op, types, attributes);
    if (!type || elementCount(type.shape) > mostElements) return;
    // What follows an empty result is empty too: a few such programs are enough.
    if (elementCount(type.shape) === 0 && this.uniform() < 0.8) return;
    const operands = sample.operands.flatMap((operand, i): ProgramOperand[] => {
      if (operand === null) return [];
      if (typeof operand === "number") return [operand];
      return [this.reference(chosen[i] ?? null, operand)];
    });
    this.push(op, operands, attributes, type);
  }

  /** An earlier result brought into the range of the tensor it stands for, so that nothing grows beyond bounds. */
  private reference(step: ProgramStep | null, tensor: SampleTensor): ProgramOperand {
    if (!step) return { name: this.leaf(tensor) };
    if (!isFloat(step.type.dtype)) return { name: step.name };
    const positive = tensor.low !== undefined && tensor.low >= 0;
    if (!positive && this.uniform() < 0.5) return { name: step.name };
    const squashed = this.pushNamed(positive ? "sigmoid" : "tanh", [{ name: step.name }], step.type);
    return { name: positive ? this.pushNamed("add", [{ name: squashed }, 0.5], step.type) : squashed };
  }

  private leaf(tensor: SampleTensor): string {
    const name = `x${this.leaves.size}`;
    this.leaves.set(name, tensor.values ? tensor : { ...tensor, seed: Math.floor(this.uniform() * 1e6) });
    return name;
  }

  private typeOf(op: AnyOp, types: readonly (TensorType | null)[], attributes: Attributes): TensorType | null {
    const named = Object.fromEntries(op.signature.operands.map(({ name }, i) => [name, types[i] ?? null]));
    try {
      // Operands are null only where the sample leaves an optional one out.
      return op.rules.type({ operands: named as Record<string, TensorType>, attributes });
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  }

  private pushNamed(name: string, operands: readonly ProgramOperand[], type: TensorType): string {
    const op = ops.get(name);
    if (!op) throw new Error(`no op ${name}`);
    return this.push(op, operands, {}, type);
  }

  private push(op: AnyOp, operands: readonly ProgramOperand[], attributes: Attributes, type: TensorType): string {
    const name = `v${this.steps.length}`;
    this.steps.push({ name, op, operands, attributes, type });
    return name;
  }
}

function replaced<T>(items: readonly T[], at: number, item: T): readonly T[] {
  return items.map((other, i) => (i === at ? item : other));
}

function typeOfOperand(operand: Sample["operands"][number]): TensorType | null {
  if (operand === null) return null;
  if (typeof operand !== "number") return { dtype: operand.dtype, shape: operand.shape };
  return { dtype: Number.isInteger(operand) ? "int64" : "float32", shape: [], weak: true };
}

/** The program of a seed: the same for PyTorch and for us. */
export function randomProgram(seed: number): RandomProgram {
  const maker = new Maker(seed * 7919 + 1);
  const length = 6 + (seed % 8);
  for (let i = 0; i < tries && maker.steps.length < length; i++) maker.grow();
  const floats = maker.steps.filter(({ type }) => isFloat(type.dtype));
  return { leaves: maker.leaves, steps: maker.steps, outs: floats.slice(-2).map(({ name }) => name) };
}

/** The program as Python: one assignment a step. */
export function printProgram({ steps, outs }: RandomProgram): string {
  const lines = steps.map(({ name, op, operands, attributes }) => {
    const { torch } = op.rules;
    if (!("python" in torch)) throw new Error(`${op.opName} has no Python`);
    const texts: Record<string, TorchOperand> = {};
    op.signature.operands.forEach((spec, i) => {
      const operand = operands[i];
      if (operand === undefined) return;
      const isNumber = typeof operand === "number";
      texts[spec.name] = { text: isNumber ? `(${pythonLiteral(operand)})` : operand.name, isNumber };
    });
    return `${name} = ${printTorch(torch.python, texts, attributes, op.signature.attributes)}`;
  });
  return [...lines, `outs = [${outs.join(", ")}]`].join("\n");
}
