/** @file The client: typed calls to the engine over a port, with progress, cancellation and events. */
import type { z } from "zod";
import type { MessagePortLike } from "./port";
import { buffersOf } from "./port";
import {
  calls, events, hostMessage, protocolVersion,
  type CallName, type ClientMessage, type EventName, type EventPayload, type HostMessage, type Progress, type Reply,
  type Request,
} from "./protocol"; // prettier-ignore
import type { Failure } from "./payloads";

/** A call that failed; `code` is what a program decides by. */
export class CallError extends Error {
  readonly code: string;
  readonly where: string | undefined;
  constructor(failure: Failure) {
    super(failure.message);
    this.name = "CallError";
    this.code = failure.code;
    this.where = failure.where;
  }
}

export interface CallOptions<N extends CallName> {
  readonly onProgress?: (progress: Progress<N>) => void;
  /** Aborting cancels the call on the other side; it then fails with code "cancelled" (a run ends as "cancelled"). */
  readonly signal?: AbortSignal;
  /** Hands the buffers of the payload over instead of copying them. */
  readonly transfer?: boolean;
}

interface Waiting {
  readonly name: CallName;
  readonly resolve: (payload: unknown) => void;
  readonly reject: (error: CallError) => void;
  readonly onProgress: ((progress: unknown) => void) | undefined;
}

const problems = (error: z.ZodError): string =>
  error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join(".") || "payload"}: ${issue.message}`)
    .join("; ");

/** One end of the protocol. Everything that comes in is validated; a malformed message fails its call. */
export class EngineClient {
  private readonly waiting = new Map<number, Waiting>();
  private readonly listeners = new Map<EventName, Set<(payload: unknown) => void>>();
  private nextId = 1;
  private closed: CallError | null = null;

  constructor(private readonly port: MessagePortLike) {
    port.receive((message) => this.take(message));
  }

  /** Shakes hands; fails with "protocol.version" when the engine is of another version. */
  async hello(client: string): Promise<Reply<"hello">> {
    return this.call("hello", { protocol: protocolVersion, client });
  }

  /** Makes a call. The payload is checked before it is sent. Rejects with CallError. */
  call<N extends CallName>(name: N, payload: Request<N>, options: CallOptions<N> = {}): Promise<Reply<N>> {
    if (this.closed) return Promise.reject(this.closed);
    const checked = calls[name].request.safeParse(payload);
    if (!checked.success) {
      const message = `${name}: the request does not fit the protocol (${problems(checked.error)}). This is a bug.`;
      return Promise.reject(new CallError({ code: "protocol.request", message }));
    }
    const id = this.nextId++;
    return new Promise<Reply<N>>((resolve, reject) => {
      const cancel = (): void => this.send({ kind: "cancel", id }, false);
      const settle = (): void => options.signal?.removeEventListener("abort", cancel);
      this.waiting.set(id, {
        name,
        resolve: (reply) => {
          settle();
          // Validated against this call's own schema in `take`.
          resolve(reply as Reply<N>);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
        onProgress: options.onProgress as ((progress: unknown) => void) | undefined,
      });
      this.send({ kind: "call", id, name, payload }, options.transfer === true);
      if (options.signal?.aborted) cancel();
      else options.signal?.addEventListener("abort", cancel, { once: true });
    });
  }

  /** Listens to an event; the result ends it. */
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void {
    const known = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, known);
    const entry = listener as (payload: unknown) => void;
    known.add(entry);
    return () => known.delete(entry);
  }

  /** Fails every call under way and all later ones: the engine is gone. */
  fail(message: string): void {
    this.closed ??= new CallError({ code: "engine.gone", message });
    for (const call of this.waiting.values()) call.reject(this.closed);
    this.waiting.clear();
  }

  close(): void {
    this.fail("engine: the connection was closed. Connect again.");
    this.port.close();
  }

  private send(message: ClientMessage, transfer: boolean): void {
    this.port.postMessage(message, transfer ? [...buffersOf(message)] : []);
  }

  private take(message: unknown): void {
    const parsed = hostMessage.safeParse(message);
    if (!parsed.success) return;
    const received: HostMessage = parsed.data;
    if (received.kind === "event") {
      const payload = events[received.name].safeParse(received.payload);
      if (payload.success) for (const listener of this.listeners.get(received.name) ?? []) listener(received.payload);
      return;
    }
    const call = this.waiting.get(received.id);
    if (!call) return;
    const { reply, progress } = calls[call.name];
    if (received.kind === "progress") {
      if (progress?.safeParse(received.payload).success) call.onProgress?.(received.payload);
      return;
    }
    this.waiting.delete(received.id);
    if (received.kind === "failure") {
      call.reject(new CallError(received.failure));
      return;
    }
    const payload = reply.safeParse(received.payload);
    if (payload.success) call.resolve(received.payload);
    else {
      const text = `${call.name}: the reply does not fit the protocol (${problems(payload.error)}). This is a bug.`;
      call.reject(new CallError({ code: "protocol.reply", message: text }));
    }
  }
}
