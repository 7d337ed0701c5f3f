/** @file Fall-backs for the Electron 22 that tests run on (shared/desktop-runtime): it has no `protocol.handle`. The rest does not know. */
import { protocol } from "electron";

export interface SchemeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

interface OldProtocol {
  registerBufferProtocol(
    scheme: string,
    handler: (
      request: { readonly url: string; readonly method: string },
      callback: (answer: { statusCode: number; headers: Record<string, string>; data: Buffer }) => void,
    ) => void,
  ): void;
}

/** Answers every request of a scheme. */
export function handleScheme(scheme: string, answer: (url: string, method: string) => Promise<SchemeAnswer>): void {
  if ("handle" in protocol) {
    protocol.handle(scheme, async ({ url, method }) => {
      const { status, headers, body } = await answer(url, method);
      return new Response(new Uint8Array(body), { status, headers });
    });
    return;
  }
  (protocol as OldProtocol).registerBufferProtocol(scheme, (request, callback) => {
    void answer(request.url, request.method).then(({ status, headers, body }) =>
      callback({ statusCode: status, headers: { ...headers }, data: Buffer.from(body) }),
    );
  });
}
