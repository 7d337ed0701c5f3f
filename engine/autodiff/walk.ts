/** @file The reverse walk: every value that needs a gradient, users before operands. */
import { invariant, refuse } from "../ir/refusal";
import { finish, type Pieces } from "../ir/pieces";
import { recordWith } from "../ir/recorder";
import { elementCount, sameShape } from "../ir/shape";
import type { Boundary, Value } from "../ir/value";
import { add, ones } from "../ops";
import { gradientRule, namedOperands } from "../tape/record";
import type { Tape } from "../tape/tape";
import type { Backward, BackwardOptions, Contribution, Gradients } from "./backward";
import { broadcastsFrom, unbroadcast } from "./unbroadcast";

/** Values visited in one piece. */
const pieceValues = 256;

/** Values whose saved operands a backward has let go of. */
const released = new WeakSet<Value>();

/** The values a gradient passes to from this one, with repetitions. */
function sources(value: Value): readonly Value[] {
  if (value.isLeaf) return [];
  const { definition } = value;
  switch (definition.kind) {
    case "op":
    case "random":
      return definition.operands.flatMap((operand, i) =>
        operand?.requiresGrad && gradientRule(definition.op, i) ? [operand] : [],
      );
    case "alias":
      return definition.cut ? [] : [definition.of];
    case "boundary":
      return definition.boundary.inputs.filter((input) => input.requiresGrad);
    case "slot":
    case "literal":
    case "data":
      return [];
  }
}

/** All values between the roots and their leaves, latest first; with `inputs`, only those that one of them is reached from. */
function reach(roots: readonly Value[], inputs: readonly Value[] | undefined): Value[] {
  const seen = new Set<Value>(roots);
  const stack = [...roots];
  for (let value = stack.pop(); value; value = stack.pop()) {
    for (const source of sources(value)) {
      if (source.requiresGrad && !seen.has(source)) {
        seen.add(source);
        stack.push(source);
      }
    }
  }
  const latestFirst = [...seen].sort((a, b) => b.id - a.id);
  if (!inputs) return latestFirst;
  const wanted = new Set<Value>(inputs);
  for (const value of [...seen].sort((a, b) => a.id - b.id)) {
    if (sources(value).some((source) => wanted.has(source))) wanted.add(value);
  }
  return latestFirst.filter((value) => wanted.has(value));
}

class Walk {
  private readonly contributions = new Map<Value, Contribution[]>();
  private readonly gradients = new Map<Value, Value>();
  private readonly passed = new Set<Boundary>();
  private readonly needed: ReadonlySet<Value>;
  readonly order: readonly Value[];

  constructor(
    private readonly tape: Tape,
    /** What the walk begins from, with its cotangent. */
    private readonly roots: ReadonlyMap<Value, Value>,
    private readonly options: BackwardOptions,
  ) {
    this.order = reach([...roots.keys()], options.inputs);
    this.needed = new Set(this.order);
  }

  *run(): Pieces<Gradients> {
    for (const value of this.order) if (released.has(value)) refuse("backward.released", {});
    const { createGraph } = this.options;
    let visited = 0;
    for (const value of this.order) {
      const { path, node, port, ops } = value.origin;
      const visit = (): void => this.visit(value);
      recordWith(this.tape, () =>
        this.tape.at({ phase: "backward", path, node, port, ops }, () =>
          createGraph === true ? this.tape.withGrad(visit) : this.tape.noGrad(visit),
        ),
      );
      if (++visited % pieceValues === 0) yield;
    }
    const reached = this.order.filter((value) => value.isLeaf && this.gradients.has(value));
    const leaves = reached.sort((a, b) => a.id - b.id);
    return {
      of: (value) => this.gradients.get(value) ?? null,
      contributions: (value) => this.contributions.get(value) ?? [],
      leaves,
    };
  }

  private visit(value: Value): void {
    const grad = this.total(value);
    if (grad) this.gradients.set(value, grad);
    const { definition } = value;
    if (definition.kind === "boundary") {
      this.throughBoundary(definition.boundary, value);
    } else if (grad && !value.isLeaf) {
      if (definition.kind === "alias" && !definition.cut) this.contribute(definition.of, value, 0, grad);
      if (definition.kind === "op") this.throughOp(value, definition, grad);
    }
  }

  /** The sum of what reached a value: its cotangent, then the latest user's contribution first. */
  private total(value: Value): Value | null {
    const cotangent = this.roots.get(value);
    const parts = (this.contributions.get(value) ?? []).map(({ after }) => after);
    const [first, ...others] = cotangent ? [cotangent, ...parts] : parts;
    return first ? others.reduce((sum, part) => add(sum, part), first) : null;
  }

  private contribute(value: Value, user: Value, operand: number, before: Value): void {
    if (!this.needed.has(value)) return;
    const contribution = { user, operand, before, after: unbroadcast(before, value.type) };
    const parts = this.contributions.get(value);
    if (parts) parts.push(contribution);
    else this.contributions.set(value, [contribution]);
  }

