/** @file The engine's end of the protocol: validates what comes in and out, runs handlers, cancels, reports progress. */
import type { z } from "zod";
import type { Failure } from "./payloads";
import { buffersOf, type MessagePortLike } from "./port";
import {
  calls, clientMessage, events,
  type CallName, type EventName, type EventPayload, type HostMessage, type Progress, type Reply, type Request,
} from "./protocol"; // prettier-ignore

/** What a handler is given besides its payload. */
export interface CallContext<N extends CallName> {
  progress(progress: Progress<N>): void;
  /** True once the client has cancelled the call. */
  readonly cancelled: () => boolean;
}

/** One handler per call: leaving one out does not compile. */
export type Handlers = {
  readonly [N in CallName]: (payload: Request<N>, context: CallContext<N>) => Promise<Reply<N>>;
};

/** A failure that a handler chooses; anything else it throws is reported as a failure of the engine. */
export class CallRefused extends Error {
  readonly code: string;
  readonly where: string | undefined;
  constructor(code: string, message: string, where?: string) {
    super(message);
    this.name = "CallRefused";
    this.code = code;
    this.where = where;
  }
}

type AnyHandler = (payload: unknown, context: CallContext<CallName>) => Promise<unknown>;

const describe = (error: z.ZodError): string =>
  error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join(".") || "payload"}: ${issue.message}`)
    .join("; ");

/** Answers the calls of one port. `failureOf` puts what a handler threw into words. */
export class Dispatcher {
  private readonly underWay = new Map<number, { cancelled: boolean }>();

  constructor(
    private readonly port: MessagePortLike,
    private readonly handlers: Handlers,
    private readonly failureOf: (error: unknown) => Failure,
  ) {
    port.receive((message) => void this.take(message));
  }

  /** Sends an event. A payload that does not fit is our bug and throws. Buffers are handed over. */
  emit<N extends EventName>(name: N, payload: EventPayload<N>): void {
    const checked = events[name].safeParse(payload);
    if (!checked.success) throw new Error(`Invariant: event ${name} does not fit (${describe(checked.error)})`);
    this.send({ kind: "event", name, payload });
  }

  /** Cancels everything under way. */
  close(): void {
    for (const call of this.underWay.values()) call.cancelled = true;
    this.port.close();
  }

  private send(message: HostMessage): void {
    this.port.postMessage(message, [...buffersOf(message)]);
  }

  private async take(message: unknown): Promise<void> {
    const parsed = clientMessage.safeParse(message);
    if (!parsed.success) {
      const id = (message as { readonly id?: unknown } | null)?.id;
      // Without an id there is nobody to tell.
      if (typeof id === "number" && Number.isInteger(id) && id >= 0) this.refuse(id, describe(parsed.error));
      return;
    }
    const received = parsed.data;
    if (received.kind === "cancel") {
      const call = this.underWay.get(received.id);
      if (call) call.cancelled = true;
      return;
    }
    await this.answer(received.id, received.name, received.payload);
  }

  private async answer(id: number, name: CallName, payload: unknown): Promise<void> {
    const declaration = calls[name];
    const request = declaration.request.safeParse(payload);
    if (!request.success) {
      this.refuse(id, `${name}: ${describe(request.error)}`);
      return;
    }
    const call = { cancelled: false };
    this.underWay.set(id, call);
    try {
      // The schema of this very name has let the payload through.
      const handler = this.handlers[name] as unknown as AnyHandler;
      const reply = await handler(payload, {
        progress: (progress) => this.send({ kind: "progress", id, payload: progress }),
        cancelled: () => call.cancelled,
      });
      const checked = declaration.reply.safeParse(reply);
      if (!checked.success) throw new Error(`Invariant: reply to ${name} does not fit (${describe(checked.error)})`);
      this.send({ kind: "reply", id, payload: reply });
    } catch (error) {
      this.send({ kind: "failure", id, failure: this.failureOf(error) });
    } finally {
      this.underWay.delete(id);
    }
  }

  private refuse(id: number, found: string): void {
    const message = `protocol: the request does not fit (${found}). Both sides must be of the same version.`;
    this.send({ kind: "failure", id, failure: { code: "protocol.request", message } });
  }
}
