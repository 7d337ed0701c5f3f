/** @file The command line against PyTorch 1.13: each check runs `chainrule` once or twice and says what disagrees. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chainrule, example } from "../../cli/run-cli";
import type { BackendName } from "../../engine/backends/backend";
import {
  agreement,
  agreement64,
  fixtures,
  gradientDistance,
  seeds,
  trainingFixture,
  trainingRows,
  valueRows,
  type TrainingRow,
} from "../../engine/conformance/torch-examples";
import { drawDocument, streamDraws, tolerance } from "./streams";

/** One thing the command line is asked, and the numbers it should give. */
export type Check =
  | {
      readonly kind: "run" | "grad";
      readonly row: TrainingRow;
      readonly seed: number;
      readonly device: BackendName;
      readonly steps?: number;
    }
  | {
      readonly kind: "run64";
      readonly row: TrainingRow;
      readonly seed: number;
      readonly device: "reference";
      /** Of a run: as many steps; without it, all that the document asks for. */
      readonly steps?: number;
    }
  | { readonly kind: "eval"; readonly row: keyof typeof valueRows; readonly seed: 0; readonly device: BackendName }
  | { readonly kind: "streams"; readonly row: "streams"; readonly seed: number; readonly device: BackendName };

export interface Outcome {
  /** What disagrees, as sentences; empty where all agrees. */
  readonly stray: readonly string[];
  /** The largest part used of what the rule allows. */
  readonly worst: number;
  /** "2000 steps", "4 gradients". */
  readonly compared: string;
}

interface Tensor {
  readonly data?: readonly (number | string)[];
  readonly requiresGrad?: boolean;
  readonly gradFn?: string | null;
}
type Line = Readonly<Record<string, unknown>>;

export const devices: readonly BackendName[] = ["wasm", "reference", "webgpu"];
const trainingNames = Object.keys(trainingRows) as TrainingRow[];

/** Every check there is, the quickest devices first. */
export function allChecks(): readonly Check[] {
  const checks: Check[] = [];
  for (const device of devices) {
    for (const row of Object.keys(valueRows) as (keyof typeof valueRows)[])
      checks.push({ kind: "eval", row, seed: 0, device });
    for (const seed of seeds) {
      checks.push({ kind: "streams", row: "streams", seed, device });
      for (const row of trainingNames) checks.push({ kind: "grad", row, seed, device });
    }
    for (const seed of seeds) for (const row of trainingNames) checks.push({ kind: "run", row, seed, device });
  }
  for (const seed of seeds)
    for (const row of trainingNames) checks.push({ kind: "run64", row, seed, device: "reference" });
  return checks;
}

/** "run E03 seed 7 on wasm", "eval E19 on wasm", "streams seed 7 on wasm". */
export function checkName({ kind, row, seed, device }: Check): string {
  if (kind === "eval") return `eval ${row} on ${device}`;
  return `${kind}${kind === "streams" ? "" : ` ${row}`} seed ${seed} on ${device}`;
}

function ask(command: string, file: string, check: Check, ...rest: readonly string[]): readonly Line[] {
  const { code, lines, out, err } = chainrule(
    command, file, "--json", "--device", check.device, "--seed", String(check.seed), ...rest,
  ); // prettier-ignore
  if (code === 0) return lines;
  throw new Error(`chainrule ${command} ended with ${code}: ${out.slice(-600)}${err.slice(-600)}`);
}

