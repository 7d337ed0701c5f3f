/** @file The schema of each record of a document. Every schema's error says what it expected, for the diagnostics. */
import { z } from "zod";
import {
  devices,
  graphKinds,
  type BranchCondition,
  type Edge,
  type Effect,
  type Frame,
  type FunctionDefinition,
  type GraphNode,
  type Initializer,
  type Member,
  type Note,
  type Port,
  type RepeatCount,
  type Resource,
  type Training,
  type ViewSettings,
} from "./document";
import { maxTextLength } from "./limits";
import type { AttributeSpec } from "../ir/attribute";
import { isId, isIdentifier, isPortName } from "./names";
import { largestInteger, writtenFields } from "./written-fields";

// The policy of the window forbids the code generation that zod probes for.
z.config({ jitless: true });

/** An integer as far as its declaration lets it go. */
const integer = ({ min = -largestInteger, max = largestInteger }: Pick<AttributeSpec<number>, "min" | "max">) => {
  const error = max === largestInteger ? `an integer ≥ ${min}` : `an integer from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};
const finite = z.number({ error: "a finite number" });
const flag = z.boolean({ error: "true or false" });
const text = z.string({ error: "text" }).max(maxTextLength, { error: `text of at most ${maxTextLength} characters` });
const id = z.string({ error: "an id" }).refine(isId, { error: "an id of letters, digits, _, - and ." });
const name = z
  .string({ error: "a name" })
  .refine(isIdentifier, { error: "a name of letters, digits and _ that is no reserved word" });
const port = z.string({ error: "a port" }).refine(isPortName, { error: "the name of a port" });
const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `one of ${values.join(", ")}` });
const object = <T extends z.core.$ZodLooseShape>(shape: T) => z.strictObject(shape, { error: "an object" });
const list = <T extends z.ZodType>(item: T) => z.array(item, { error: "a list" });

function isPlainValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlainValue);
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function isAttributes(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([key, entry]) => isId(key) && isPlainValue(entry));
}

const plainValue = z.custom<unknown>(isPlainValue, { error: "a number, text, true, false, null, or lists of them" });
const attributes = z.custom<Readonly<Record<string, unknown>>>(isAttributes, {
  error: "an object of numbers, text, true, false, null, or lists of them",
});

const point = object({ x: finite, y: finite });
const size = object({ width: finite, height: finite });
const portAddress = z.tuple([id, port], { error: "[node, port]" }).readonly();

export const portSchema: z.ZodType<Port> = object({
  name,
  role: choice(["carried", "index", "grad", "saved"]).exactOptional(),
});

export const edgeSchema: z.ZodType<Edge> = object({ from: portAddress, to: portAddress });

const initializer: z.ZodType<Initializer> = z.discriminatedUnion(
  "kind",
  [
    object({ kind: z.literal("constant"), value: plainValue }),
    object({ kind: z.literal("zeros") }),
    object({ kind: z.literal("ones") }),
    object({ kind: z.literal("randn") }),
    object({ kind: z.literal("rand") }),
    object({ kind: z.literal("uniform"), low: finite, high: finite }),
  ],
  { error: "one of constant, zeros, ones, randn, rand, uniform" },
);

const memberShape = { type: text, attrs: attributes, init: initializer.exactOptional() };
const childSchema: z.ZodType<Member> = object({
  ...memberShape,
  name: z.string({ error: "a position" }).regex(/^[A-Za-z0-9_]+$/, { error: 'a position such as "0"' }),
  get children() {
    return list(childSchema).exactOptional();
  },
});
export const memberSchema: z.ZodType<Member> = object({
  ...memberShape,
  name,
  children: list(childSchema).exactOptional(),
});

const targets = z.union([z.literal("all"), list(text)], { error: '"all" or a list of names' });
const effect: z.ZodType<Effect> = z.discriminatedUnion(
  "kind",
  [
    object({ kind: z.literal("backward"), retainGraph: flag.exactOptional(), targets: targets.exactOptional() }),
    object({
      kind: z.literal("update"),
      targets,
      formula: text,
      lr: finite.exactOptional(),
      thenClear: flag.exactOptional(),
    }),
    object({ kind: z.literal("optimizerStep"), optimizer: id }),
    object({ kind: z.literal("zeroGrad"), optimizer: id.exactOptional(), targets: targets.exactOptional() }),
    object({ kind: z.literal("inPlace"), op: text, attrs: attributes }),
  ],
  { error: "one of backward, update, optimizerStep, zeroGrad, inPlace" },
);

const from = integer(writtenFields.from).exactOptional();
const repeatCount: z.ZodType<RepeatCount> = z.discriminatedUnion(
  "kind",
  [
    object({ kind: z.literal("constant"), value: integer(writtenFields.turns), from }),
    object({ kind: z.literal("randint"), low: integer(writtenFields.low), high: integer(writtenFields.high), from }),
    object({ kind: z.literal("list"), values: list(finite) }),
    object({ kind: z.literal("value"), from }),
  ],
  { error: "one of constant, randint, list, value" },
);
const branchCondition: z.ZodType<BranchCondition> = z.discriminatedUnion(
  "kind",
  [
    object({ kind: z.literal("value") }),
    object({ kind: z.literal("randint"), under: integer(writtenFields.under), outOf: integer(writtenFields.outOf) }),
  ],
  { error: "one of value, randint" },
);

const flags = object({
  muted: flag.exactOptional(),
  bypassed: flag.exactOptional(),
  frozen: flag.exactOptional(),
  noGrad: flag.exactOptional(),
  collapsed: flag.exactOptional(),
  pinned: flag.exactOptional(),
  breakpoint: flag.exactOptional(),
});

const base = { name, position: point, flags: flags.exactOptional(), label: text.exactOptional() };
const nodeSchemas = {
  op: object({
    ...base,
    kind: z.literal("op"),
    op: text,
    attrs: attributes,
    draw: choice(["once", "each step"]).exactOptional(),
  }),
  call: object({ ...base, kind: z.literal("call"), member: id }),
  apply: object({ ...base, kind: z.literal("apply"), function: id }),
  repeat: object({ ...base, kind: z.literal("repeat"), body: id, count: repeatCount }),
  branch: object({ ...base, kind: z.literal("branch"), whenTrue: id, whenFalse: id, condition: branchCondition }),
  expression: object({ ...base, kind: z.literal("expression"), formula: text }),
  effect: object({ ...base, kind: z.literal("effect"), effect }),
  input: object({ ...base, kind: z.literal("input"), port: name }),
  output: object({ ...base, kind: z.literal("output"), port: name }),
  save: object({ ...base, kind: z.literal("save"), as: name }),
  reroute: object({ ...base, kind: z.literal("reroute") }),
} satisfies Record<Exclude<GraphNode["kind"], "unknown">, z.ZodType<GraphNode>>;

/** The schema of a node of this kind, or null for a kind this version does not know. */
export function nodeSchemaOf(kind: unknown): z.ZodType<GraphNode> | null {
  return typeof kind === "string" && Object.hasOwn(nodeSchemas, kind)
    ? nodeSchemas[kind as keyof typeof nodeSchemas]
    : null;
}

export const noteSchema: z.ZodType<Note> = object({ id, text, position: point, size });
export const frameSchema: z.ZodType<Frame> = object({ id, title: text, position: point, size });

/** A graph without its records, which are read one by one so that one bad record costs only itself. */
export const graphHeaderSchema = object({ kind: choice(graphKinds), name, summary: text.exactOptional() });

export const functionSchema: z.ZodType<FunctionDefinition> = object({
  name,
  summary: text.exactOptional(),
  forward: id,
  backward: id,
  saved: list(portSchema),
});

export const resourceSchema: z.ZodType<Resource> = object({
  sha256: z.string({ error: "a SHA-256 in hex" }).regex(/^[0-9a-f]{64}$/, { error: "a SHA-256 in hex" }),
  kind: choice(["npy", "safetensors", "csv", "image"]),
  name: text,
});

/** Fields of the document and of `training`, each read on its own so that one bad value costs only itself. */
export const fieldSchemas = {
  name: text,
  seed: integer(writtenFields.seed),
  loss: portAddress.nullable(),
  steps: integer(writtenFields.steps),
  logEvery: integer(writtenFields.logEvery),
  device: choice(devices),
  stopOnNaN: flag,
  id,
} satisfies { [K in keyof Training]: z.ZodType<Training[K]> } & Record<"name" | "seed" | "id", z.ZodType>;

export const viewSchema: z.ZodType<ViewSettings> = object({
  gradientWindow: object({ low: finite, high: finite, locked: flag }).exactOptional(),
  camera: object({ x: finite, y: finite, zoom: finite }).exactOptional(),
  plot: object({ x: portAddress, y: list(portAddress) }).exactOptional(),
  open: list(text).exactOptional(),
});
