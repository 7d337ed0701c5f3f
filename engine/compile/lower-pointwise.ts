/** @file Lowers pointwise and random ops: their scalar expressions become terms over the output's shape. */
import { isFloat, resultDType, type DType } from "../ir/dtype";
import type { AnyOp, PrimitiveCompute, RuleContext } from "../ir/op";
import { invariant } from "../ir/refusal";
import { contiguousStrides, type Shape } from "../ir/shape";
import type { TensorType } from "../ir/tensor";
import type { Value } from "../ir/value";
import { scalarBuilder } from "../scalar/builder";
import type { ScalarExpression } from "../scalar/expression";
import { contiguousAccess } from "./access";
import type { Term } from "./term";
import type { TermTable } from "./term-table";

/** Operands by their declared names, as the op's rules take them. */
function named<T>(op: AnyOp, operands: readonly (T | null)[]): Record<string, T | null> {
  return Object.fromEntries(op.signature.operands.map((spec, i) => [spec.name, operands[i] ?? null]));
}

export function ruleContext(op: AnyOp, value: Value): RuleContext {
  const { definition } = value;
  invariant(definition.kind === "op" || definition.kind === "random", "only ops have rules");
  const operands = named<TensorType>(
    op,
    definition.operands.map((o) => o?.type ?? null),
  );
  // Rules are written against their own operands and attributes; the record holds them parsed.
  return { operands, attributes: definition.attributes, out: value.type } as RuleContext;
}

/** The dtype operands are converted to before the expression sees them; null where they stay. */
function operandDType(promotion: "same" | "float" | "none", types: readonly TensorType[], out: DType): DType | null {
  if (promotion === "none") return null;
  const defaultFloat = isFloat(out) ? out : types.some((t) => t.dtype === "float64") ? "float64" : "float32";
  const promoted = resultDType(types, defaultFloat);
  return promotion === "float" && !isFloat(promoted) ? defaultFloat : promoted;
}

/** An expression as a term, its operands being terms over the same shape. */
function termOf(table: TermTable, expression: ScalarExpression, operands: readonly Term[], shape: Shape): Term {
  const done = new Map<ScalarExpression, Term>();
  const visit = (e: ScalarExpression): Term => {
    const known = done.get(e);
    if (known) return known;
    const term = make(e);
    done.set(e, term);
    return term;
  };
  const make = (e: ScalarExpression): Term => {
    switch (e.kind) {
      case "operand": {
        const operand = operands[e.index];
        invariant(operand, `an expression names operand ${e.index} of ${operands.length}`);
        return operand;
      }
      case "constant":
        return table.constant(e.value, e.type);
      case "coordinate": {
        const strides = shape.map((extent, axis) => (axis === e.axis && extent !== 1 ? 1 : 0));
        return table.index({ offset: 0, strides });
      }
      case "call":
        return table.call(e.fn, e.args.map(visit), e.type);
    }
  };
  return visit(expression);
}

/** A plain number has all of its digits: beside float64 it is not rounded to float32 first, as Python's is not. */
function literalTerm(table: TermTable, value: Value, dtype: DType): Term | null {
  const { definition, type } = value;
  if (definition.kind !== "literal" || type.dtype !== "float32" || dtype !== "float64") return null;
  return table.constant(definition.value, dtype);
}

/** The term of a pointwise op from the terms of its operands, each over its own shape; null where a view cannot be said. */
export function lowerPointwise(
  table: TermTable,
  value: Value,
  op: AnyOp,
  compute: PrimitiveCompute & { readonly kind: "pointwise" },
  operands: readonly (Term | null)[],
  sources: readonly (Value | null)[],
): Term {
  const out = value.type;
  const types = sources.map((source): TensorType | null => source && source.type);
  const dtype = operandDType(
    compute.promotion,
    types.flatMap((t) => (t ? [t] : [])),
    out.dtype,
  );
  const terms: Term[] = [];
  const expressions = operands.map((operand, i): ScalarExpression | null => {
    const source = sources[i];
    if (!operand || !source) return null;
    const exact = literalTerm(table, source, dtype ?? out.dtype);
    const spread = table.view(exact ?? operand, { kind: "expand" }, source.type.shape, out.shape);
    invariant(spread, "expanding moves through every access");
    const term = dtype ? table.convert(spread, dtype) : spread;
    terms.push(term);
    return { kind: "operand", index: terms.length - 1, type: term.dtype };
  });
  const inputs = named(op, expressions) as Parameters<typeof compute.expression>[1];
  const expression = compute.expression(scalarBuilder, inputs, ruleContext(op, value));
  return table.convert(termOf(table, expression, terms, out.shape), out.dtype);
}

/** Streams of one draw: uniform(n) of stream s is Philox stream s + n·2²⁰. */
const streamsPerDraw = 2 ** 20;

/** The term of a draw made each step: Philox by key, step counter, stream and element. */
export function lowerRandom(
  table: TermTable,
  value: Value,
  op: AnyOp,
  compute: PrimitiveCompute & { readonly kind: "random" },
  stream: number,
  key: readonly [Term, Term],
  counter: Term,
): Term {
  const { shape, dtype } = value.type;
  const spread = [...key, counter].map((t) => table.view(t, { kind: "expand" }, [], shape));
  const element = table.index(contiguousAccess(shape));
  invariant(contiguousStrides(shape).length === shape.length && spread.every((t) => t !== null), "scalars expand");
  const [low, high, step] = spread;
  invariant(low && high && step, "a draw has a key and a counter");
  const terms: Term[] = [];
  const uniform = (n: number): ScalarExpression => {
    const number = table.constant(stream + n * streamsPerDraw, "int32");
    terms.push(table.call("philox", [low, high, step, number, element], "float32"));
    return { kind: "operand", index: terms.length - 1, type: "float32" };
  };
  const expression = compute.device(scalarBuilder, uniform, ruleContext(op, value));
  return table.convert(termOf(table, expression, terms, shape), dtype);
}
