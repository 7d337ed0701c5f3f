/** @file Attributes: the settings of an op, declared with their type, default and parser. */
import { dtypes, type DType } from "./dtype";
import { refuse } from "./refusal";

/** Parsed attributes of one use of an op, by name. */
export type Attributes = Readonly<Record<string, unknown>>;

export type AttributeKind =
  "int" | "float" | "bool" | "choice" | "text" | "dtype" | "shape" | "dims" | "numbers" | "tensor";

/** One attribute. Without a default it is required. */
export interface AttributeSpec<T> {
  readonly kind: AttributeKind;
  readonly default?: T;
  readonly nullable: boolean;
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly summary?: string;
  /** Guarantees a T; refuses anything else with what was found and expected. */
  parse(value: unknown, name: string): T;
}

interface Options<T> {
  readonly default?: T;
  readonly summary?: string;
}

interface NumberOptions<T> extends Options<T> {
  readonly min?: number;
  readonly max?: number;
}

/** A nested list of numbers: the content of a tensor written out. */
export type NestedNumbers = number | readonly NestedNumbers[];

function reject(name: string, value: unknown, expected: string): never {
  const found = (JSON.stringify(value) ?? String(value)).slice(0, 60);
  refuse("attribute.invalid", { attribute: name, found, expected });
}

function make<T>(
  kind: AttributeKind,
  options: Options<T> & { min?: number; max?: number; choices?: readonly string[]; nullable?: boolean },
  parse: (value: unknown, name: string) => T,
): AttributeSpec<T> {
  return { ...options, kind, nullable: options.nullable ?? false, parse };
}

/** Numbers may be written as NaN, Infinity and -Infinity in quotes, because JSON has no other way. */
function readNumber(value: unknown): number | null {
  if (typeof value === "number") return value;
  if (value === "NaN") return NaN;
  if (value === "Infinity") return Infinity;
  if (value === "-Infinity") return -Infinity;
  return null;
}

function parseInt32(value: unknown, name: string, min?: number, max?: number): number {
  const low = min ?? -Infinity;
  const high = max ?? Infinity;
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < low || value > high) {
    const range =
      min === undefined && max === undefined ? "" : max === undefined ? ` ≥ ${low}` : ` from ${low} to ${high}`;
    reject(name, value, `an integer${range}`);
  }
  return value;
}

function parseFloat64(value: unknown, name: string, min?: number, max?: number): number {
  const number = readNumber(value);
  const bounded = min !== undefined || max !== undefined;
  const within = number !== null && number >= (min ?? -Infinity) && number <= (max ?? Infinity);
  if (number === null || (bounded && !within)) {
    const range = min === undefined && max === undefined ? "" : ` from ${min ?? "−∞"} to ${max ?? "∞"}`;
    reject(name, value, `a number${range}`);
  }
  return number;
}

function parseInts(value: unknown, name: string, min?: number): readonly number[] {
  if (!Array.isArray(value)) reject(name, value, "a list of integers");
  return value.map((item: unknown) => parseInt32(item, name, min));
}

interface ListOptions<T> extends Options<T> {
  readonly count?: number;
  readonly min?: number;
  /** All are less than this. */
  readonly below?: number;
}

function parseFloats(value: unknown, name: string, { count, min, below }: ListOptions<unknown>): readonly number[] {
  const range = min === undefined || below === undefined ? "" : ` from ${min} up to, not including, ${below}`;
  const expected = count === undefined ? `a list of numbers${range}` : `${count} numbers${range}`;
  if (!Array.isArray(value) || (count !== undefined && value.length !== count)) reject(name, value, expected);
  const numbers = value.map((item: unknown) => parseFloat64(item, name));
  const fit = numbers.every(
    (number) => (min === undefined || number >= min) && (below === undefined || number < below),
  );
  return fit ? numbers : reject(name, value, expected);
}

function parseNested(value: unknown, name: string): NestedNumbers {
  if (Array.isArray(value)) return value.map((item: unknown) => parseNested(item, name));
  return parseFloat64(value, name);
}

