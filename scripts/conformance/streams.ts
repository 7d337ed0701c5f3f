/** @file Documents that draw what PyTorch's `streams` draw, and how exactly the draws have to agree. */

/** One draw of a stream: an op with its attributes, or a module. */
export interface Draw {
  readonly op: "rand" | "randn" | "randint" | "randperm" | "nn.Linear";
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly elements: number;
}

const draw = (op: Draw["op"], attributes: Draw["attributes"], elements: number): Draw => ({ op, attributes, elements });
const randn = (...size: readonly number[]) =>
  draw(
    "randn",
    { size },
    size.reduce((count, n) => count * n, 1),
  );
const linear = (inFeatures: number, outFeatures: number) =>
  draw("nn.Linear", { inFeatures, outFeatures }, (inFeatures + 1) * outFeatures);

/** By the reference script's names. */
const table: Readonly<Record<string, readonly Draw[]>> = {
  "rand(5)": [draw("rand", { size: [5] }, 5)],
  ...Object.fromEntries([1, 2, 3, 15, 16, 17, 31, 33, 1000].map((n) => [`randn(${n})`, [randn(n)]])),
  "randn(3, 5)": [randn(3, 5)],
  "randn(3), randn(16), randn(1)": [randn(3), randn(16), randn(1)],
  "randint(0, 10, (20,))": [draw("randint", { low: 0, high: 10, size: [20] }, 20)],
  "randint(4, 7, ()), 10 times": Array.from({ length: 10 }, () => draw("randint", { low: 4, high: 7, size: [] }, 1)),
  "randperm(10)": [draw("randperm", { n: 10 }, 10)],
  "randperm(1000)[:16]": [draw("randperm", { n: 1000 }, 1000)],
  "nn.Linear(3, 1)": [linear(3, 1)],
  "nn.Linear(1000, 100)": [linear(1000, 100)],
};

/** The draws of a stream, in order. */
export function streamDraws(name: string): readonly Draw[] {
  const found = table[name];
  if (!found) throw new Error(`Invariant: nothing is known of the stream "${name}"`);
  return found;
}

/** How far a number may be from PyTorch's: randn 1 ulp below 16 elements and 2e-6 from 16 on, all else equal. */
export function tolerance({ op, elements }: Draw, wanted: number): number {
  if (op !== "randn") return 0;
  return elements < 16 ? Math.abs(wanted) * 2 ** -23 : 2e-6;
}

/** A document whose nodes `draw_0`, `draw_1` … are these draws, in this order; a module is the member `draw_0`. */
export function drawDocument(draws: readonly Draw[]): unknown {
  const position = { x: 0, y: 0 };
  const ids = draws.map((_, i) => `draw_${i}`);
  const isModule = ({ op }: Draw) => op.startsWith("nn.");
  const entries = draws.map(({ op, attributes }, i): [string, unknown] => [
    ids[i] ?? "",
    { name: ids[i], kind: "op", op, attrs: attributes, position },
  ]);
  const [only] = draws;
  const isOneModule = only !== undefined && isModule(only);
  const members = isOneModule ? { draw_0: { name: "draw_0", type: only.op, attrs: only.attributes } } : {};
  const called = {
    input: { name: "input", kind: "op", op: "zeros", attrs: { size: [1, only?.attributes["inFeatures"]] }, position },
    out: { name: "out", kind: "call", member: "draw_0", position },
    loss: { name: "loss", kind: "op", op: "sum", attrs: {}, position },
  };
  return {
    format: "chainrule",
    version: 1,
    name: "draws",
    seed: 0,
    root: "main",
    training: { loss: isOneModule ? ["loss", "out"] : null, steps: 0, logEvery: 1, device: "auto", stopOnNaN: true },
    graphs: {
      main: {
        kind: "model",
        name: "main",
        inputs: [],
        outputs: [],
        members,
        draws: ids,
        effects: [],
        nodes: isOneModule ? called : Object.fromEntries(entries),
        edges: isOneModule
          ? [
              { from: ["input", "out"], to: ["out", "input"] },
              { from: ["out", "out"], to: ["loss", "input"] },
            ]
          : [],
        notes: [],
        frames: [],
      },
    },
    functions: {},
    resources: {},
    view: {},
  };
}
