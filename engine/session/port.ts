/** @file Ports: the one shape of a message channel that host and client need, and how the platforms' own ones take it. */

/** A two-way channel of structured clones. */
export interface MessagePortLike {
  postMessage(message: unknown, transfer: readonly ArrayBufferLike[]): void;
  /** Sets the one receiver. Messages that came before it wait. */
  receive(handler: (message: unknown) => void): void;
  close(): void;
}

/** What MessagePort, Worker and the global scope of a worker have in common, in browsers and in Node. */
export interface PlatformPort {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  start?(): void;
  close?(): void;
  terminate?(): void;
}

/** A platform's port as a MessagePortLike. */
export function platformPort(port: PlatformPort): MessagePortLike {
  return {
    postMessage: (message, transfer) => port.postMessage(message, transfer as Transferable[]),
    receive(handler) {
      port.addEventListener("message", (event) => handler(event.data));
      port.start?.();
    },
    close: () => (port.close ?? port.terminate)?.call(port),
  };
}

/** Every distinct buffer of the typed arrays in a payload: what can be handed over instead of copied. */
export function buffersOf(payload: unknown, found: Set<ArrayBuffer> = new Set()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(payload)) {
    if (payload.buffer instanceof ArrayBuffer) found.add(payload.buffer);
  } else if (typeof payload === "object" && payload !== null) {
    for (const value of Object.values(payload)) buffersOf(value, found);
  }
  return found;
}