function orNull<T>(parse: (value: unknown, name: string) => T): (value: unknown, name: string) => T | null {
  return (value, name) => (value === null ? null : parse(value, name));
}

/** The constructors of attributes. */
export const attribute = {
  int: (o: NumberOptions<number> = {}) => make<number>("int", o, (v, n) => parseInt32(v, n, o.min, o.max)),
  intOrNull: (o: NumberOptions<number | null> = { default: null }) =>
    make<number | null>(
      "int",
      { ...o, nullable: true },
      orNull((v, n) => parseInt32(v, n, o.min, o.max)),
    ),
  float: (o: NumberOptions<number> = {}) => make<number>("float", o, (v, n) => parseFloat64(v, n, o.min, o.max)),
  floatOrNull: (o: NumberOptions<number | null> = { default: null }) =>
    make<number | null>(
      "float",
      { ...o, nullable: true },
      orNull((v, n) => parseFloat64(v, n, o.min, o.max)),
    ),
  bool: (o: Options<boolean> = {}) =>
    make<boolean>("bool", o, (v, n) => (typeof v === "boolean" ? v : reject(n, v, "true or false"))),
  text: (o: Options<string> = {}) =>
    make<string>("text", o, (v, n) => (typeof v === "string" ? v : reject(n, v, "text"))),
  choice: <const C extends readonly string[]>(choices: C, o: Options<C[number]> = {}) =>
    make<C[number]>("choice", { ...o, choices }, (v, n) =>
      typeof v === "string" && choices.includes(v) ? v : reject(n, v, `one of ${choices.join(", ")}`),
    ),
  dtype: (o: Options<DType> = {}) => make<DType>("dtype", { ...o, choices: dtypes }, (v, n) => parseDType(v, n)),
  dtypeOrNull: (o: Options<DType | null> = { default: null }) =>
    make<DType | null>("dtype", { ...o, choices: dtypes, nullable: true }, orNull(parseDType)),
  shape: (o: Options<readonly number[]> = {}) => make<readonly number[]>("shape", o, (v, n) => parseInts(v, n, 0)),
  /** Extents of which one may be −1, to be inferred. */
  inferredShape: (o: Options<readonly number[]> = {}) =>
    make<readonly number[]>("shape", o, (v, n) => parseInts(v, n, -1)),
  ints: (o: Options<readonly number[]> = {}) => make<readonly number[]>("dims", o, (v, n) => parseInts(v, n)),
  floats: (o: ListOptions<readonly number[]> = {}) =>
    make<readonly number[]>("numbers", o, (v, n) => parseFloats(v, n, o)),
  /** Dimensions, or null for all of them; a single integer is taken as a list of one. */
  dims: (o: Options<readonly number[] | null> = { default: null }) =>
    make<readonly number[] | null>("dims", { ...o, nullable: true }, (v, n) =>
      v === null ? null : typeof v === "number" ? [parseInt32(v, n)] : parseInts(v, n),
    ),
  /** A number, or nested lists of them of equal lengths: the content of a tensor. */
  tensor: (o: Options<NestedNumbers> = {}) => make<NestedNumbers>("tensor", o, parseNested),
} as const;

function parseDType(value: unknown, name: string): DType {
  const found = dtypes.find((dtype) => dtype === value);
  return found ?? reject(name, value, `one of ${dtypes.join(", ")}`);
}

/** Attributes as written made complete: defaults filled in, each parsed; refuses an unknown or missing name. */
export function parseAttributes(
  specs: Readonly<Record<string, AttributeSpec<unknown>>>,
  written: Attributes,
): Attributes {
  for (const name of Object.keys(written)) {
    if (!Object.hasOwn(specs, name)) {
      refuse("attribute.unknown", { attribute: name, known: Object.keys(specs).join(", ") || "none" });
    }
  }
  const parsed: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const value = Object.hasOwn(written, name) ? written[name] : undefined;
    if (value !== undefined) parsed[name] = spec.parse(value, name);
    else if ("default" in spec) parsed[name] = spec.default;
    else refuse("attribute.missing", { attribute: name });
  }
  return parsed;
}
