/** @file The line to one life of the engine at a time, and the session that the open document has there. */
import { EngineClient, type CallName, type CallOptions, type Reply, type Request } from "@chainrule/engine/session";
import { text } from "../text/text";
import type { Connect, EngineConnection } from "./connection";

/** Calls go out under the session of the document that is open now. */
export class EngineLink {
  private client: EngineClient | null = null;
  private connection: EngineConnection | null = null;
  private current: string = crypto.randomUUID();

  constructor(
    private readonly connect: Connect,
    private readonly tell: (words: string) => void,
  ) {}

  get session(): string {
    return this.current;
  }

  get isOpen(): boolean {
    return this.client !== null;
  }

  /** Begins a life, and gives the devices that it has; `onGone` hears of its end. */
  async begin(onGone: (why: string) => void, listen: (client: EngineClient) => void): Promise<Reply<"devices">> {
    const connection = await this.connect();
    const client = new EngineClient(connection.port);
    this.connection = connection;
    this.client = client;
    connection.onGone(onGone);
    await client.hello("window");
    listen(client);
    return client.call("devices", {});
  }

  /** Ends it; what was asked and not answered fails. */
  end(why: string): void {
    this.client?.fail(text.engine.ended(why));
    this.connection?.close();
    this.client = null;
  }

  /** A session for another document; gives what lets the engine free the one before. */
  renew(): () => Promise<void> {
    const session = this.current;
    this.current = crypto.randomUUID();
    return async () => {
      await this.client?.call("close", { session }).catch(() => undefined);
    };
  }

  call<N extends CallName>(
    name: N,
    payload: Omit<Request<N>, "session">,
    options: CallOptions<N> = {},
  ): Promise<Reply<N>> {
    if (this.client === null) return Promise.reject(new Error(text.engine.notConnected));
    return this.client.call(name, { ...payload, session: this.current } as Request<N>, options);
  }

  /** A call whose failure is told to the person instead of thrown. */
  async attempt<N extends CallName>(
    name: N,
    payload: Omit<Request<N>, "session">,
    options: CallOptions<N> = {},
  ): Promise<Reply<N> | null> {
    try {
      return await this.call(name, payload, options);
    } catch (error) {
      this.tell(messageOf(error));
      return null;
    }
  }
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
