/** @file The WGSL functions that spelled scalar functions call: written out, or printed from their expansion. */
import { scalarBuilder } from "./builder";
import { expandScalar } from "./expansion";
import type { ScalarExpression, ScalarType } from "./expression";
import type { ScalarFunction } from "./functions";
import { expandFarCos, expandFarSin } from "./far-angles";
import { expandPhilox } from "./philox";
import { expansionLimits } from "./polynomials";
import { spellWgslCall, wgslConstant, wgslExpanded, wgslType } from "./wgsl-spelling";

/** Bits made into a float behind a private variable, so that no compiler folds a NaN or infinity into an error. */
const always = `var<private> cr_no_bits: u32 = 0u;
fn cr_of_bits(bits: u32) -> f32 { return bitcast<f32>(bits | cr_no_bits); }
fn cr_isNan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn cr_isInf(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) == 0x7f800000u; }
`;

/** Functions written by hand. NaN is told by its bits, because WGSL lets a compiler assume that there is none. */
const written: Partial<Record<ScalarFunction, string>> = {
  min: `fn cr_min(x: f32, y: f32) -> f32 {
  return select(select(select(y, x, x < y), y, cr_isNan(y)), x, cr_isNan(x));
}
`,
  max: `fn cr_max(x: f32, y: f32) -> f32 {
  return select(select(select(y, x, x > y), y, cr_isNan(y)), x, cr_isNan(x));
}
`,
  sign: `fn cr_sign(x: f32) -> f32 { return select(select(0.0f, -1.0f, x < 0.0f), 1.0f, x > 0.0f); }
`,
  remainder: `fn cr_remainder(x: f32, y: f32) -> f32 {
  if (cr_isNan(x) || cr_isNan(y) || cr_isInf(x) || y == 0.0f) { return cr_of_bits(0x7fc00000u); }
  var rest = x;
  if (!cr_isInf(y)) {
    let size = abs(y);
    rest = fma(-trunc(abs(x) / size), size, abs(x));
    rest = select(rest, rest + size, rest < 0.0f);
    rest = select(rest, rest - size, rest >= size);
    rest = select(rest, -rest, x < 0.0f);
  }
  return select(rest, rest + y, rest != 0.0f && (rest < 0.0f) != (y < 0.0f));
}
fn cr_remainder_int(x: i32, y: i32) -> i32 {
  if (y == 0i) { return 0i; }
  let rest = x % y;
  return select(rest, rest + y, rest != 0i && (rest < 0i) != (y < 0i));
}
`,
  mulHigh: `fn cr_mulHigh(a: i32, b: i32) -> i32 {
  let x = bitcast<u32>(a);
  let y = bitcast<u32>(b);
  let xl = x & 0xffffu;
  let xh = x >> 16u;
  let yl = y & 0xffffu;
  let yh = y >> 16u;
  let middle = xh * yl + ((xl * yl) >> 16u);
  return bitcast<i32>(xh * yh + (middle >> 16u) + (((middle & 0xffffu) + xl * yh) >> 16u));
}
`,
};

/** An expansion as the body of a WGSL function: one `let` per node, shared nodes once. */
function printExpansion(name: string, parameters: readonly ScalarExpression[], result: ScalarExpression): string {
  const lines: string[] = [];
  const names = new Map<ScalarExpression, string>();
  const spell = (node: ScalarExpression): string => {
    if (node.kind === "constant") return wgslConstant(node.value, node.type);
    if (node.kind === "operand") return `a${node.index}`;
    if (node.kind === "coordinate") throw new Error("Invariant: an expansion has no coordinates");
    const known = names.get(node);
    if (known) return known;
    const args = node.args.map(spell);
    const argType = node.args[node.fn === "select" ? 1 : 0]?.type ?? node.type;
    const fresh = `t${names.size}`;
    lines.push(`  let ${fresh} = ${spellWgslCall(node.fn, args, node.type, argType)};`);
    names.set(node, fresh);
    return fresh;
  };
  const last = spell(result);
  const list = parameters.map((p, i) => `a${i}: ${wgslType(p.type)}`).join(", ");
  return `fn ${name}(${list}) -> ${wgslType(result.type)} {\n${lines.join("\n")}\n  return ${last};\n}\n`;
}

