/** @file createTape: the one implementation of the tape. */
import type { Attributes } from "../ir/attribute";
import { isFloat } from "../ir/dtype";
import type { AnyOp, GradientRule, RuleContext } from "../ir/op";
import type { Pieces } from "../ir/pieces";
import { recordWith } from "../ir/recorder";
import { refuse } from "../ir/refusal";
import { checkSize } from "../ir/shape";
import { tensorData, type TensorData, type TensorType } from "../ir/tensor";
import type { Boundary, Definition, Origin, SlotId, Value } from "../ir/value";
import { to } from "../ops";
import { hashTensor } from "./hash-tensor";
import type { Place, Tape } from "./tape";

/** The slots that draws "each step" read: the Philox key, and a counter that goes up by one each step. All int32 scalars. */
export const randomSlots = {
  keyLow: "random/key.low" as SlotId,
  keyHigh: "random/key.high" as SlotId,
  counter: "random/counter" as SlotId,
} as const;

const counterType: TensorType = { dtype: "int32", shape: [] };

/** Where draws "each step" take their numbers from. */
export interface StepRandom {
  /** The slots of the Philox key, and of a counter that goes up by one each step. All int32 scalars. */
  readonly keyLow: SlotId;
  readonly keyHigh: SlotId;
  readonly counter: SlotId;
  /** The next draw's place in its step; without it, draws are numbered by the tape. */
  nextStream?(): number;
}

export interface TapeOptions {
  /** What float32 is recorded as. */
  readonly float: Tape["float"];
  /** Without it: randomSlots. */
  readonly random?: StepRandom;
}

/** Operands by their declared names, as rules take them. */
export function namedOperands<T>(op: AnyOp, operands: readonly (T | null)[]): Record<string, T> {
  const named: Record<string, T | null> = {};
  op.signature.operands.forEach((spec, i) => (named[spec.name] = operands[i] ?? null));
  // Rules see null only for operands they declared optional, and their own types say so.
  return named as Record<string, T>;
}

/** The gradient rule of operand `index`, or null when none flows or the body's own rules apply. */
export function gradientRule(op: AnyOp, index: number): GradientRule | null {
  const spec = op.signature.operands[index];
  const { gradients } = op.rules;
  const rule = gradients === "inherit" || !spec ? undefined : gradients[spec.name];
  return typeof rule === "function" ? rule : null;
}

type Use = Omit<RuleContext, "out">;

function backwardName({ rules: { gradFn }, signature }: AnyOp, use: Use): string {
  return typeof gradFn === "function" ? gradFn(use) : (gradFn ?? `${signature.label}Backward0`);
}

class StepRecord implements Tape {
  readonly values: Value[] = [];
  readonly float: Tape["float"];
  draws = 0;
  private readonly random: StepRandom;
  private readonly slots = new Map<SlotId, Value>();
  private place: Place = { phase: "forward", path: [], node: null, port: null };
  private ops: readonly string[] = [];
  /** The name of the outermost op that is being opened: what PyTorch calls the whole. */
  private outermost: string | null = null;
  gradEnabled = true;
  /** Inside a creation op, or converting its result: recorded as declared. */
  private asDeclared = false;

  constructor(options: TapeOptions) {
    this.float = options.float;
    this.random = options.random ?? randomSlots;
  }

  /** Note [Creation in float64]: draws and linspace are made in float32 and then cast, so that both modes start alike. */
  record(op: AnyOp, operands: readonly (Value | null)[], attributes: Attributes): Value {
    const { asDeclared } = this;
    if (this.float === "float32" || asDeclared) return this.recordAny(op, operands, attributes);
    this.asDeclared = operands.every((operand) => operand === null);
    try {
      const value = this.recordAny(op, operands, attributes);
      if (value.type.dtype !== "float32") return value;
      this.asDeclared = true;
      return recordWith(this, () => to(value, { dtype: "float64" }));
    } finally {
      this.asDeclared = asDeclared;
    }
  }

  private recordAny(op: AnyOp, operands: readonly (Value | null)[], attributes: Attributes): Value {
    const types = namedOperands(
      op,
      operands.map((o) => o && o.type),
    );
    const use = { operands: types, attributes };
    const type = op.rules.type(use);
    checkSize(type.shape);
    const { compute } = op.rules;
    const needs = operands.map((o, i) => o?.requiresGrad === true && gradientRule(op, i) !== null);
    const requiresGrad = this.gradEnabled && isFloat(type.dtype) && needs.some(Boolean);
    if (compute.kind === "composite") {
      const body = (): Value => compute.body(namedOperands(op, operands), { ...use, out: type });
      if (op.rules.gradients === "inherit") return this.within(op, use, body);
      const inner = this.within(op, use, () => this.noGrad(body));
      return requiresGrad ? this.compositeBoundary(op, operands, use, inner, needs) : inner;
    }
    const definition: Definition =
      compute.kind === "random"
        ? this.randomDefinition(op, operands, attributes)
        : { kind: "op", op, operands, attributes };
    return this.push(type, definition, requiresGrad, false, this.outermost ?? backwardName(op, use));
  }

  private randomDefinition(op: AnyOp, operands: readonly (Value | null)[], attributes: Attributes): Definition {
    const { random } = this;
    const low = this.slot(random.keyLow, counterType, false);
    const high = this.slot(random.keyHigh, counterType, false);
    const counter = this.slot(random.counter, counterType, false);
    const stream = random.nextStream?.() ?? this.draws;
    this.draws++;
    return { kind: "random", op, operands, attributes, stream, key: [low, high], counter };
  }

