/** @file A loopback server of one folder. It answers GET and HEAD for the files it has listed, to its own host name, and nothing else. */
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import path from "node:path";
import { mediaType, securityHeaders } from "./policy";

const loopback = "127.0.0.1";

/** Regular files of a folder by their address. Links are not followed, so that nothing outside the folder is ever listed. */
async function listFiles(folder: string, address = "/"): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isFile()) found.set(address + entry.name, file);
    else if (entry.isDirectory())
      for (const [inner, innerFile] of await listFiles(file, `${address}${entry.name}/`)) found.set(inner, innerFile);
  }
  return found;
}

/** The path of a request line, decoded; null where it is not one. */
function pathOf(url: string | undefined): string | null {
  if (url === undefined || !url.startsWith("/")) return null;
  const [raw = "/"] = url.split(/[?#]/, 1);
  try {
    const decoded = decodeURIComponent(raw);
    const isPlain = [...decoded].every((character) => character >= " " && character !== "\\");
    return isPlain && !decoded.split("/").includes("..") ? decoded : null;
  } catch {
    return null;
  }
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { ...securityHeaders, "Content-Type": "text/plain; charset=utf-8", Connection: "close" });
  response.end(`${why}\n`);
}

/** A page elsewhere may point its own name at 127.0.0.1; then it asks with that name, and gets nothing. */
function isOwnHost(request: IncomingMessage, port: number): boolean {
  const hosts = request.rawHeaders.filter((_, i) => i % 2 === 0 && request.rawHeaders[i]?.toLowerCase() === "host");
  const host = request.headers.host?.toLowerCase();
  return hosts.length === 1 && (host === `${loopback}:${port}` || host === `localhost:${port}`);
}

async function answer(
  files: ReadonlyMap<string, string>,
  port: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isOwnHost(request, port)) return refuse(response, 403, "serve: this is not the name of this server.");
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return refuse(response, 405, "serve: expected GET or HEAD.");
  }
  const asked = pathOf(request.url);
  if (asked === null) return refuse(response, 400, "serve: the address is not one of a file.");
  const file = files.get(asked === "/" ? "/index.html" : asked);
  const found = file === undefined ? null : await stat(file).catch(() => null);
  if (file === undefined || found === null) return refuse(response, 404, "serve: there is no such file.");
  const isHashed = asked.startsWith("/assets/");
  response.writeHead(200, {
    ...securityHeaders,
    "Content-Type": mediaType(file),
    "Content-Length": found.size,
    "Cache-Control": isHashed ? "public, max-age=31536000, immutable" : "no-cache",
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  createReadStream(file)
    .on("error", () => response.destroy())
    .pipe(response);
}

export interface RunningServer {
  readonly port: number;
  /** Where the app is, such as http://127.0.0.1:7447/. */
  readonly address: string;
  close(): Promise<void>;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, loopback, () => {
      server.off("error", reject);
      const bound = server.address();
      resolve(typeof bound === "object" && bound !== null ? bound.port : port);
    });
  });
}

/** Serves a folder on 127.0.0.1; port 0 takes any free one. Rejects with the system's error where the port is taken. */
export async function serveFolder(folder: string, port: number): Promise<RunningServer> {
  const files = await listFiles(folder);
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 16_384 });
  const bound = await listen(server, port);
  server.on("request", (request, response) => {
    answer(files, bound, request, response).catch(() => response.destroy());
  });
  return {
    port: bound,
    address: `http://${loopback}:${bound}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
