/** @file What preload puts into a page, and the names of the channels below it. It carries unread values: both ends validate. */

export const channels = { call: "chainrule:call", event: "chainrule:event", port: "chainrule:engine-port" } as const;

export type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

export interface Bridge {
  call(name: string, payload: unknown): Promise<Answer>;
  /** Sets the one listener for events of main. */
  listen(listener: (name: string, payload: unknown) => void): void;
}
