/** @file Formulas of a declaration: what it computes and what its gradients are, in KaTeX; an attribute may decide which. */

/** The gradients are listed in the order of the operands, with `, \quad` between them. */
export interface Formulas {
  /** Such as `y = x^n`. */
  readonly formula: string;
  /** Such as `\bar{x} = \bar{y}\, n x^{n-1}`. */
  readonly gradientFormula: string;
}

/** What ops and modules say of their maths. */
export interface WithFormulas extends Formulas {
  /** Formulas by the value of one attribute, where that changes what is computed; the declaration's own are its default's. */
  readonly formulasBy?: { readonly attribute: string; readonly values: Readonly<Record<string, Formulas>> };
}

/** The formulas of a node with these written attributes. */
export function formulasOf(declaration: WithFormulas, attributes: Readonly<Record<string, unknown>>): Formulas {
  const { formulasBy } = declaration;
  const written = formulasBy === undefined ? undefined : attributes[formulasBy.attribute];
  const chosen = typeof written === "string" ? formulasBy?.values[written] : undefined;
  return chosen ?? declaration;
}

/** The same formulas for another declaration: a module that is one op. */
export function sameFormulas({ formula, gradientFormula, formulasBy }: WithFormulas): WithFormulas {
  return { formula, gradientFormula, ...(formulasBy === undefined ? {} : { formulasBy }) };
}