  private throughOp(value: Value, definition: Value["definition"] & { kind: "op" }, grad: Value): void {
    const { op, operands, attributes } = definition;
    const before = this.tape.values.length;
    const context = { grad, operands: namedOperands(op, operands), out: value, attributes };
    operands.forEach((operand, i) => {
      const rule = operand && this.needed.has(operand) ? gradientRule(op, i) : null;
      if (!operand || !rule) return;
      const cotangent = rule(context);
      const fits = broadcastsFrom(cotangent.type.shape, operand.type.shape);
      invariant(fits, `gradient of ${op.opName} has shape [${cotangent.type.shape}], operand [${operand.type.shape}]`);
      this.contribute(operand, value, i, cotangent);
    });
    // Note [Released graphs]: as in PyTorch only ops that keep tensors for backward are spoilt by it, so an add may be
    // passed twice. An op keeps what its rule reads; a plain number counts unless a composite brought it.
    const kept = operands.filter((o) => o && (o.definition.kind !== "literal" || value.origin.ops.length === 0));
    this.release([value], [value, ...kept], before);
  }

  /** Once per boundary, at its first output: users of every output have been visited by then. */
  private throughBoundary(boundary: Boundary, value: Value): void {
    const first = boundary.outputs.find((output) => this.needed.has(output));
    if (value !== first || this.passed.has(boundary)) return;
    this.passed.add(boundary);
    const grads = boundary.outputs.map((output) => this.gradients.get(output) ?? null);
    if (grads.every((grad) => grad === null)) return;
    const before = this.tape.values.length;
    const results = boundary.backward(grads);
    boundary.inputs.forEach((input, index) => {
      const result = results[index];
      if (!result || !input.requiresGrad) return;
      const found = result.type.shape;
      const expected = input.type.shape;
      if (!broadcastsFrom(found, expected)) {
        refuse("backward.gradientShape", { name: boundary.name, index, found, expected });
      }
      this.contribute(input, value, index, result);
    });
    const kept = [...boundary.inputs, ...boundary.inner, ...boundary.outputs, ...(boundary.saved ?? [])];
    this.release(boundary.outputs, kept, before);
  }

  /** Marks values spoilt when what was recorded since `before` reads what they keep. */
  private release(values: readonly Value[], kept: readonly (Value | null)[], before: number): void {
    if (this.options.retainGraph === true || this.options.createGraph === true) return;
    const keeps = new Set(kept);
    const reads = this.tape.values.slice(before).some(({ definition }) => {
      if (definition.kind === "op") return definition.operands.some((operand) => operand && keeps.has(operand));
      if (definition.kind === "alias") return keeps.has(definition.of);
      return definition.kind === "boundary" && definition.boundary.inputs.some((input) => keeps.has(input));
    });
    if (reads) for (const value of values) released.add(value);
  }
}

function seed(root: Value, cotangent: Value | null): Value {
  const { shape, dtype } = root.type;
  if (!cotangent) {
    if (elementCount(shape) !== 1) refuse("backward.nonScalar", { shape });
    return ones({ size: shape, dtype });
  }
  const found = cotangent.type.shape;
  if (!sameShape(found, shape)) refuse("backward.cotangentShape", { found, expected: shape });
  return unbroadcast(cotangent, root.type);
}

/**
 * The gradients of `root` with respect to what it was made of, recorded on the same tape: those of each value on the
 * way too. The cotangent is 1 for a root of one element, and must be given otherwise. Refuses with PyTorch's sentences
 * a root that needs no gradient, a missing or mis-shaped cotangent, and a graph released by an earlier backward.
 */
export const backward: Backward = (tape, root, cotangent, options) =>
  finish(backwardInPieces(tape, root, cotangent, options));

/** The same in pieces. */
export function* backwardInPieces(...[tape, root, cotangent, options = {}]: Parameters<Backward>): Pieces<Gradients> {
  if (!root.requiresGrad) refuse("backward.noGraph", {});
  const { path, node, port } = root.origin;
  const build = (): Value => tape.at({ phase: "backward", path, node, port }, () => seed(root, cotangent));
  const first = recordWith(tape, () => (options.createGraph === true ? tape.withGrad(build) : tape.noGrad(build)));
  return yield* new Walk(tape, new Map([[root, first]]), options).run();
}

/** The gradients of several values at once, each with a cotangent of its type; the graph is kept. */
export function backwardFrom(
  tape: Tape,
  roots: readonly { readonly value: Value; readonly cotangent: Value }[],
): Pieces<Gradients> {
  const cotangents = new Map<Value, Value>();
  recordWith(tape, () => {
    for (const { value, cotangent } of roots) {
      const known = cotangents.get(value);
      cotangents.set(value, known ? tape.noGrad(() => add(known, cotangent)) : cotangent);
    }
  });
  return new Walk(tape, cotangents, { retainGraph: true }).run();
}