function operands(count: number, type: ScalarType): ScalarExpression[] {
  return Array.from({ length: count }, (_, index) => ({ kind: "operand", index, type }));
}

interface Helper {
  readonly text: string;
  /** Functions whose helpers its text calls. */
  readonly needs: ReadonlySet<ScalarFunction>;
}

function calledIn(expression: ScalarExpression): Set<ScalarFunction> {
  const found = new Set<ScalarFunction>();
  const seen = new Set<ScalarExpression>();
  const visit = (node: ScalarExpression): void => {
    if (node.kind !== "call" || seen.has(node)) return;
    seen.add(node);
    found.add(node.fn);
    node.args.forEach(visit);
  };
  visit(expression);
  return found;
}

function expandedHelper(name: string, parameters: readonly ScalarExpression[], result: ScalarExpression): Helper {
  return { text: printExpansion(name, parameters, result), needs: calledIn(result) };
}

/** Near angles by the expansion that all backends share, those beyond its limit by a reduction of their own. */
function anglesHelper(fn: "sin" | "cos", parameters: readonly ScalarExpression[], near: ScalarExpression): Helper {
  const [x] = parameters;
  const limit = expansionLimits[fn];
  if (!x || limit === undefined) throw new Error(`Invariant: ${fn} has an operand and a limit`);
  const far = (fn === "sin" ? expandFarSin : expandFarCos)(x);
  const choice = `fn cr_${fn}(x: f32) -> f32 {
  if (abs(x) <= ${wgslConstant(limit, "float32")}) { return cr_${fn}_near(x); }
  if (cr_isNan(x) || cr_isInf(x)) { return cr_of_bits(0x7fc00000u); }
  return cr_${fn}_far(x);
}
`;
  const text =
    printExpansion(`cr_${fn}_near`, parameters, near) + printExpansion(`cr_${fn}_far`, parameters, far) + choice;
  return { text, needs: new Set([...calledIn(near), ...calledIn(far)]) };
}

function makeHelper(fn: ScalarFunction): Helper | null {
  const text = written[fn];
  if (text) return { text, needs: new Set() };
  if (fn === "philox") {
    const parameters = operands(5, "int32");
    return expandedHelper("cr_philox", parameters, expandPhilox(scalarBuilder, parameters));
  }
  if (!(wgslExpanded as readonly ScalarFunction[]).includes(fn)) return null;
  const parameters = operands(fn === "pow" ? 2 : 1, "float32");
  const result = expandScalar(fn, parameters, "float32");
  if (!result) throw new Error(`Invariant: ${fn} has no expansion`);
  if (fn === "sin" || fn === "cos") return anglesHelper(fn, parameters, result);
  const helper = expandedHelper(`cr_${fn}`, parameters, result);
  if (fn !== "pow") return helper;
  const integers = operands(2, "int32");
  const power = expandScalar("pow", integers, "int32");
  if (!power) throw new Error("Invariant: integer pow has no expansion");
  return { text: helper.text + printExpansion("cr_pow_int", integers, power), needs: helper.needs };
}

const helpers = new Map<ScalarFunction, Helper | null>();

function helperOf(fn: ScalarFunction): Helper | null {
  const known = helpers.get(fn);
  if (known !== undefined) return known;
  const made = makeHelper(fn);
  helpers.set(fn, made);
  return made;
}

/** The WGSL declarations that the spellings of these functions, and wgslConstant, refer to; put it first in the shader. */
export function wgslPrelude(fns: Iterable<ScalarFunction>): string {
  const parts: string[] = [always];
  const seen = new Set<ScalarFunction>();
  const visit = (fn: ScalarFunction): void => {
    if (seen.has(fn)) return;
    seen.add(fn);
    const helper = helperOf(fn);
    if (!helper) return;
    helper.needs.forEach(visit);
    parts.push(helper.text);
  };
  for (const fn of fns) visit(fn);
  return parts.join("\n");
}
