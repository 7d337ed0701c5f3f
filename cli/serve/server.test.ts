/** @file The loopback server: what it answers, and what it refuses. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contentSecurityPolicy } from "./policy";
import { serveFolder, type RunningServer } from "./server";

let parent: string;
let server: RunningServer;

beforeAll(async () => {
  parent = mkdtempSync(path.join(tmpdir(), "chainrule-serve-"));
  const folder = path.join(parent, "site");
  mkdirSync(path.join(folder, "assets"), { recursive: true });
  writeFileSync(path.join(folder, "index.html"), "<!doctype html>page");
  writeFileSync(path.join(folder, "assets/app-1.js"), "export {};");
  writeFileSync(path.join(parent, "secret.txt"), "secret");
  symlinkSync(path.join(parent, "secret.txt"), path.join(folder, "link.txt"));
  symlinkSync(parent, path.join(folder, "up"));
  server = await serveFolder(folder, 0);
});

afterAll(async () => {
  await server.close();
  rmSync(parent, { recursive: true, force: true });
});

/** Sends bytes as they are and returns all that came back. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(server.port, "127.0.0.1", () => socket.write(text));
    socket.setTimeout(3000, () => socket.destroy());
    socket.on("data", (data) => (answer += data.toString("latin1")));
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}

const ask = (line: string, host = `127.0.0.1:${server.port}`): Promise<string> =>
  raw(`${line} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);

describe("what it answers", () => {
  it("serves the page with the policy and the isolation headers", async () => {
    const response = await fetch(server.address);
    expect(await response.text()).toContain("page");
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("content-security-policy")).toBe(contentSecurityPolicy);
    expect(response.headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(response.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
    expect(response.headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("serves scripts as scripts, under either name of the machine, and HEAD without a body", async () => {
    const script = await ask("GET /assets/app-1.js?v=1", `localhost:${server.port}`);
    expect(script).toMatch(/^HTTP\/1\.1 200 [^]*text\/javascript[^]*export \{\};$/);
    expect(await ask("HEAD /assets/app-1.js")).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\n$/);
  });

  it("has the policy that the window's own page states", () => {
    const page = readFileSync("renderer/index.html", "utf8");
    const stated = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(page)?.[1];
    expect(contentSecurityPolicy).toBe(`${stated}; frame-ancestors 'none'`);
  });
});

describe("what it refuses", () => {
  it.each([
    ["GET /../secret.txt", 400],
    ["GET /assets/../../secret.txt", 400],
    ["GET /%2e%2e/secret.txt", 400],
    ["GET /..%2fsecret.txt", 400],
    ["GET /..%5csecret.txt", 400],
    ["GET /%00index.html", 400],
    ["GET /%", 400],
    ["GET /%c0%ae%c0%ae/secret.txt", 400],
    ["GET http://evil.example/", 400],
    ["GET //secret.txt", 404],
    ["GET /%252e%252e/secret.txt", 404],
    ["GET /link.txt", 404],
    ["GET /up/secret.txt", 404],
    ["GET /assets", 404],
    ["GET /assets/", 404],
    ["GET /__proto__", 404],
    ["POST /", 405],
    ["PUT /index.html", 405],
    ["DELETE /index.html", 405],
    ["OPTIONS /", 405],
  ])("%s → %d", async (line, status) => {
    const answer = await ask(line);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain("Content-Security-Policy");
    expect(answer).not.toContain("\r\n\r\nsecret");
  });

  it.each(["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1.evil.example:1", "[::1]:1", ""])(
    "a request to the host name %j, as DNS rebinding would make",
    async (host) => {
      expect(await ask("GET /", host)).toMatch(/^HTTP\/1\.1 (400|403) /);
    },
  );

  it.each([
    ["two hosts", "GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nHost: evil.example\r\nConnection: close\r\n\r\n"],
    ["no host", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n"],
    ["nonsense", "\x16\x03\x01 hello\r\n\r\n"],
    [
      "a smuggled second length",
      "GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
    ],
    ["a huge header", `GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nX: ${"x".repeat(40_000)}\r\n\r\n`],
  ])("%s", async (_, text) => {
    expect(await raw(text.replace("PORT", String(server.port)))).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  it("listens on loopback alone", async () => {
    await expect(serveFolder(parent, server.port)).rejects.toMatchObject({ code: "EADDRINUSE" });
    expect(server.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });
});
