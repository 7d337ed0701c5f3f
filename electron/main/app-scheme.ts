/** @file The scheme app://chainrule/: the built window, file by file, with the same policy and isolation as on loopback. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { protocol } from "electron";
import { mediaType, securityHeaders } from "../../cli/serve/policy";
import { handleScheme, type SchemeAnswer } from "./old-runtime";

export const appOrigin = "app://chainrule";

/** Must run before the app is ready. */
export function declareAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: "app", privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Files of a folder by their address; links are not followed. */
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

function refused(status: number, why: string): SchemeAnswer {
  return {
    status,
    headers: { ...securityHeaders, "Content-Type": "text/plain; charset=utf-8" },
    body: Buffer.from(why),
  };
}

/** Answers for the files of a folder and for nothing else. */
export async function serveAppScheme(folder: string): Promise<void> {
  const files = await listFiles(folder);
  handleScheme("app", async (url, method) => {
    if (method !== "GET" && method !== "HEAD") return refused(405, "expected GET or HEAD");
    let asked: URL;
    try {
      asked = new URL(url);
    } catch {
      return refused(400, "malformed address");
    }
    const file =
      asked.host === "chainrule" ? files.get(asked.pathname === "/" ? "/index.html" : asked.pathname) : undefined;
    if (file === undefined) return refused(404, "there is no such file");
    try {
      const body = await readFile(file);
      return {
        status: 200,
        headers: { ...securityHeaders, "Content-Type": mediaType(file), "Cache-Control": "no-cache" },
        body,
      };
    } catch {
      return refused(500, "the file could not be read");
    }
  });
}
