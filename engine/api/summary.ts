/** @file Summaries of modules: a template with the values of parameters filled in. */
import type { TensorData } from "../ir/tensor";
import type { Tensor } from "./tensor";

/** A number as a person reads it: six significant digits. */
function printNumber(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : String(value);
}

function printTensor({ data, shape }: TensorData): string {
  if (data.length === 1) return printNumber(data[0] ?? NaN);
  if (data.length <= 8) return `[${Array.from(data, printNumber).join(", ")}]`;
  return `tensor [${shape.join(", ")}]`;
}

/** `y = {a} + {b} x` with the numbers of these tensors, as a run prints it at its end. */
export async function summarize(template: string, tensors: Readonly<Record<string, Tensor>>): Promise<string> {
  const names = new Set([...template.matchAll(/\{([^{}]+)\}/g)].flatMap((match) => (match[1] ? [match[1]] : [])));
  const values = new Map<string, string>();
  for (const name of names) {
    const tensor = tensors[name];
    if (tensor) values.set(name, printTensor(await tensor.data()));
  }
  return template.replace(/\{([^{}]+)\}/g, (whole, name: string) => values.get(name) ?? whole);
}