function runTraining(check: Check & { readonly row: TrainingRow }): Outcome {
  const isWide = check.kind === "run64";
  const steps = "steps" in check && check.steps !== undefined ? check.steps : Infinity;
  const more = [...(isWide ? ["--dtype", "float64"] : []), ...(steps < Infinity ? ["--steps", String(steps)] : [])];
  const lines = ask("run", example(trainingRows[check.row].file), check, ...more);
  const start = lines.find((line) => line["event"] === "start");
  const losses = new Map(
    lines.filter((line) => line["event"] === "step").map((line) => [Number(line["step"]), Number(line["loss"])]),
  );
  const fixture = trainingFixture(check.row, check.seed);
  const stray: string[] = [];
  if (start?.["device"] !== check.device) stray.push(`it ran on ${String(start?.["device"])}`);
  const logged = [...losses.keys()];
  const wanted = Object.keys(fixture.losses)
    .map(Number)
    .filter((step) => step < steps);
  if (logged.join() !== wanted.join()) stray.push(`steps ${logged.join()} are logged, expected ${wanted.join()}`);
  const lossAt = (step: number) => losses.get(step);
  const agreed = isWide ? agreement64(lossAt, check.row, check.seed) : agreement(lossAt, fixture);
  const compared = `${(wanted.at(-1) ?? -1) + 1} steps`;
  return { stray: [...stray, ...agreed.stray], worst: agreed.worst, compared };
}

function numbers(tensor: Tensor | null | undefined): readonly number[] | null {
  return tensor?.data ? tensor.data.map(Number) : null;
}

/** Gradients by `grad --full`; where a document has no autograd, of the nodes that compute them. */
function compareGradients(check: Check & { readonly row: TrainingRow }): Outcome {
  const file = example(trainingRows[check.row].file);
  const expected = trainingFixture(check.row, check.seed).gradients;
  const [line] = ask("grad", file, check, "--full");
  let found = new Map(Object.entries((line?.["gradients"] ?? {}) as Readonly<Record<string, Tensor | null>>));
  if ([...found.values()].every((tensor) => tensor === null)) {
    const [values] = ask("eval", file, check, "--full");
    const nodes = (values?.["values"] ?? {}) as Readonly<Record<string, Tensor>>;
    found = new Map(Object.keys(expected).map((name) => [name, nodes[`grad_${name}`] ?? null]));
  }
  const distance = gradientDistance(new Map([...found].map(([name, tensor]) => [name, numbers(tensor)])), expected);
  const stray = distance <= 1e-5 ? [] : [`gradients are ${distance} apart, allowed 1e-5`];
  const names = [...found.keys()].sort().join();
  if (names !== Object.keys(expected).sort().join()) stray.push(`there are gradients of ${names}`);
  return { stray, worst: distance / 1e-5, compared: `${found.size} gradients` };
}

/** PyTorch's texts for what E19 asks the flags of, by the node that shows it. */
const flagNodes: Readonly<Record<string, string>> = {
  "before requires_grad_": "before_requires_grad",
  after: "after_requires_grad",
  "x ** 2": "x_squared",
  "x.detach()": "x_detached",
  "x ** 2 under no_grad": "x_squared_no_grad",
};

function compareValues(check: Check & { readonly row: keyof typeof valueRows }): Outcome {
  const fixture = fixtures.values[check.row];
  if (!fixture) throw new Error(`Invariant: there is no fixture of ${check.row}`);
  const [line] = ask("eval", example(valueRows[check.row]), check);
  const values = (line?.["values"] ?? {}) as Readonly<Record<string, Tensor>>;
  const refused = (line?.["errors"] ?? []) as readonly { readonly where: string; readonly message: string }[];
  const stray: string[] = [];
  let [worst, compared] = [0, 0];
  const expectSame = (what: string, found: unknown, wanted: unknown): void => {
    compared++;
    if (found !== wanted) stray.push(`${what}: found ${String(found)}, PyTorch has ${String(wanted)}`);
  };
  for (const [name, tensor] of Object.entries(fixture.result)) {
    const wanted = [tensor].flat(Infinity).map(Number);
    const found = numbers(values[name]);
    const distance = Math.max(...wanted.map((x, i) => Math.abs((found?.[i] ?? NaN) - x) / Math.max(1, Math.abs(x))));
    worst = Math.max(worst, distance / 1e-6);
    expectSame(`${name} within 1e-6`, found?.length === wanted.length && distance <= 1e-6, true);
  }
  for (const [name, gradFn] of Object.entries(fixture.grad_fn ?? {}))
    expectSame(`gradient function of ${name}`, values[name]?.gradFn, gradFn);
  for (const [text, flag] of Object.entries(fixture.requires_grad ?? {}))
    expectSame(`requiresGrad of ${text}`, values[flagNodes[text] ?? ""]?.requiresGrad, flag);
  const errors = Object.entries(fixture.errors ?? {});
  expectSame("refusals", refused.map(({ where }) => where).join(), errors.map(([name]) => name).join());
  for (const [name, { message }] of errors) {
    const found = refused.find(({ where }) => where === name)?.message ?? "";
    expectSame(`refusal of ${name}`, found.includes(message.split(" (")[0] ?? message), true);
  }
  return { stray, worst, compared: `${compared} values, flags and refusals` };
}

