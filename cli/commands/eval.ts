/** @file `chainrule eval`: one pass of a document, effects included: every named node's value, and what was refused. */
import type { Output } from "../output";
import { setUp, type CommonOptions } from "../run-setup";
import { tensorJson, tensorText } from "../tensor-text";

export interface EvalOptions extends CommonOptions {
  readonly full?: boolean;
}

/** Prints the values of one pass; a refused effect is listed and the pass goes on. */
export async function evaluate(output: Output, file: string, options: EvalOptions): Promise<void> {
  const { document, trainer, deviceText, seed } = await setUp(output, file, options);
  const trace = await trainer.traceNext(true);
  const data = await trainer.evaluate(trace.ports.map((port) => port.value));
  const values = trace.ports.flatMap(({ name, value: { requiresGrad, gradFn } }, i) => {
    const tensor = data[i];
    return tensor ? [{ name, tensor, requiresGrad, gradFn }] : [];
  });
  const errors = trace.errors.map(({ name, message }) => ({ where: name, message }));
  output.emit({
    values: Object.fromEntries(
      values.map(({ name, tensor, requiresGrad, gradFn }) => [
        name,
        { ...tensorJson(tensor, options.full === true), requiresGrad, gradFn },
      ]),
    ),
    errors,
  });
  output.say(`${document.name} · ${deviceText} · seed ${seed}`);
  for (const { name, tensor, requiresGrad, gradFn } of values) {
    const grad = gradFn ?? (requiresGrad ? "requires grad" : "");
    output.say(`${name}  ${tensorText(tensor)}${grad === "" ? "" : `  (${grad})`}`);
  }
  for (const { where, message } of errors) output.say(`refused  ${where}: ${message}`);
}
