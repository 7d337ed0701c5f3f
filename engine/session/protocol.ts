/** @file The protocol between a window and the engine: every call and event, declared once with its schemas. */
import { z } from "zod";
import {
  address, anyNumber, bytes, checkpoint, count, deviceChoice, deviceStatus, diagnostic, documentPayload, failure,
  float32Array, float64Array, patch, place, sessionId, statistics, tensorView, typedArray, type Payload,
} from "./payloads"; // prettier-ignore
import { timeline } from "./timeline-payload";
import { dtypes } from "../ir/dtype";

/** Both sides must have the same; hello refuses another. */
export const protocolVersion = 1;

const session = z.object({ session: sessionId });
const nothing = z.object({});
const revised = z.object({ revision: count, hash: z.string(), diagnostics: z.array(diagnostic) });
const ended = z.object({
  /** Why steps are no longer being made. */
  reason: z.enum(["done", "paused", "stopped", "cancelled", "nan", "refused"]),
  /** The next step's number. */
  step: count,
  /** For "nan" the first node in forward order whose value is not finite; for "refused" the effect and its reason. */
  message: z.string().nullable(),
  where: address.nullable(),
});
const namedTensor = z.object({
  name: z.string(),
  dtype: z.enum(dtypes),
  shape: z.array(count),
  data: typedArray,
});

/** What a place holds; `calls` and `shown` as in a sample. */
const placeView = z.object({
  value: tensorView.nullable(),
  gradient: tensorView.nullable(),
  calls: count,
  shown: count,
});

/** What a call asks for and gives back; `progress` is sent any number of times in between. */
export interface CallDeclaration {
  readonly request: z.ZodType;
  readonly reply: z.ZodType;
  readonly progress: z.ZodType | null;
}