/** What a document of draws shows, by the draws' names; a module's parameters by theirs. */
function drawn(file: string, check: Check, isModule: boolean): readonly (Tensor | undefined)[] {
  if (!isModule) {
    const [line] = ask("eval", file, check, "--full");
    return Object.values((line?.["values"] ?? {}) as Readonly<Record<string, Tensor>>);
  }
  const done = ask("run", file, check, "--full", "--steps", "0").at(-1);
  return Object.values((done?.["parameters"] ?? {}) as Readonly<Record<string, Tensor>>);
}

/** A stream's tensors as PyTorch printed them: whole, or the first numbers (and the last) of a large one. */
function wantedTensors(
  name: string,
  wanted: unknown,
): readonly { first: readonly number[]; last: readonly number[] }[] {
  const isList = Array.isArray(wanted);
  const several = isList ? (streamDraws(name).length > 1 ? wanted : [wanted]) : [];
  const named = !isList && typeof wanted === "object" && wanted !== null ? wanted : {};
  const tensors = isList ? several : "first" in named ? [named] : Object.values(named);
  return tensors.map((tensor: unknown) => {
    if (typeof tensor !== "object" || tensor === null || Array.isArray(tensor))
      return { first: [tensor].flat(Infinity).map(Number), last: [] };
    const { first, last = [] } = tensor as { first: readonly number[]; last?: readonly number[] };
    return { first, last };
  });
}

/** Every stream of a seed by a document of its own: `draws` in streams.ts says how exactly. */
function compareStreams(check: Check): Outcome {
  const folder = mkdtempSync(path.join(tmpdir(), "chainrule-streams-"));
  const stray: string[] = [];
  let [worst, compared] = [0, 0];
  try {
    for (const [name, wanted] of Object.entries(fixtures.streams[check.seed] ?? {})) {
      const draws = streamDraws(name);
      const file = path.join(folder, "draws.chainrule");
      writeFileSync(file, JSON.stringify(drawDocument(draws)));
      const found = drawn(file, check, draws[0]?.op === "nn.Linear").map(numbers);
      const tensors = wantedTensors(name, wanted);
      if (found.length !== tensors.length) stray.push(`${name}: found ${found.length} tensors`);
      tensors.forEach(({ first, last }, i) => {
        const all = found[i] ?? [];
        const rule = draws[i] ?? draws[0];
        const pairs = [
          ...first.map((x, k) => [all[k] ?? NaN, x] as const),
          ...last.map((x, k) => [all[all.length - last.length + k] ?? NaN, x] as const),
        ];
        const parts = pairs.map(([a, b]) => (a === b ? 0 : Math.abs(a - b) / (rule ? tolerance(rule, b) : 0)));
        worst = Math.max(worst, ...parts);
        compared += pairs.length;
        if (!parts.every((part) => part <= 1)) stray.push(`${name}: found ${pairs.map(([a]) => a).join()}`);
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { stray, worst, compared: `${compared} draws` };
}

/** Makes a check; what the command line refuses is a disagreement too. */
export function make(check: Check): Outcome {
  try {
    switch (check.kind) {
      case "run":
      case "run64":
        return runTraining(check);
      case "grad":
        return compareGradients(check);
      case "eval":
        return compareValues(check);
      case "streams":
        return compareStreams(check);
    }
  } catch (error) {
    return { stray: [error instanceof Error ? error.message : String(error)], worst: Infinity, compared: "nothing" };
  }
}
