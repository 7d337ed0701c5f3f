/** @file A program written by hand for tests: w learns by momentum from draws; each step turns k times, or reads a sign. */
import type { Pieces } from "../ir/pieces";
import { recordWith } from "../ir/recorder";
import { tensorData, type TensorType } from "../ir/tensor";
import type { Origin, SlotId, Value } from "../ir/value";
import { add, gt, mul, sin, sub, sum } from "../ops/index";
import type { Decision, Program, SlotDeclaration, StepTrace } from "../program/program";
import { createTape } from "../tape/record";

export interface FixtureOptions {
  /** What each step decides by. */
  readonly by: "nothing" | "draw" | "read";
  readonly outOf?: number;
  readonly lr?: number;
  readonly elements?: number;
  /** Another structure: the same state, one more term. */
  readonly variant?: boolean;
}

const origin = (node: string): Origin => ({ phase: "forward", path: [], node, port: "out", ops: [] });

/** Loss Σ(w·sin x·(k + 1) − x)²; k is 0, drawn, or 1 where Σw > 0; momentum 0.9 that begins without state. */
export function fixtureProgram(options: FixtureOptions): Program & { traces: number } {
  const { by, outOf = 4, lr = 0.01, elements = 3, variant = false } = options;
  const vector: TensorType = { dtype: "float32", shape: [elements] };
  const scalar: TensorType = { dtype: "float32", shape: [] };
  const slot = (id: string, role: SlotDeclaration["role"], type: TensorType): SlotDeclaration => ({
    slot: id, role, type, name: id, requiresGrad: role === "parameter",
  }); // prettier-ignore
  const w = slot("w", "parameter", vector);
  const slots = [w, slot("w.grad", "grad", vector), slot("w.m", "optimizer", vector), slot("x", "once", vector), slot("lr", "hyper", scalar)]; // prettier-ignore

  const program: Program & { traces: number } = {
    traces: 0,
    hash: JSON.stringify({ by, outOf, elements, variant }),
    slots,
    parameters: [w],
    hasLoops: false,
    initialize: (generator) =>
      new Map<SlotId, ReturnType<typeof tensorData>>([
        ["x", tensorData("float32", [elements], generator.rand(elements))],
        ["w", tensorData("float32", [elements], generator.randn(elements))],
      ]),
    hyper: () => new Map<SlotId, number>([["lr", lr]]),
    summary: () => null,
    *traceInPieces(decide: (decision: Decision) => number): Pieces<StepTrace> {
      yield;
      return program.trace(decide);
    },
    trace(decide: (decision: Decision) => number): StepTrace {
      program.traces++;
      const tape = createTape({ float: "float32" });
      return recordWith(tape, () => {
        const at = (id: string, type: TensorType): Value => tape.slot(id, type, false);
        const [wValue, x, rate] = [at("w", vector), at("x", vector), at("lr", scalar)];
        let turns = 0;
        if (by === "draw") turns = decide({ kind: "draw", low: 0, high: outOf, where: origin("k") });
        if (by === "read") {
          const value = gt(sum(wValue), 0);
          turns = decide({ kind: "read", value, where: origin("k") });
        }
        const had = decide({ kind: "present", slot: "w.grad" }) === 1;
        const factor = mul(sin(x), turns + 1);
        const prediction = mul(wValue, factor);
        const error = sub(variant ? add(prediction, 1) : prediction, x);
        const loss = sum(mul(error, error));
        const gradient = mul(mul(error, factor), 2);
        const momentum = had ? add(mul(at("w.m", vector), 0.9), gradient) : gradient;
        const port = (name: string, value: Value) => ({ origin: origin(name), graph: "main", name, value });
        return {
          tape,
          loss,
          writes: new Map<SlotId, Value>([
            ["w", sub(wValue, mul(momentum, rate))],
            ["w.m", momentum],
            ["w.grad", gradient],
          ]),
          present: new Map([["w.grad", true]]),
          ports: [port("w", wValue), port("prediction", prediction), port("error", error), port("loss", loss)],
          edges: [],
          gradients: new Map([["w", gradient]]),
          backwards: [],
          errors: [],
          cuts: [],
        };
      });
    },
  };
  return program;
}

/** The same training in plain JavaScript, float32 at each operation. */
export function fixtureLosses(
  x: readonly number[],
  w0: readonly number[],
  turns: readonly number[],
  lr: number,
): number[] {
  const f = Math.fround;
  const w = [...w0];
  const m = w.map(() => 0);
  return turns.map((k) => {
    let loss = 0;
    w.forEach((wi, i) => {
      const xi = x[i] ?? 0;
      const factor = f(f(Math.sin(xi)) * (k + 1));
      const error = f(f(wi * factor) - xi);
      loss += error * error;
      m[i] = f(f((m[i] ?? 0) * f(0.9)) + f(f(error * factor) * 2));
      w[i] = f(wi - f((m[i] ?? 0) * f(lr)));
    });
    return loss;
  });
}
