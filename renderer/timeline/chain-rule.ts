/** @file The chain rule of one backward op in TeX, with the names of the document in it. */
import { equationsOf } from "../inspector/formula";

/** A name that is itself a sum or a product: a factor only in parentheses. */
export const isCompound = (name: string): boolean => /[ ·+−]/.test(name);

interface Name {
  readonly tex: string;
  /** The same under a bar that covers all of it. */
  readonly bar: string;
}

const letter = (tex: string): Name => ({ tex, bar: `\\bar {${tex}}` });

/**
 * A name that TeX can set: what would be read as TeX, and what is long, is left out; so is y, which the rules call their
 * output.
 */
function symbol(name: string, fallback: string): Name {
  const plain = name.replace(/[^\p{L}\p{N}\u0300-\u036f ²³⁴·+−]/gu, "").trim();
  if (plain === "" || plain === "y" || plain.length > 8) return letter(fallback);
  if (plain.length === 1) return letter(plain);
  const words = `\\text{${plain}}`;
  return { tex: isCompound(plain) ? `(${words})` : words, bar: `\\overline{${words}}` };
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
  const { tex: x } = symbol(name, "x");
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
  const named = new Map<string, Name>();
  equations.forEach((equation, i) => {
    const about = letterOf(equation);
    const name = names[i];
    if (about !== null && about !== "y" && name != null) named.set(about, symbol(name, about));
  });
  return rule.replace(
    /\\bar\s*(?:\{([A-Za-z])\}|([A-Za-z]))(?![A-Za-z])|\\[A-Za-z]+|[A-Za-z]/g,
    (token, braced?: string, bare?: string) => {
      const known = named.get(braced ?? bare ?? token);
      if (known === undefined) return token;
      return token.startsWith("\\") ? known.bar : `{${known.tex}}`;
    },
  );
}