/** Every call a client may make. */
export const calls = {
  /** First of all: refuses a client of another protocol version. */
  hello: {
    request: z.object({ protocol: z.number().int(), client: z.string() }),
    reply: z.object({ protocol: z.number().int(), engine: z.string() }),
    progress: null,
  },
  /** What can run here, best first, and which of them `auto` takes. */
  devices: {
    request: nothing,
    reply: z.object({ devices: z.array(deviceStatus), auto: deviceStatus.shape.name }),
    progress: null,
  },
  /** The whole document; replaces what the session had, and keeps its state by slot. */
  open: {
    request: session.extend({ revision: count, document: documentPayload }),
    reply: revised,
    progress: null,
  },
  /**
   * An edit. `base` is what the client believes the host has; where it has not, the outcome is "mismatch", nothing
   * changed, and the client opens the whole document again. While a run is on, it takes effect at the next step.
   */
  patch: {
    request: session.extend({
      base: z.object({ revision: count, hash: z.string() }),
      revision: count,
      hash: z.string(),
      patches: z.array(patch),
    }),
    reply: z.discriminatedUnion("outcome", [
      revised.extend({ outcome: z.literal("applied") }),
      z.object({ outcome: z.literal("mismatch"), revision: count, hash: z.string() }),
    ]),
    progress: null,
  },
  /** The content of a resource, once per session. */
  setResource: {
    request: session.extend({ id: z.string(), tensor: namedTensor }),
    reply: nothing,
    progress: null,
  },
  /** Forgets the session and frees what it holds. */
  close: { request: session, reply: nothing, progress: null },
  /** Moves the session to another device; its state goes along. `auto` takes the best that works. */
  chooseDevice: {
    request: session.extend({ device: deviceChoice, dtype: z.enum(["float32", "float64"]).optional() }),
    reply: deviceStatus,
    progress: null,
  },
  /** Traces and compiles the next step's path, so that run begins at once: "3 of 7 kernels". */
  compile: {
    request: session,
    reply: z.object({ revision: count, kernels: count, bytes: count, flops: z.number() }),
    progress: z.object({ done: count, total: count }),
  },
  /**
   * Makes steps until `steps` of them are done in all (the document's own number when left out), counting those
   * made before. Replies when it ends, for whatever reason. With a seed it starts over from that seed; after a stop,
   * or where all steps are done, it starts over from the document's.
   */
  run: {
    request: session.extend({ steps: count.optional(), seed: z.number().int().optional() }),
    reply: ended,
    progress: z.object({ step: count, steps: count, stepsPerSecond: anyNumber, ranMs: anyNumber }),
  },
  /** Ends the run at the next step boundary; run goes on from there. */
  pause: { request: session, reply: z.object({ step: count }), progress: null },
  /** One step. */
  stepOnce: { request: session, reply: ended.extend({ loss: anyNumber.nullable() }), progress: null },
  /** Ends the run; values stay to be looked at, and the next run starts over. */
  stop: { request: session, reply: z.object({ step: count }), progress: null },
  /** Initial values anew, from the seed or the document's. */
  reset: {
    request: session.extend({ seed: z.number().int().optional() }),
    reply: z.object({ step: count }),
    progress: null,
  },
  /**
   * What `sample` events hold from now on, at most `perSecond` (≤ 15) a second; an empty list ends them. Each place
   * takes `sampleWidth` numbers. `found` is false where the document has no such place (its numbers are NaN).
   */
  setSampling: {
    request: session.extend({ places: z.array(place), perSecond: z.number().min(0).max(15) }),
    reply: z.object({ revision: count, layout: count, found: z.array(z.boolean()) }),
    progress: null,
  },
  /** A value and its gradient in the step about to be made, with the weights as they are now. */
  fetch: {
    request: session.extend({ place, maxElements: count.max(1_000_000).optional() }),
    reply: z.object({ address, value: tensorView.nullable(), gradient: tensorView.nullable() }),
    progress: null,
  },
  /**
   * The same of many places at once, made in one plan: what pictures in nodes are drawn from. Of a document that cannot
   * run and was not trained, what can be computed all the same.
   */
  previews: {
    request: session.extend({ places: z.array(place).max(2000), maxElements: count.max(100_000) }),
    reply: z.object({
      revision: count,
      step: z.number().int().min(-1),
      views: z.array(placeView),
    }),
    progress: null,
  },
  /** Step mode: the tape of the step about to be made, op by op; changes no state. */
  timeline: {
    request: session.extend({ maxElements: count.max(100_000).optional() }),
    reply: timeline,
    progress: z.object({ done: count, total: count }),
  },
  /** One pass with its effects from fresh initial values, as `chainrule eval`; changes no state. */
  evaluate: {
    request: session.extend({ seed: z.number().int().optional() }),
    reply: z.object({
      revision: count,
      values: z.array(
        z.object({
          address,
          name: z.string(),
          requiresGrad: z.boolean(),
          gradFn: z.string().nullable(),
          tensor: tensorView,
        }),
      ),
      errors: z.array(z.object({ where: z.string(), message: z.string() })),
    }),
    progress: null,
  },
  /** Weights by state_dict name. */
  parameters: {
    request: session,
    reply: z.object({ revision: count, step: count, parameters: z.array(namedTensor), summary: z.string().nullable() }),
    progress: null,
  },
  /** Statistics of every parameter and of its gradient (null where none flows) in the step about to be made; changes no state. */
  parameterStatistics: {
    request: session,
    reply: z.object({
      revision: count,
      step: count,
      rows: z.array(
        z.object({
          name: z.string(),
          dtype: z.enum(dtypes),
          shape: z.array(count),
          value: statistics,
          gradient: statistics.nullable(),
        }),
      ),
    }),
    progress: null,
  },
  /** Weights by state_dict name put in place; refuses a name or shape that the document has not. */
  setParameters: {
    request: session.extend({ parameters: z.array(namedTensor) }),
    reply: z.object({ missing: z.array(z.string()) }),
    progress: null,
  },
  checkpoint: { request: session, reply: z.object({ checkpoint }), progress: null },
  /** State by slot; members that the document has reshaped since begin anew and are named in `restarted`. */
  restore: {
    request: session.extend({ checkpoint }),
    reply: z.object({ step: count, restarted: z.array(z.string()) }),
    progress: null,
  },
  /** Sends a `checkpoint` event this often while a run is on; 0 ends them. */
  setCheckpointing: { request: session.extend({ everyMs: count }), reply: nothing, progress: null },
  /**
   * Live retrain: trains the document from step 0 beside the session, which keeps its state, or with `goOn` from where
   * the last such call came to, if the document is still the same. Ends when `limitMs` are over (0 for never), wherever
   * it has come to.
   */
  retrain: {
    request: session.extend({
      steps: count.max(1_000_000),
      seed: z.number().int().optional(),
      goOn: z.boolean(),
      limitMs: count,
      /** Where no step is left, the session takes the state over, unless it runs or is paused: a next run starts over anyway. */
      adopt: z.boolean(),
      /** Places whose statistics in the last step are wanted, as in a sample. */
      watch: z.array(place).max(2000),
      /** Places whose values at the end are wanted. */
      places: z.array(place).max(2000),
      maxElements: count.max(1_000_000),
    }),
    reply: z.object({
      revision: count,
      /** The next step's number. */
      step: count,
      adopted: z.boolean(),
      /** losses[i] is that of step steps[i]: every step made, or an even choice of them where there are more than 2000. */
      steps: float64Array,
      losses: float64Array,
      sample: float32Array,
      views: z.array(placeView),
    }),
    progress: z.object({ step: count, steps: count }),
  },
  /** Analytic against numeric gradients, of one Function or all. */
  gradcheck: {
    request: session.extend({ function: z.string().optional() }),
    reply: z.object({
      revision: count,
      results: z.array(
        z.object({
          function: z.string(),
          input: z.string(),
          order: z.union([z.literal(1), z.literal(2)]),
          maxError: anyNumber,
          ok: z.boolean(),
          message: z.string().nullable(),
        }),
      ),
    }),
    progress: z.object({ done: count, total: count }),
  },
  /** The program of the exported project alone, and the lines that each node became: `node` is "graph/node". */
  code: {
    request: session.extend({ to: z.enum(["typescript"]) }),
    reply: z.object({
      text: z.string(),
      lines: z.array(z.object({ node: z.string(), start: count, end: count })),
    }),
    progress: null,
  },
  /** The files of an exported project, by relative path. */
  export: {
    request: session.extend({ to: z.enum(["typescript"]) }),
    reply: z.object({ files: z.array(z.object({ path: z.string(), content: z.union([z.string(), bytes]) })) }),
    progress: null,
  },
} as const satisfies Record<string, CallDeclaration>;