  private compositeBoundary(
    op: AnyOp,
    operands: readonly (Value | null)[],
    use: Use,
    inner: Value,
    needs: readonly boolean[],
  ): Value {
    const { attributes } = use;
    const places = operands.flatMap((o, i) => (o ? [i] : []));
    let out: Value = inner;
    const outputs = this.within(op, use, () =>
      this.boundary({
        name: this.outermost ?? backwardName(op, use),
        inputs: operands.filter((o) => o !== null),
        inner: [inner],
        backward: ([grad]) =>
          places.map((i) => {
            const rule = needs[i] ? gradientRule(op, i) : null;
            return grad && rule ? rule({ grad, operands: namedOperands(op, operands), out, attributes }) : null;
          }),
      }),
    );
    out = outputs[0] ?? inner;
    return out;
  }

  private within<T>(op: AnyOp, use: Use, body: () => T): T {
    const { ops, outermost } = this;
    this.ops = [...ops, op.opName];
    this.outermost = outermost ?? backwardName(op, use);
    try {
      return recordWith(this, body);
    } finally {
      this.ops = ops;
      this.outermost = outermost;
    }
  }

  private push(
    type: TensorType,
    definition: Definition,
    requiresGrad: boolean,
    isLeaf: boolean,
    gradFn: string | null,
  ): Value {
    const { phase, path, node, port } = this.place;
    const ops = this.place.ops && this.place.ops.length > 0 ? [...this.place.ops, ...this.ops] : this.ops;
    const origin: Origin = { phase, path, node, port, ops };
    const value: Value = {
      id: this.values.length,
      type,
      definition,
      requiresGrad,
      isLeaf,
      gradFn: requiresGrad && !isLeaf ? gradFn : null,
      origin,
    };
    this.values.push(value);
    return value;
  }

  literal(value: number, float: boolean): Value {
    const dtype = float ? (this.asDeclared ? "float32" : this.float) : "int64";
    return this.push({ dtype, shape: [], weak: true }, { kind: "literal", value }, false, false, null);
  }

  slot(slot: SlotId, type: TensorType, requiresGrad: boolean): Value {
    const known = this.slots.get(slot);
    if (known) return known;
    const dtype = type.dtype === "float32" ? this.float : type.dtype;
    const value = this.push({ ...type, dtype }, { kind: "slot", slot }, requiresGrad, requiresGrad, null);
    this.slots.set(slot, value);
    return value;
  }

  data(data: TensorData): Value {
    const widened = data.dtype === "float32" && this.float === "float64" ? widenData(data) : data;
    const definition: Definition = { kind: "data", data: widened, hash: hashTensor(widened) };
    return this.push({ dtype: widened.dtype, shape: widened.shape }, definition, false, false, null);
  }

  alias(value: Value): Value {
    const requiresGrad = value.requiresGrad && this.gradEnabled;
    return this.push(value.type, { kind: "alias", of: value, cut: false }, requiresGrad, false, value.gradFn);
  }

  detach(value: Value): Value {
    return this.push(value.type, { kind: "alias", of: value, cut: true }, false, false, null);
  }

  leaf(value: Value): Value {
    if (!isFloat(value.type.dtype)) refuse("leaf.dtype", { dtype: value.type.dtype });
    const { dtype, shape } = value.type;
    return this.push({ dtype, shape }, { kind: "alias", of: value, cut: true }, true, true, null);
  }

  boundary(boundary: Omit<Boundary, "outputs">): readonly Value[] {
    const outputs: Value[] = [];
    const whole: Boundary = { ...boundary, outputs };
    const flows = this.gradEnabled && boundary.inputs.some((input) => input.requiresGrad);
    boundary.inner.forEach((inner, output) => {
      const requiresGrad = flows && isFloat(inner.type.dtype);
      const definition: Definition = { kind: "boundary", boundary: whole, output };
      outputs.push(this.push(inner.type, definition, requiresGrad, false, boundary.name));
    });
    return outputs;
  }

  noGrad<T>(body: () => T): T {
    return this.withGradSet(false, body);
  }

  withGrad<T>(body: () => T): T {
    return this.withGradSet(true, body);
  }

  private withGradSet<T>(enabled: boolean, body: () => T): T {
    const { gradEnabled } = this;
    this.gradEnabled = enabled;
    try {
      return body();
    } finally {
      this.gradEnabled = gradEnabled;
    }
  }

  at<T>(place: Place, body: () => T): T {
    const outer = this.place;
    this.place = place;
    try {
      return body();
    } finally {
      this.place = outer;
    }
  }

  *piecesAt<T>(place: Place, work: Pieces<T>): Pieces<T> {
    const outer = this.place;
    this.place = place;
    try {
      return yield* work;
    } finally {
      this.place = outer;
    }
  }

  *piecesWithoutGrad<T>(work: Pieces<T>): Pieces<T> {
    const { gradEnabled } = this;
    this.gradEnabled = false;
    try {
      return yield* work;
    } finally {
      this.gradEnabled = gradEnabled;
    }
  }
}

const widenedData = new WeakMap<TensorData, TensorData>();

function widenData(data: TensorData): TensorData {
  const known = widenedData.get(data);
  if (known) return known;
  const widened = tensorData("float64", data.shape, data.data);
  widenedData.set(data, widened);
  return widened;
}

/** An empty tape. */
export function createTape(options: TapeOptions): Tape {
  return new StepRecord(options);
}
