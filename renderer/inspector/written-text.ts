/** @file A value as a line of text: how it is printed, and what a written line means or why it means nothing. */
import { printMessage, Refusal, type AttributeSpec } from "@chainrule/engine/analysis";
import { text } from "../text/text";

/** What a written line stands for, or its problem: found, expected. */
export type Reading<T> = { readonly value: T } | { readonly problem: string };

/** Text as it is, anything else as JSON; nothing for what is not set. */
export function printWritten(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The value where its declaration takes it, as it is written: a file holds infinity in quotes. Otherwise, why not. */
export function readValue<T>(name: string, spec: AttributeSpec<T>, value: unknown): Reading<T> {
  try {
    spec.parse(value, name);
    return { value: value as T };
  } catch (error) {
    if (error instanceof Refusal) return { problem: printMessage(error.code, error.parameters) };
    throw error;
  }
}

/** Why a value is none of the attribute's; null where it is one. */
export function problemOf(name: string, spec: AttributeSpec<unknown>, value: unknown): string | null {
  const read = readValue(name, spec, value);
  return "problem" in read ? read.problem : null;
}

/** JSON, or numbers with commas or spaces between them and brackets or none around them; otherwise the text itself. */
function readList(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    const parts = written.replace(/^\s*\[|\]\s*$/g, "").split(/[\s,]+/).filter((part) => part !== ""); // prettier-ignore
    const numbers = parts.map((part) => Number(part.replace("−", "-")));
    return numbers.every(Number.isFinite) ? numbers : written;
  }
}

/** A number as a person types it; a text that is none stays one. */
function readNumber(written: string): number | string {
  const number = Number(written.replace("−", "-"));
  return written === "" || !Number.isFinite(number) ? written : number;
}

/** The value that a written line stands for, by the kind that its declaration names. An empty line is null, or the default. */
export function readWritten<T>(name: string, spec: AttributeSpec<T>, written: string): Reading<T> {
  if (spec.kind === "text") return readValue(name, spec, written);
  const trimmed = written.trim();
  const isNumber = spec.kind === "int" || spec.kind === "float";
  if (trimmed === "" && spec.nullable) return readValue(name, spec, null);
  if (trimmed === "" && isNumber && "default" in spec) return readValue(name, spec, spec.default);
  return readValue(name, spec, isNumber ? readNumber(trimmed) : readList(trimmed));
}

/** What a person calls something: any text that is not empty. */
export function readName(written: string): Reading<string> {
  return written.trim() === "" ? { problem: text.inspector.emptyName } : { value: written.trim() };
}

/** Any line of text. */
export function readText(written: string): Reading<string> {
  return { value: written };
}

/**
 * A number some steps up or down, as far as its declaration lets it go. A step is a tenth of the leading digit's place
 * for fractions, and one for whole numbers of up to three digits.
 */
export function stepped({ kind, min, max }: AttributeSpec<unknown>, from: number, steps: number): number {
  const isWhole = kind === "int" || (Number.isInteger(from) && from !== 0);
  const place = from === 0 ? 0.1 : 10 ** (Math.floor(Math.log10(Math.abs(from))) - 1);
  const step = isWhole && Math.abs(from) < 1000 ? 1 : place;
  const to = from + steps * step;
  const tidy = kind === "int" ? Math.round(to) : Number(to.toPrecision(6));
  return Math.min(Math.max(tidy, min ?? -Infinity), max ?? Infinity);
}