export const runStates = ["idle", "compiling", "running", "paused", "stopped", "done", "failed"] as const;
export type RunState = (typeof runStates)[number];

/**
 * Numbers per place in a sample: the six statistics of the value, the six of the gradient (NaN where none flows;
 * for an edge its own contribution, for a port the sum), how many calls the place has, and the index of the one
 * shown: that asked for, or the worst (most NaN and Inf, then the largest gradient, then the largest value).
 */
export const sampleWidth = 14;

/** Everything the engine says by itself. */
export const events = {
  status: session.extend({
    revision: count,
    state: z.enum(runStates),
    step: count,
    steps: count,
    seed: z.number(),
    device: deviceStatus.nullable(),
    stepsPerSecond: anyNumber,
    /** Milliseconds spent making steps since step 0. */
    ranMs: anyNumber,
    bytes: count,
    /** Paths of which plans are kept, and the kernels of all of them. */
    paths: count,
    kernels: count,
    /** Why it failed or waits, for a person. */
    why: z.string().nullable(),
  }),
  /** Losses since the last such event: losses[i] is that of step steps[i]. */
  losses: session.extend({ revision: count, steps: float64Array, losses: float64Array }),
  /** While a run is on, about sixty times in all: a number per parameter after `step` steps, its value or else its RMS. */
  parameterNumbers: session.extend({ revision: count, step: count, numbers: float64Array }),
  /** Statistics of the places of setSampling, in their order; `layout` is the reply's, so that a late one is told apart. */
  sample: session.extend({ revision: count, layout: count, step: count, data: float32Array }),
  diagnostics: session.extend({ revision: count, diagnostics: z.array(diagnostic) }),
  checkpoint: session.extend({ checkpoint }),
  error: session.extend({ revision: count, failure, where: address.nullable() }),
  /** The device died; the session opens another and goes on from its last state, or says why it cannot. */
  deviceLost: session.extend({ why: z.string(), recovered: z.boolean() }),
} as const satisfies Record<string, z.ZodType>;

export type CallName = keyof typeof calls;
export type Request<N extends CallName> = Payload<(typeof calls)[N]["request"]>;
export type Reply<N extends CallName> = Payload<(typeof calls)[N]["reply"]>;
export type Progress<N extends CallName> = (typeof calls)[N]["progress"] extends infer P extends z.ZodType
  ? Payload<P>
  : never;
export type EventName = keyof typeof events;
export type EventPayload<N extends EventName> = Payload<(typeof events)[N]>;

const callNames = Object.keys(calls) as [CallName, ...CallName[]];
const eventNames = Object.keys(events) as [EventName, ...EventName[]];

/** From client to host. */
export const clientMessage = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("call"), id: count, name: z.enum(callNames), payload: z.unknown() }),
  /** Ends the call of that id as soon as it can; the call then fails with code "cancelled", a run ends as "cancelled". */
  z.object({ kind: z.literal("cancel"), id: count }),
]);
export type ClientMessage = Payload<typeof clientMessage>;

/** From host to client. */
export const hostMessage = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("reply"), id: count, payload: z.unknown() }),
  z.object({ kind: z.literal("progress"), id: count, payload: z.unknown() }),
  z.object({ kind: z.literal("failure"), id: count, failure }),
  z.object({ kind: z.literal("event"), name: z.enum(eventNames), payload: z.unknown() }),
]);
export type HostMessage = Payload<typeof hostMessage>;
