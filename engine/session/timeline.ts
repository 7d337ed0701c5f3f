/** @file The tape of one step with every value on it, for the timeline and the chain-rule cards. */
import type { Definition, Value } from "../ir/value";
import { sourcesOf } from "../ir/value-sources";
import type { Trainer } from "../train/trainer";
import { CallRefused } from "./dispatcher";
import type { TensorView } from "./payloads";
import { gradientOf } from "./places";
import { viewTensor } from "./tensor-view";
import type { Timeline, TimelineEntry } from "./timeline-payload";

/** Entries of one step beyond it are refused: nobody reads them, and each is fetched. */
const mostEntries = 5000;
const defaultElements = 256;

/** Attributes that a clone can carry; of a slot also its name in the state_dict. */
function plainAttributes(
  definition: Definition,
  names: ReadonlyMap<string, string>,
): Readonly<Record<string, unknown>> {
  if (definition.kind === "literal") return { value: definition.value };
  if (definition.kind === "slot") return { slot: definition.slot, name: names.get(definition.slot) ?? definition.slot };
  return definition.kind === "op" || definition.kind === "random" ? definition.attributes : {};
}

function operandsOf(value: Value): readonly (Value | null)[] {
  const { definition } = value;
  return definition.kind === "op" || definition.kind === "random" ? definition.operands : sourcesOf(value);
}

/** Records the step about to be made, computes all of it, and ties gradients to the uses they came from. */
export async function timelineOf(
  trainer: Trainer,
  revision: number,
  maxElements: number = defaultElements,
): Promise<Timeline> {
  const trace = await trainer.traceNext(true);
  const recorded = [...trace.tape.values];
  // What reached a value over all backward calls: recorded beside the step, behind what it recorded itself.
  const gradients = recorded.map((value) => gradientOf(trace, value));
  const values = [...recorded, ...trace.tape.values.slice(recorded.length)];
  if (recorded.length > mostEntries) {
    const found = `found ${recorded.length} values in a step, expected at most ${mostEntries}`;
    throw new CallRefused("timeline.size", `timeline: ${found}. Use fewer turns, or look at single nodes.`);
  }
  const position = new Map(values.map((value, i) => [value, i]));
  const at = (value: Value): number => position.get(value) ?? 0;
  const data = await trainer.evaluate(values);
  const views = values.map(({ type: { dtype, shape } }, i) =>
    viewTensor(data[i] ?? { dtype, shape, data: new Float32Array(0) }, maxElements),
  );
  const nothing = viewTensor({ dtype: "float32", shape: [0], data: new Float32Array(0) }, maxElements);
  const viewOf = (value: Value): TensorView => views[at(value)] ?? nothing;
  const viewOrNull = (value: Value | null): TensorView | null => value && viewOf(value);
  const names = new Map(trainer.program.slots.map((d) => [d.slot, d.name]));
  const entries = recorded.map((value): TimelineEntry => {
    const { definition, origin, type } = value;
    const op = definition.kind === "op" || definition.kind === "random" ? definition.op : null;
    return {
      kind: definition.kind,
      op: op?.opName ?? null,
      origin,
      operands: operandsOf(value).map((operand) => operand && at(operand)),
      operandNames: op ? op.signature.operands.map((spec) => spec.name) : [],
      attributes: plainAttributes(definition, names),
      dtype: type.dtype,
      shape: type.shape,
      requiresGrad: value.requiresGrad,
      gradFn: value.gradFn,
      value: viewOf(value),
      gradient: viewOrNull(gradients[position.get(value) ?? -1] ?? null),
      contributions: trace.backwards.flatMap((each) =>
        each.contributions(value).map(({ user, operand, before, after }) => ({
          user: at(user),
          operand,
          before: viewOf(before),
          after: viewOf(after),
        })),
      ),
    };
  });
  return {
    revision,
    step: trainer.step,
    entries,
    loss: trace.loss && at(trace.loss),
    writes: [...trace.writes].map(([slot, value]) => ({ slot, name: names.get(slot) ?? slot, entry: at(value) })),
    errors: trace.errors.map(({ name, message }) => ({ where: name, message })),
  };
}
