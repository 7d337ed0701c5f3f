/** @file Summaries of modules: a template with the values of parameters filled in. */
import type { Tensor } from "./tensor";

/** `y = {a} + {b} x` with the numbers of these tensors, as a run prints it at its end. */
export async function summarize(template: string, tensors: Readonly<Record<string, Tensor>>): Promise<string> {
  const names = new Set([...template.matchAll(/\{([^{}]+)\}/g)].flatMap((match) => (match[1] ? [match[1]] : [])));
  const values = new Map<string, string>();
  for (const name of names) {
    const tensor = tensors[name];
    if (tensor) values.set(name, String(await tensor.item()));
  }
  return template.replace(/\{([^{}]+)\}/g, (whole, name: string) => values.get(name) ?? whole);
}
