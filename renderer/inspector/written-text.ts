/** @file An attribute as a line of text: how it is printed, and what a written line means or why it means nothing. */
import { printMessage, Refusal, type AttributeSpec } from "@chainrule/engine/analysis";

/** Text as it is, anything else as JSON. */
export function printAttribute(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value ?? null) ?? "");
}

export type WrittenAttribute = { readonly value: unknown } | { readonly problem: string };

/** JSON, or numbers with commas or spaces between them and brackets or none around them; otherwise the text itself. */
function read(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    const parts = written.replace(/^\s*\[|\]\s*$/g, "").split(/[\s,]+/).filter((part) => part !== ""); // prettier-ignore
    const numbers = parts.map((part) => Number(part.replace("−", "-")));
    return numbers.every(Number.isFinite) ? numbers : written;
  }
}

/** Why a value is none of the attribute's; null where it is one. */
export function problemOf(name: string, spec: AttributeSpec<unknown>, value: unknown): string | null {
  try {
    spec.parse(value, name);
    return null;
  } catch (error) {
    if (error instanceof Refusal) return printMessage(error.code, error.parameters);
    throw error;
  }
}

/** The value that a written line stands for, or its problem: found, expected. */
export function readAttribute(name: string, spec: AttributeSpec<unknown>, written: string): WrittenAttribute {
  const value = spec.kind === "text" ? written : read(written);
  const problem = problemOf(name, spec, value);
  return problem === null ? { value } : { problem };
}
