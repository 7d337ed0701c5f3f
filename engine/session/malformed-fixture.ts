/** @file Made from a schema: a payload that fits it, and every variant of that with one part of another kind, missing, or one too many. */
import { z } from "zod";

interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
  readonly items?: readonly z.ZodType[];
  readonly options?: readonly z.ZodType[];
  readonly innerType?: z.ZodType;
  readonly entries?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
}

const definitionOf = (schema: z.ZodType): Definition => schema.def as unknown as Definition;

/** What a custom check may want, tried in turn. */
const candidates: readonly unknown[] = [
  7, "text", {}, { format: "chainrule" }, new Float32Array(1), new Float64Array(1), new Uint8Array(1), "op.unknown",
]; // prettier-ignore

function fitting(schema: z.ZodType, tried: readonly unknown[]): unknown {
  const found = tried.find((value) => schema.safeParse(value).success);
  if (found === undefined) throw new Error(`Invariant: no sample fits a schema of type ${schema.def.type}`);
  return found;
}

/** A payload that the schema takes, with every part in it that may be there. */
export function sampleOf(schema: z.ZodType): unknown {
  const { type, shape, element, items, options, innerType, entries, values } = definitionOf(schema);
  switch (type) {
    case "object":
      return Object.fromEntries(Object.entries(shape ?? {}).map(([name, part]) => [name, sampleOf(part)]));
    case "array":
      return element === undefined ? [] : [sampleOf(element)];
    case "tuple":
      return items?.map((part) => sampleOf(part));
    case "union":
      return sampleOf(options?.[0] ?? z.null());
    case "nullable":
    case "optional":
      return sampleOf(innerType ?? z.null());
    case "enum":
      return Object.values(entries ?? {})[0];
    case "literal":
      return values?.[0];
    case "record":
      return {};
    case "boolean":
      return true;
    case "unknown":
      return 1;
    case "number":
      return fitting(schema, [1, 0]);
    case "string":
      return fitting(schema, ["text", "a-1"]);
    default:
      return fitting(schema, candidates);
  }
}

const wrongKinds: readonly unknown[] = [undefined, null, true, -0.5, NaN, "", [], {}, [[]], new ArrayBuffer(1)];

/** Each with a name that says where it differs; none that the part's own schema takes. */
export function* malformed(schema: z.ZodType, where = "payload"): Generator<readonly [string, unknown]> {
  for (const wrong of wrongKinds) {
    if (!schema.safeParse(wrong).success) yield [`${where} as ${Array.isArray(wrong) ? "list" : String(wrong)}`, wrong];
  }
  const { type, shape, element, items, innerType } = definitionOf(schema);
  const sample = sampleOf(schema);
  if (type === "object") {
    for (const [name, part] of Object.entries(shape ?? {}))
      for (const [how, value] of malformed(part, `${where}.${name}`))
        yield [how, { ...(sample as object), [name]: value }];
  } else if (type === "array" && element !== undefined) {
    for (const [how, value] of malformed(element, `${where}[0]`)) yield [how, [value]];
  } else if (type === "tuple") {
    for (const [i, part] of (items ?? []).entries())
      for (const [how, value] of malformed(part, `${where}[${i}]`))
        yield [how, (sample as unknown[]).map((old, at) => (at === i ? value : old))];
  } else if ((type === "nullable" || type === "optional") && innerType !== undefined) {
    for (const [how, value] of malformed(innerType, where)) if (!schema.safeParse(value).success) yield [how, value];
  }
}
