/** @file Identifiers of exported code: from the document's names, never a reserved word, never twice in a scope. */

const reserved = new Set(
  (
    "abstract any arguments as asserts async await boolean break case catch class const constructor continue debugger " +
    "declare default delete do else enum eval export extends false finally for from function get if implements import in " +
    "infer instanceof interface is keyof let module namespace never new null number object of package private protected " +
    "public readonly require return set static string super switch symbol this throw true try type typeof undefined " +
    "unique unknown using var void while with yield globalThis Infinity NaN Promise Math console process Object Array"
  ).split(" "),
);

/** The longest identifier written. */
const longest = 40;

function letters(name: string): string {
  const kept = name
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9_$]+/g, "_")
    .replace(/^_+(?=.)|_+$/g, "");
  const cut = kept.slice(0, longest).replace(/_+$/, "");
  return /^[A-Za-z_$]/.test(cut) ? cut : `v${cut}`;
}

/** y_pred → yPred; a name without underscores stays as it is. */
export function variableName(name: string): string {
  const joined = letters(name).replace(/_+([A-Za-z0-9])/g, (_, next: string) => next.toUpperCase());
  return joined.charAt(0).toLowerCase() + joined.slice(1);
}

/** two_layer_net → TwoLayerNet. */
export function className(name: string): string {
  const variable = variableName(name);
  return variable.charAt(0).toUpperCase() + variable.slice(1);
}

/** The name of a class's field: as the document has it, because it becomes part of a state_dict name. */
export function fieldName(name: string): string {
  return letters(name);
}

/** The identifiers of a scope and of those around it. */
export class Scope {
  private readonly taken = new Set<string>();

  constructor(private readonly outer: Scope | null = null) {}

  private has(name: string): boolean {
    return this.taken.has(name) || (this.outer?.has(name) ?? false);
  }

  /** A name near the wanted one that nothing visible here has; it is taken from then on. */
  take(wanted: string): string {
    let name = reserved.has(wanted) ? `${wanted}_` : wanted;
    for (let count = 2; this.has(name); count++) name = `${wanted}${count}`;
    this.taken.add(name);
    return name;
  }

  inner(): Scope {
    return new Scope(this);
  }
}
