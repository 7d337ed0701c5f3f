/** @file The loops of one step: how often each turns, which way each turn goes, and the plans to be run for it. */
import type { LoadedPlan } from "../backends/backend";
import type { Pieces } from "../ir/pieces";
import type { SlotId, Value } from "../ir/value";
import {
  CannotTakeOver,
  type Entered,
  type Loop,
  type LoopTaker,
  type Signature,
  type Unwound,
} from "../program/loops";
import type { Draw } from "./decided-step";
import type { Held } from "./slot-pool";
import type { LoopRun, TurnBackward, TurnPath, TurnPlans } from "./turn-plans";
import { cotangentSlot, inputSlot, outputSlot, signatureKey, sumSlot } from "./turn-slots";

/** The most turns of one loop that get plans of their own. */
const mostTurns = 512;

/** A question that a step asks of its loops, and the answer by which its path goes on. */
export type LoopQuestion =
  | { readonly kind: "enter"; readonly loop: Loop; readonly inputs: Signature }
  | { readonly kind: "unwind"; readonly entered: number; readonly ports: readonly string[] };

/** The loops of one step: decides their turns, and keeps what is to be run. */
export class StepLoops implements LoopTaker {
  readonly runs: LoopRun[] = [];
  readonly questions: LoopQuestion[] = [];
  private readonly entered: { readonly loop: Loop; readonly paths: readonly TurnPath[] }[] = [];
  private readonly unwound = new Set<number>();
  /** Told each question and answer, in order. */
  onAnswer: (question: LoopQuestion, answer: number) => void = () => undefined;

  constructor(
    private readonly plans: TurnPlans,
    private readonly draw: Draw,
  ) {}

  /** Decides a question that a step is known to ask; the number by which its path goes on. */
  *decide(question: LoopQuestion): Pieces<number> {
    if (question.kind === "unwind") return (yield* this.unwindTurns(question)).answer;
    return (yield* this.enterTurns(question)).answer;
  }

  *enter(loop: Loop, inputs: Signature): Pieces<Entered | null> {
    const question = { kind: "enter", loop, inputs } as const;
    const { answer, paths } = yield* this.enterTurns(question);
    this.onAnswer(question, answer);
    const at = this.entered.length - 1;
    const last = paths[paths.length - 1];
    if (!last) return null;
    const outputs = new Map([...last.outputs].map(([port, held]) => [port, { ...held, slot: outputSlot(loop, port, held) }])); // prettier-ignore
    return {
      inputs: new Map([...inputs].map(([port, held]) => [port, inputSlot(loop, 0, port, held)])),
      outputs,
      parameters: new Map(paths.flatMap(({ turn }) => [...turn.parameters])),
      unwind: (ports) => this.unwind({ kind: "unwind", entered: at, ports }),
    };
  }

  private *unwind(question: LoopQuestion & { kind: "unwind" }): Pieces<Unwound> {
    const { answer, unwound } = yield* this.unwindTurns(question);
    this.onAnswer(question, answer);
    return unwound;
  }

  private *enterTurns({ loop, inputs }: LoopQuestion & { kind: "enter" }) {
    const indices = loop.turns(this.draw);
    if (indices.length > mostTurns) throw new CannotTakeOver();
    const paths: TurnPath[] = [];
    let held = inputs;
    for (const [number, index] of indices.entries()) {
      const path: TurnPath = yield* this.plans.pathOf(loop, number, index, held, this.draw);
      paths.push(path);
      const { outputs } = path;
      held = new Map(
        [...inputs].map(([port, before]) => [port, (loop.carried.has(port) && outputs.get(port)) || before]),
      );
    }
    this.entered.push({ loop, paths });
    if (paths.length > 0) this.runs.push({ forward: true, turns: paths.map((path) => ({ path, backward: null })) });
    const last = paths[paths.length - 1];
    const read = new Set(paths.flatMap(({ turn }) => [...turn.parameters.keys()]));
    const answer = this.plans.answer(last ? `${signatureKey(last.outputs)} | ${[...read].join(" ")}` : "no turns");
    return { answer, paths };
  }

  private *unwindTurns({ entered, ports }: LoopQuestion & { kind: "unwind" }) {
    const found = this.entered[entered];
    // A second backward through the same turns would have to tell what the first has released.
    if (!found || this.unwound.has(entered)) throw new CannotTakeOver();
    this.unwound.add(entered);
    const { loop, paths } = found;
    const turns: { path: TurnPath; backward: TurnBackward }[] = [];
    const sums = new Map<SlotId, Held>();
    const inputs = new Map<string, Held>();
    const parameters = new Map<SlotId, Held>();
    const cotangents = new Map<string, SlotId>();
    let flowing = ports;
    for (const path of [...paths].reverse()) {
      if (flowing.length === 0) break;
      const backward = yield* this.plans.backwardOf(path, flowing);
      if (turns.length === 0) for (const [port, slot] of backward.cotangents) cotangents.set(port, slot);
      turns.push({ path, backward });
      const { gradients } = backward;
      const share = (name: string, value: Value): Held => {
        const held = { slot: sumSlot(loop, name, value), type: value.type };
        sums.set(held.slot, held);
        return held;
      };
      flowing = [...gradients.inputs.keys()].filter((port) => loop.carried.has(port));
      for (const [port, value] of gradients.inputs) if (!loop.carried.has(port)) inputs.set(port, share(port, value));
      for (const [slot, value] of gradients.parameters) parameters.set(slot, share(slot, value));
    }
    const [first] = paths;
    for (const port of flowing) {
      const held = first?.inputs.get(port);
      if (held) inputs.set(port, { slot: cotangentSlot(loop, port, held), type: held.type });
    }
    this.runs.push({ forward: false, turns });
    const unwound: Unwound = { cotangents, sums: [...sums.values()], inputs, parameters };
    const answer = this.plans.answer(JSON.stringify([[...cotangents], [...sums.keys()], [...inputs], [...parameters]]));
    return { answer, unwound };
  }
}

/** The plans that run a loop, in order; all are loaded. */
export function plansOf({ forward, turns }: LoopRun): readonly LoadedPlan[] {
  return turns.map(({ path, backward }) => {
    const loaded = forward ? path.loaded : backward?.loaded;
    if (!loaded) throw new Error("Invariant: a turn runs before it is loaded");
    return loaded.step.plan;
  });
}
