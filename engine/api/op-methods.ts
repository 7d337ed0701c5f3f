/** @file Every op of the registry as a function and as a method of Tensor: nothing here names an op. */
import { parseAttributes } from "../ir/attribute";
import { canDrawEachStep, type AnyOp, type OperandSpec } from "../ir/op";
import { invariant } from "../ir/refusal";
import type { TensorType } from "../ir/tensor";
import { ops } from "../ops/registry";
import { namedOperands } from "../tape/record";
import { currentGenerator } from "./generator";
import { explain } from "./message";
import type { OpFunctions } from "./op-types";
import { runtime } from "./runtime";
import { placesOf, Tensor } from "./tensor";
import { tensor } from "./tensor-from-data";

type Options = Readonly<Record<string, unknown>>;

function isOptions(argument: unknown): argument is Options {
  return typeof argument === "object" && argument !== null && !Array.isArray(argument) && !(argument instanceof Tensor);
}

/** Whether an argument can stand for an operand: a tensor, a number, or nested lists of numbers. */
function asOperand(spec: OperandSpec, argument: unknown): Tensor | number | null {
  if (argument instanceof Tensor || typeof argument === "number") return argument;
  if (Array.isArray(argument)) return tensor(argument as number[]);
  if (argument === null && spec.optional) return null;
  throw new TypeError(
    `operand "${spec.name}": found ${String(argument)}, expected a tensor, a number or a list. Pass one.`,
  );
}

/** Arguments as written, told apart: operands in order, then attributes in order, then an object that names either. */
function readArguments(op: AnyOp, args: readonly unknown[]) {
  const { operands: specs, attributes: attributeSpecs } = op.signature;
  const positional = [...args];
  const last = positional.at(-1);
  const options = isOptions(last) ? last : {};
  if (isOptions(last)) positional.pop();
  const operands = specs.map((spec, i) => {
    const argument = i < positional.length ? positional[i] : options[spec.name];
    if (argument !== undefined) return asOperand(spec, argument);
    if (spec.default !== undefined) return spec.default;
    if (spec.optional) return null;
    throw new TypeError(`${op.opName}: operand "${spec.name}" is missing, expected a tensor. Pass it.`);
  });
  const names = Object.keys(attributeSpecs);
  const written: Record<string, unknown> = {};
  positional.slice(specs.length).forEach((argument, i) => {
    const name = names[i];
    if (name === undefined) {
      throw new TypeError(`${op.opName}: found ${args.length} arguments, expected fewer. Remove the last.`);
    }
    if (argument !== undefined) written[name] = argument;
  });
  const { requiresGrad, draw: drawn = "once", ...others } = options;
  if (drawn !== "once" && !(drawn === "each step" && canDrawEachStep(op))) {
    const known = canDrawEachStep(op) ? '"once" or "each step"' : '"once"';
    throw new TypeError(`${op.opName}: found draw ${String(drawn)}, expected ${known}. Leave it out.`);
  }
  for (const [name, value] of Object.entries(others)) {
    if (value !== undefined && !specs.some((spec) => spec.name === name)) written[name] = value;
  }
  const eachStep = drawn === "each step";
  return {
    operands,
    attributes: parseAttributes(attributeSpecs, written),
    requiresGrad: requiresGrad === true,
    eachStep,
  };
}

function draw(op: AnyOp, operands: readonly (Tensor | number | null)[], attributes: Options): Tensor {
  const { compute } = op.rules;
  invariant(compute.kind === "random", "only random ops are drawn");
  const types = operands.map((o): TensorType | null =>
    o instanceof Tensor ? { dtype: o.dtype, shape: o.shape } : o === null ? null : { dtype: "float32", shape: [] },
  );
  const named = namedOperands(op, types);
  const out = op.rules.type({ operands: named, attributes });
  const data = compute.host(currentGenerator(), { operands: named, attributes, out });
  return new Tensor({
    kind: "storage",
    storage: runtime.createStorage(out, { dtype: out.dtype, shape: out.shape, data }),
  });
}

function callOp(op: AnyOp, args: readonly unknown[], inPlace = false): Tensor {
  return explain(op.opName, () => {
    const { operands, attributes, requiresGrad, eachStep } = readArguments(op, args);
    if (!inPlace) runtime.beforeRecording(placesOf(operands));
    let result: Tensor;
    if (op.rules.compute.kind === "random" && !eachStep) result = draw(op, operands, attributes);
    else {
      const record = eachStep ? runtime.recordDraw.bind(runtime) : runtime.record.bind(runtime);
      const value = record(({ tape }) => {
        const values = operands.map((operand) => {
          if (operand === null) return null;
          if (operand instanceof Tensor) return operand.value();
          return tape.literal(operand, !Number.isInteger(operand));
        });
        return tape.record(op, values, attributes);
      });
      result = new Tensor({ kind: "value", segment: runtime.segment, value });
      const [first] = operands;
      if (!inPlace && op.signature.shares === true && first instanceof Tensor) result.shareWith(first);
    }
    return requiresGrad ? result.requiresGrad_() : result;
  });
}

function makeFunctions(): OpFunctions {
  const functions: Record<string, (...args: readonly unknown[]) => Tensor> = {};
  for (const [name, op] of ops) functions[name] = (...args) => callOp(op, args);
  // The keys are those of the registry, as the type says.
  return functions as unknown as OpFunctions;
}

/** Every op as a function: `functions.add(x, y)`, `functions.zeros([2, 3])`. */
export const functions: OpFunctions = makeFunctions();

for (const [name, op] of ops) {
  if (op.signature.operands.length === 0 || name in Tensor.prototype) continue;
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...args: readonly unknown[]): Tensor {
      return callOp(op, [this, ...args]);
    },
  });
  Object.defineProperty(Tensor.prototype, `${name}_`, {
    value(this: Tensor, ...args: readonly unknown[]): Tensor {
      return this.replace(callOp(op, [this, ...args], true).value());
    },
  });
}
