/** @file WGSL text under construction: statements in order, each expression named once. */

/** A block of statements; names defined in an outer block are found again, so that nothing is computed twice. */
export class Scope {
  readonly lines: string[] = [];
  readonly #outer: Scope | null;
  readonly #names = new Map<string, string>();
  readonly #counter: { next: number };

  constructor(outer: Scope | null = null) {
    this.#outer = outer;
    this.#counter = outer ? outer.#counter : { next: 0 };
  }

  /** The name of `let name = text;`, written here unless this block or an outer one has it. */
  define(text: string): string {
    if (/^[a-z]\w*$/i.test(text)) return text;
    const known = this.lookup(text);
    if (known !== null) return known;
    const name = `v${this.#counter.next++}`;
    this.lines.push(`let ${name} = ${text};`);
    this.#names.set(text, name);
    return name;
  }

  /** A fresh name that nothing shares. */
  fresh(): string {
    return `v${this.#counter.next++}`;
  }

  lookup(text: string): string | null {
    return this.#names.get(text) ?? this.#outer?.lookup(text) ?? null;
  }

  write(...lines: readonly string[]): void {
    this.lines.push(...lines);
  }

  /** The statements, indented by two spaces a level. */
  text(level: number): string {
    const pad = "  ".repeat(level);
    return this.lines.map((line) => pad + line).join("\n");
  }
}
