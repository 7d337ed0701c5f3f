/** @file defineOp: turns a declaration into a callable op. */
import { parseAttributes } from "./attribute";
import type { AnyOp, AttributeSpecs, Op, OperandSpec, OpRules, OpSignature } from "./op";
import { currentRecorder } from "./recorder";
import { invariant } from "./refusal";
import type { Value } from "./value";

const names = new WeakMap<object, string>();

/** Called by the registry with the export name; an op has one name for good. */
export function nameOp(op: AnyOp, name: string): void {
  const known = names.get(op);
  invariant(known === undefined || known === name, `op "${known}" is exported again as "${name}"`);
  names.set(op, name);
}

/** True for what defineOp(…).rules(…) returns: how the registry tells an op from other exports. */
export function isOp(candidate: unknown): candidate is AnyOp {
  return typeof candidate === "function" && "signature" in candidate && "rules" in candidate;
}

function isValue(argument: unknown): argument is Value {
  return typeof argument === "object" && argument !== null && "definition" in argument;
}

/**
 * Declares an op in two steps, so that a gradient rule may name a sibling declared in the same file (in one step
 * TypeScript gives up with TS7022).
 */
export function defineOp<const O extends readonly OperandSpec[], A extends AttributeSpecs>(
  signature: OpSignature<O, A>,
): { rules(rules: OpRules<O, A>): Op<O, A> } {
  return {
    rules(rules) {
      const call = (...args: readonly unknown[]): Value => {
        const recorder = currentRecorder();
        const count = signature.operands.length;
        const operands = signature.operands.map((spec, i) => {
          const argument = i < args.length ? args[i] : undefined;
          if (isValue(argument)) return argument;
          const number = typeof argument === "number" ? argument : argument === undefined ? spec.default : undefined;
          if (number !== undefined) return recorder.literal(number, !Number.isInteger(number));
          invariant(spec.optional, `operand "${spec.name}" of ${op.opName} is missing`);
          return null;
        });
        const written = args[count];
        const attributes = typeof written === "object" && written !== null ? { ...written } : {};
        return recorder.record(op, operands, parseAttributes(signature.attributes, attributes));
      };
      const op = Object.assign(call, { signature, rules }) as unknown as Op<O, A> & AnyOp;
      Object.defineProperty(op, "opName", {
        get: () => names.get(op) ?? signature.label,
      });
      return op;
    },
  };
}
