/** @file `chainrule grad`: one forward and backward; gradients of every parameter, statistics of every edge. */
import type { Value } from "../../engine/ir/value";
import type { Statistics } from "../../engine/probe/host-statistics";
import { readStatistics, recordStatistics, statisticNames } from "../../engine/probe/statistics";
import { printNonFinite } from "../../engine/train/locate-non-finite";
import { CommandFailure } from "../failure";
import { interrupted, stopAtBoundary } from "../interrupt";
import type { Output } from "../output";
import { setUp, type CommonOptions } from "../run-setup";
import { numberText, tensorJson, tensorText } from "../tensor-text";

export interface GradOptions extends CommonOptions {
  /** The step whose gradients are wanted; those before it are made. */
  readonly step?: number;
  readonly full?: boolean;
}

const none: { readonly [N in keyof Statistics]: null } = {
  rms: null,
  max: null,
  mean: null,
  zeros: null,
  nan: null,
  inf: null,
};

/** Prints the gradients of one step. */
export async function grad(output: Output, file: string, options: GradOptions): Promise<void> {
  stopAtBoundary();
  const { document, trainer, program, deviceText, seed } = await setUp(output, file, options);
  const step = options.step ?? 0;
  const end = await trainer.run({ until: step, stopOnNaN: document.training.stopOnNaN, cancelled: interrupted });
  if (end.reason === "cancelled") {
    throw new CommandFailure(130, "interrupted", `grad: interrupted after ${end.step} of ${step} steps.`);
  }
  if (end.reason === "nan") {
    throw new CommandFailure(1, "run.nan", printNonFinite(end.step, end.where), end.where?.name ?? null);
  }
  const trace = await trainer.traceNext();
  const wanted = program.parameters.map(({ name }) => trace.gradients.get(name) ?? null);
  const present = wanted.filter((value): value is Value => value !== null);
  const [loss, ...gradients] = await trainer
    .evaluate([...(trace.loss ? [trace.loss] : []), ...present])
    .then((all) => (trace.loss ? all : [undefined, ...all]));
  const byName = program.parameters.map(({ name }, i) => {
    const value = wanted[i];
    return [name, value ? (gradients[present.indexOf(value)] ?? null) : null] as const;
  });

  const flowing = trace.edges.flatMap((edge) => (edge.gradient ? [edge.gradient] : []));
  const numbers = await trainer.report(flowing.flatMap((value) => recordStatistics(trace.tape, value)));
  const edges = trace.edges.map(({ edge, path, value, gradient }) => ({
    from: edge.from,
    to: edge.to,
    path,
    shape: value.type.shape,
    ...(gradient ? readStatistics(numbers, flowing.indexOf(gradient) * statisticNames.length) : none),
  }));

  const lossNumber = loss?.data[0] ?? null;
  output.emit({
    loss: lossNumber,
    gradients: Object.fromEntries(byName.map(([name, t]) => [name, t && tensorJson(t, options.full === true)])),
    edges,
  });
  output.say(`${document.name} · ${deviceText} · seed ${seed} · step ${step}`);
  output.say(`loss ${lossNumber === null ? "none" : numberText(lossNumber)}`);
  for (const [name, tensor] of byName) output.say(`${name}.grad  ${tensor ? tensorText(tensor) : "none"}`);
  for (const edge of edges) {
    const flow = edge.rms !== null ? `rms ${numberText(edge.rms)}  max ${numberText(edge.max)}` : "–";
    const at = edge.path.length === 0 ? "" : `  in ${edge.path.map(([node, turn]) => `${node}[${turn}]`).join(".")}`;
    output.say(`${edge.from.join(".")} → ${edge.to.join(".")}${at}  ${flow}`);
  }
}
