/** @file Parts that messages share: addresses, tensors, statistics, diagnostics, checkpoints. Schemas first, types from them. */
import { z } from "zod";
import { backendNames } from "../backends/backend";
import type { ChainruleDocument } from "../document/document";
import { diagnosticCatalogue, type DiagnosticCode, type FixEdit } from "../ir/diagnostic";
import { dtypes } from "../ir/dtype";
import type { TypedArray } from "../ir/tensor";

// The policy of the app forbids `new Function`, which zod otherwise probes for.
z.config({ jitless: true });

/** A type whose arrays and objects may not be changed; typed arrays stay what they are. */
export type Sealed<T> = T extends ArrayBufferView | string | number | boolean | null | undefined
  ? T
  : T extends object
    ? { readonly [K in keyof T]: Sealed<T[K]> }
    : T;

/** What a schema lets through. */
export type Payload<S extends z.ZodType> = Sealed<z.infer<S>>;

function isArrayOf(value: unknown, ...names: readonly string[]): boolean {
  const tag = Object.prototype.toString.call(value);
  return names.some((name) => tag === `[object ${name}]`);
}

export const float32Array = z.custom<Float32Array>((v) => isArrayOf(v, "Float32Array"), "expected a Float32Array");
export const float64Array = z.custom<Float64Array>((v) => isArrayOf(v, "Float64Array"), "expected a Float64Array");
export const bytes = z.custom<Uint8Array>((v) => isArrayOf(v, "Uint8Array"), "expected a Uint8Array");
export const typedArray = z.custom<TypedArray>(
  (v) => isArrayOf(v, "Float32Array", "Float64Array", "Int32Array", "Uint8Array"),
  "expected a typed array of numbers",
);

/** Any number, NaN and infinities too: zod's own number refuses those. */
export const anyNumber = z.custom<number>((v) => typeof v === "number", "expected a number");
export const count = z.number().int().nonnegative();
/** An id that the client makes, one per document; it stays the same when the engine is started again. */
export const sessionId = z.string().min(1).max(200);
export const nodePort = z.tuple([z.string(), z.string()]);
export const callPath = z.array(z.tuple([z.string(), z.number().int()]));

/** A place in the document in one of its calls. An edge is named by its input end, which only one edge can have. */
export const place = z.object({
  kind: z.enum(["port", "edge"]),
  graph: z.string(),
  node: z.string(),
  port: z.string(),
  /** The calls and turns that lead there; left out: the worst of all calls. */
  path: callPath.optional(),
});
export type Place = Payload<typeof place>;

/** The address of a result (design.md §7). */
export const address = z.object({
  revision: count,
  /** The step whose values these are, counted from 0; −1 before the first. */
  step: z.number().int().min(-1),
  path: callPath,
  node: z.string().nullable(),
  port: z.string().nullable(),
});
export type Address = Payload<typeof address>;

/** The statistics of a tensor, in the order they have in a sample. Counts are of elements. */
export const statisticNames = ["rms", "max", "mean", "zeros", "nan", "inf"] as const;
export const statistics = z.object({
  rms: anyNumber,
  /** The largest |t|. */
  max: anyNumber,
  mean: anyNumber,
  zeros: count,
  nan: count,
  inf: count,
});
export type Statistics = Payload<typeof statistics>;

/**
 * 64 bins over a signed logarithmic axis: 0–30 negative, largest magnitude first; 31 negative and 32 non-negative
 * below 10^low in magnitude; 33–63 positive. Between 10^low and 10^high each side has 31 bins of equal width in
 * log10. NaN is not counted; infinities fall into the outermost bins.
 */
export const histogram = z.object({ low: z.number(), high: z.number(), bins: float64Array });
export type Histogram = Payload<typeof histogram>;

/** One tensor as a screen shows it: type, statistics, histogram, and its elements or an even sample of them. */
export const tensorView = z.object({
  dtype: z.enum(dtypes),
  shape: z.array(count),
  statistics,
  histogram,
  preview: z.object({
    /** The shape of `data`: that of the tensor, or what is left after taking every stride-th index per dimension. */
    shape: z.array(count),
    strides: z.array(count),
    data: float64Array,
  }),
});
export type TensorView = Payload<typeof tensorView>;

const fix = z.object({ title: z.string(), edit: z.custom<FixEdit>((v) => typeof v === "object" && v !== null) });
const parameter = z.union([z.string(), z.number(), z.array(z.number())]);

/** engine/ir/diagnostic.ts, as data. */
export const diagnostic = z.object({
  code: z.custom<DiagnosticCode>((v) => typeof v === "string" && Object.hasOwn(diagnosticCatalogue, v)),
  severity: z.enum(["error", "warning", "hint"]),
  place: z.object({
    graph: z.string(),
    node: z.string().exactOptional(),
    port: z.string().exactOptional(),
    member: z.string().exactOptional(),
    edge: nodePort.exactOptional(),
  }),
  where: z.string(),
  parameters: z.record(z.string(), parameter),
  fixes: z.array(fix),
});

/** Checked in full by the document's own schema, which is the host's business: here it only has to be an object. */
export const documentPayload = z.custom<ChainruleDocument>(
  (v) => typeof v === "object" && v !== null && !Array.isArray(v) && "format" in v,
  "expected a document",
);

/** One of immer's patches. */
export const patch = z.object({
  op: z.enum(["add", "remove", "replace"]),
  path: z.array(z.union([z.string(), z.number()])),
  value: z.unknown().optional(),
});
export type DocumentPatch = Payload<typeof patch>;

export const deviceChoice = z.enum(["auto", "webgpu", "wasm", "reference"]);
export const deviceStatus = z.object({
  name: z.enum(backendNames),
  ok: z.boolean(),
  /** The adapter where it works, otherwise one sentence that says why not. */
  why: z.string(),
});
export type DeviceStatus = Payload<typeof deviceStatus>;

/** Everything a run is made of: restored, it goes on as if it had never stopped. */
export const checkpoint = z.object({
  /** The revision of the document it was made from. */
  revision: count,
  /** The next step's number. */
  step: count,
  seed: z.number(),
  /** The state of the host's generator. */
  random: bytes,
  slots: z.array(
    z.object({
      slot: z.string(),
      dtype: z.enum(dtypes),
      shape: z.array(count),
      /** Whether a gradient slot holds a gradient. */
      present: z.boolean(),
      data: typedArray,
    }),
  ),
});
export type CheckpointPayload = Payload<typeof checkpoint>;

/** An error as it travels: `where: found, expected. What to do.` */
export const failure = z.object({
  /** Such as "session.unknown", "device.memory", "cancelled": what a program decides by. */
  code: z.string(),
  message: z.string(),
  where: z.string().optional(),
});
export type Failure = Payload<typeof failure>;
