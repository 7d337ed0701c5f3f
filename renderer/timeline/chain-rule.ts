/** @file The chain rule of one backward op in TeX, with the names of the document in it. */
import { equationsOf } from "../inspector/formula";

/** A name that TeX can set: what would be read as TeX, and what is long, is left out. */
function symbol(name: string, fallback: string): string {
  const plain = name.replace(/[^\p{L}\p{N}\u0300-\u036f ²³⁴·+−]/gu, "").trim();
  return plain === "" || plain.length > 8 ? fallback : plain.length === 1 ? plain : `\\text{${plain}}`;
}

interface ChainRule {
  /** What the gradient goes to. */
  readonly name: string;
  /** One of several contributions: it adds to what is there. */
  readonly adds: boolean;
  /** Summed over the elements that an operand was repeated to. */
  readonly sums: boolean;
}

/** ∂L/∂c (+)= Σ ∂L/∂yₙ · ∂yₙ/∂c. */
export function chainRuleTex({ name, adds, sums }: ChainRule): string {
  const x = symbol(name, "x");
  const y = sums ? "y_n" : "y";
  const sum = sums ? "\\sum_n " : "";
  const sign = adds ? "\\mathrel{+}=" : "=";
  return `\\frac{\\partial L}{\\partial ${x}} ${sign} ${sum}\\frac{\\partial L}{\\partial ${y}} \\cdot \\frac{\\partial ${y}}{\\partial ${x}}`;
}

/** The letter that a rule such as "\\bar a = …" is about. */
const letterOf = (equation: string): string | null => /^\\bar\s*\{?([A-Za-z])/.exec(equation)?.[1] ?? null;

/** The op's own rule for one operand, its letters being the names of what is wired to the operands. */
export function ruleFor(gradientFormula: string, operand: number, names: readonly (string | null)[]): string {
  const equations = equationsOf(gradientFormula);
  const rule = equations[operand] ?? equations[0] ?? gradientFormula;
  const named = new Map<string, string>();
  equations.forEach((equation, i) => {
    const letter = letterOf(equation);
    const name = names[i];
    if (letter !== null && letter !== "y" && name != null) named.set(letter, symbol(name, letter));
  });
  return rule.replace(/\\[A-Za-z]+|[A-Za-z]/g, (token) => (named.has(token) ? `{${named.get(token)}}` : token));
}
