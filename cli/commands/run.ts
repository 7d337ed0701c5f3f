/** @file `chainrule run`: trains as the document says. */
import type { TensorData } from "../../engine/ir/tensor";
import { printNonFinite } from "../../engine/train/locate-non-finite";
import { readSafetensors, SafetensorsError } from "../../engine/import/safetensors/read";
import { writeSafetensors } from "../../engine/export/safetensors/write";
import { CommandFailure } from "../failure";
import { checkWritable, readFile, writeFile } from "../files";
import { interrupted, stopAtBoundary } from "../interrupt";
import type { Output } from "../output";
import { setUp, terminalWidth, type CommonOptions, type RunSetup } from "../run-setup";
import { numberText, tensorJson, tensorText } from "../tensor-text";

export interface RunOptions extends CommonOptions {
  readonly steps?: number;
  readonly logEvery?: number;
  readonly save?: string;
  readonly load?: string;
  readonly keepGoing?: boolean;
  readonly full?: boolean;
}

const mostWeightBytes = 4 * 2 ** 30;

/** Puts the weights of a file in place; every parameter must be there with its shape. */
function loadWeights({ trainer, program }: RunSetup, file: string): void {
  const bytes = readFile(file, mostWeightBytes);
  let tensors: ReadonlyMap<string, TensorData>;
  try {
    tensors = readSafetensors(bytes);
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error;
    throw new CommandFailure(2, "weights.unreadable", `${file}: ${error.message}`, file);
  }
  for (const { name, slot, type } of program.parameters) {
    const found = tensors.get(name);
    const expected = `${type.dtype} [${type.shape.join(", ")}]`;
    const text = found ? `${found.dtype} [${found.shape.join(", ")}]` : "nothing";
    const castable = found && (found.dtype === type.dtype || (found.dtype === "float32" && type.dtype === "float64"));
    if (!castable || found.shape.join() !== type.shape.join()) {
      const message = `${file} › ${name}: found ${text}, expected ${expected}. Load weights of this document.`;
      throw new CommandFailure(1, "weights.mismatch", message, name);
    }
    trainer.setParameter(slot, type.dtype === "float64" ? Float64Array.from(found.data) : found.data);
  }
}

function bar(step: number, steps: number, loss: number | null, rate: number): string {
  const said = loss === null ? "" : `  loss ${numberText(loss)}`;
  const right = ` ${step}/${steps}${said}  ${Math.round(rate)} steps/s`;
  const width = Math.max(8, terminalWidth() - right.length - 2);
  const done = Math.round((step / Math.max(1, steps)) * width);
  return `${"█".repeat(done)}${"░".repeat(width - done)}${right}`;
}

/** Trains; fails with code 1 at a NaN loss or a refused effect, 130 when interrupted, and saves only what is whole. */
export async function run(output: Output, file: string, options: RunOptions): Promise<void> {
  stopAtBoundary();
  if (options.save !== undefined) checkWritable(options.save);
  const setup = await setUp(output, file, options);
  const { document, trainer, program, seed, deviceText } = setup;
  if (options.load !== undefined) loadWeights(setup, options.load);
  const steps = options.steps ?? document.training.steps;
  const logEvery = options.logEvery ?? document.training.logEvery;
  output.emit({ event: "start", device: setup.name, adapter: setup.status.adapter, seed, steps });
  output.say(`${document.name} · ${deviceText} · seed ${seed} · ${steps} steps`);

  const hasLoss = document.training.loss !== null;
  const began = performance.now();
  let drawnAt = -Infinity;
  const end = await trainer.run({
    until: steps,
    stopOnNaN: document.training.stopOnNaN && options.keepGoing !== true,
    cancelled: interrupted,
    abandoned: interrupted,
    onSteps(first, losses) {
      const now = performance.now();
      losses.forEach((loss, i) => {
        if ((first + i + 1) % logEvery !== 0) return;
        const at = String(first + i).padStart(String(steps).length);
        output.emit({ event: "step", step: first + i, loss: hasLoss ? loss : null });
        output.say(hasLoss ? `step ${at}  loss ${numberText(loss)}` : `step ${at}  no loss is chosen`);
      });
      if (now - drawnAt < 100) return;
      drawnAt = now;
      const last = hasLoss ? (losses[losses.length - 1] ?? NaN) : null;
      output.progress(bar(first + losses.length, steps, last, trainer.stepsPerSecond));
    },
  });
  output.progress("");
  const seconds = (performance.now() - began) / 1000;
  if (end.reason === "nan") {
    throw new CommandFailure(1, "run.nan", printNonFinite(end.step, end.where), end.where?.name ?? null);
  }
  if (end.reason === "cancelled") {
    const saved = options.save === undefined ? "" : " Nothing was saved.";
    throw new CommandFailure(130, "interrupted", `run: interrupted after ${end.step} of ${steps} steps.${saved}`);
  }
  const parameters = await trainer.parameters();
  const summary = program.summary(parameters);
  if (options.save !== undefined) writeFile(options.save, writeSafetensors(parameters, { format: "pt" }));
  const printed = Object.fromEntries([...parameters].map(([name, t]) => [name, tensorJson(t, options.full === true)]));
  output.emit({
    event: "done",
    steps: end.step,
    seconds,
    ...(summary === null ? {} : { summary }),
    parameters: printed,
  });
  for (const [name, tensor] of parameters) output.say(`${name}  ${tensorText(tensor)}`);
  if (summary !== null) output.say(summary);
  if (options.save !== undefined) output.say(`saved ${options.save}`);
  output.say(`${steps} steps in ${seconds.toFixed(2)} s`);
}
