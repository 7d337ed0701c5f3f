/** @file The built command line: outputs, exit codes, and bad input of every kind. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSafetensors } from "../engine/import/safetensors/read";
import { buildOnce, chainrule, example, interruptAfter, isRoot } from "./run-cli";

const folder = mkdtempSync(path.join(tmpdir(), "chainrule-cli-"));
beforeAll(buildOnce, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface RawNode {
  readonly [key: string]: unknown;
}
interface RawDocument {
  seed: number;
  graphs: Record<
    string,
    { nodes: Record<string, RawNode>; edges: unknown[]; members: Record<string, RawNode>; draws: string[] }
  >;
}

/** A file with a changed copy of an example. */
function changed(name: string, change: (document: RawDocument) => void): string {
  const document = JSON.parse(readFileSync(example(name), "utf8")) as RawDocument;
  change(document);
  return written(`${name}-${Math.random().toString(36).slice(2)}.chainrule`, JSON.stringify(document));
}

function written(name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

const error = (lines: readonly Readonly<Record<string, unknown>>[]) => lines.find((line) => line["event"] === "error");
const sentence = /^[^\n]{10,400}\.$/;

describe("commands", () => {
  test("run prints start, logged steps and the parameters", () => {
    const { code, lines, err } = chainrule("run", example("poly-module"), "--json", "--steps", "200", "--device", "wasm", "--seed", "7"); // prettier-ignore
    expect([code, err]).toEqual([0, ""]);
    expect(lines[0]).toMatchObject({ event: "start", device: "wasm", seed: 7, steps: 200 });
    expect(lines.slice(1, -1).map((l) => l["step"])).toEqual([99, 199]);
    const done = lines[lines.length - 1];
    expect(done).toMatchObject({ event: "done", steps: 200, parameters: { a: { shape: [], dtype: "float32" } } });
    expect(String(done?.["summary"])).toMatch(/^y = /);
  });

  test("grad prints every parameter's gradient and every edge", () => {
    const { code, lines } = chainrule("grad", example("mlp-nn"), "--json", "--device", "wasm");
    expect(code).toBe(0);
    const { gradients, edges, loss } = lines[0] as { gradients: Record<string, { shape: number[]; rms?: number; first?: number[] }>; edges: Record<string, unknown>[]; loss: number }; // prettier-ignore
    expect(Object.keys(gradients)).toEqual(["0.weight", "0.bias", "2.weight", "2.bias"]);
    expect(gradients["0.weight"]).toMatchObject({ shape: [100, 1000] });
    expect(gradients["0.weight"]?.first?.length).toBe(16);
    expect(loss).toBeGreaterThan(100);
    expect(edges.some((e) => e["rms"] === null)).toBe(true);
    expect(edges.some((e) => Number(e["rms"]) > 0)).toBe(true);
  });

  test("eval prints values with their gradient functions, and what was refused", () => {
    const { code, lines } = chainrule("eval", example("retain-graph"), "--json", "--device", "reference");
    expect(code).toBe(0);
    expect(lines[0]).toMatchObject({ values: { grad_2: { data: [6, 10, 14, 18, 22, 26] } } });
    const errors = lines[0]?.["errors"] as { message: string }[] | undefined;
    expect(errors?.[0]?.message).toContain("a second time");
  });

  test("check, ops, devices and gradcheck", () => {
    expect(chainrule("check", example("mlp-dynamic")).code).toBe(0);
    const ops = chainrule("ops", "--json").lines;
    for (const kind of ["op", "module", "optimizer"]) expect(ops.some((l) => l["kind"] === kind)).toBe(true);
    const devices = chainrule("devices", "--json").lines;
    expect(devices.map((l) => l["name"])).toEqual(["webgpu", "wasm", "reference"]);
    expect(devices.filter((l) => l["auto"] === true).length).toBe(1);
    const right = chainrule("gradcheck", example("legendre-function"), "--json");
    expect([right.code, right.lines.length]).toEqual([0, 2]);
  });

  type Graph = RawDocument["graphs"][string];
  /** Puts an op or a formula between what backward computes and what it gives. */
  const through = (node: RawNode, port: string) => (graph: Graph) => {
    const edges = graph.edges as { from: [string, string]; to: [string, string] }[];
    const last = edges.find((edge) => edge.to[0] === "out_x");
    if (!last) throw new Error("the backward graph has another output");
    graph.nodes["spoilt"] = { name: "spoilt", position: { x: 0, y: 0 }, ...node };
    edges.push({ from: last.from, to: ["spoilt", port] });
    last.from = ["spoilt", "out"];
  };
  const forget = (graph: Graph): void => {
    delete graph.nodes["out_x"];
    graph.edges = graph.edges.filter((edge) => (edge as { to: string[] }).to[0] !== "out_x");
    (graph as { outputs?: unknown[] }).outputs = [];
  };
  const spoilt: readonly [string, (graph: Graph) => void, RegExp][] = [
    ["value", through({ kind: "expression", formula: "g * (1 + 0.01 * g)" }, "g"), /expected -?[\d.e-]+ by central differences/], // prettier-ignore
    ["sign", through({ kind: "expression", formula: "-g" }, "g"), /The sign is wrong/],
    ["shape", through({ kind: "op", op: "sum", attrs: {} }, "input"), /found shape \[\], expected one compatible with/],
    ["a forgotten input", forget, /gives no gradient for the input x/],
  ];
  describe.each([
    ["legendre-function", "legendre3_backward", "Legendre3"],
    ["relu-function", "my_relu_backward", "MyReLU"],
  ])("gradcheck of a copy of %s", (file, graph, name) => {
    test.each(spoilt)("finds a wrong %s", (_, spoil, sentences) => {
      const copy = changed(file, (d) => {
        const backward = d.graphs[graph];
        if (backward) spoil(backward);
      });
      const ended = chainrule("gradcheck", copy, "--json");
      expect(ended.code).toBe(1);
      expect(error(ended.lines)).toMatchObject({ code: "gradcheck.wrong", where: name });
      expect(error(ended.lines)?.["message"]).toMatch(sentences);
    });
  });

  test("weights saved are read back, and a run from them goes on from there", () => {
    const file = path.join(folder, "w.safetensors");
    const first = chainrule("run", example("mlp-nn"), "--json", "--steps", "20", "--device", "wasm", "--save", file);
    expect(first.code).toBe(0);
    expect([...readSafetensors(readFileSync(file)).keys()]).toEqual(["0.weight", "0.bias", "2.weight", "2.bias"]);
    const next = chainrule("run", example("mlp-nn"), "--json", "--steps", "1", "--log-every", "1", "--device", "wasm", "--load", file); // prettier-ignore
    const whole = chainrule("run", example("mlp-nn"), "--json", "--steps", "21", "--log-every", "21", "--device", "wasm"); // prettier-ignore
    expect(next.lines[1]?.["loss"]).toBe(whole.lines[1]?.["loss"]);
    const wrong = chainrule("run", example("poly-nn"), "--json", "--load", file, "--device", "wasm");
    expect(wrong.code).toBe(1);
    expect(error(wrong.lines)?.["message"]).toMatch(/expected float32 \[1, 3\]/);
  });
});

describe("bad input: one clear sentence and the right exit code", () => {
  const fails = (code: number, pattern: RegExp, ...args: readonly string[]): void => {
    const ended = chainrule(...args, "--json");
    expect(ended.code).toBe(code);
    expect(error(ended.lines)?.["message"]).toMatch(sentence);
    const said = ended.lines.map((l) => `${String(l["code"])} ${String(l["message"])}`).join("\n");
    expect(said).toMatch(pattern);
    expect(ended.err).toBe("");
  };

  test("a file that is not there", () => fails(2, /no such file/, "run", path.join(folder, "nowhere")));
  test("a folder", () => fails(2, /folder/, "run", folder));
  test("something that is no JSON", () => fails(1, /notJson/, "check", written("a", "\u0000\u0001PNG")));
  test("JSON that is no document", () => fails(1, /foreign/, "run", written("b", '{"hello": 1}')));
  test("a 100 MB file", () => {
    fails(1, /tooLarge|too large/i, "run", written("big", new Uint8Array(100 * 2 ** 20).fill(0x20)));
  });
  test("a file that is too large to be read", () => {
    const file = written("huge", "");
    truncateSync(file, 300 * 2 ** 20);
    fails(2, /^file\.tooLarge [^,]*: found 300\.0 MiB, expected at most 128\.0 MiB\./, "check", file);
  });
  test("a device that never ends is read no further than a file may be large", () => {
    fails(2, /found more than 128\.0 MiB/, "check", "/dev/zero");
  });
  test("a newer version is said, and what is known of it runs", () => {
    const newer = changed("poly-autograd", (d) => Object.assign(d, { version: 99 }));
    const ended = chainrule("run", newer, "--steps", "1", "--json", "--device", "wasm");
    expect(ended.code).toBe(0);
    expect(ended.lines[0]).toMatchObject({ event: "diagnostic", code: "document.newer", severity: "warning" });
    expect(chainrule("run", newer, "--steps", "1", "--device", "wasm").err).toMatch(/version 99, expected at most 1/);
  });
  test("a document without a loss runs, and prints none", () => {
    const file = changed("poly-autograd", (d) => Object.assign(d["training" as never], { loss: null }));
    const { code, lines } = chainrule("run", file, "--json", "--steps", "100", "--device", "wasm");
    expect([code, lines[1]]).toEqual([0, { event: "step", step: 99, loss: null }]);
  });
  test("standard output on a full disk", () => {
    const command = `node cli/bin/chainrule.mjs run ${example("poly-nn")} --json --steps 1 > /dev/full`;
    const { status, stderr } = spawnSync("sh", ["-c", command], { encoding: "utf8" });
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^standard output: .* the disk is full[^\n]*\n$/)]);
  });
  test("a place where no folder can be made", () => {
    fails(2, /cannot be written/, "export", example("poly-nn"), "--out", "/proc/chainrule");
  });
  test("a tensor of 1e12 elements", () => {
    const file = changed("poly-autograd", (d) => {
      const main = d.graphs["main"];
      if (main?.nodes["x"]) main.nodes["x"] = { ...main.nodes["x"], attrs: { start: 0, end: 1, steps: 1e12 } };
    });
    fails(1, /1000000000000/, "run", file);
  });
  test("more memory than there is", () => {
    const file = changed("poly-autograd", (d) => {
      const main = d.graphs["main"];
      if (!main) return;
      main.members["big"] = {
        name: "big",
        type: "parameter",
        attrs: { shape: [2_000_000_000] },
        init: { kind: "randn" },
      };
      main.draws.push("big");
    });
    const began = performance.now();
    fails(3, /memory: .*big/, "eval", file, "--device", "wasm");
    expect(performance.now() - began).toBeLessThan(60_000);
  });
  test("a million nodes", () => {
    const node = '{"name":"n","kind":"reroute","position":{"x":0,"y":0}}';
    const nodes = Array.from({ length: 1_000_000 }, (_, i) => `"n${i}":${node.replace('"n"', `"n${i}"`)}`).join(",");
    const text = readFileSync(example("poly-autograd"), "utf8").replace('"nodes": {', `"nodes": {${nodes},`);
    fails(1, /tooLarge|too large/i, "check", written("nodes", text));
  });
  test("a cycle", () => {
    const file = changed("poly-autograd", (d) => {
      d.graphs["main"]?.edges.forEach((edge, i, edges) => {
        const to = (edge as { to: string[] }).to;
        if (to[0] === "y") edges[i] = { from: ["y_pred", "out"], to };
      });
      const edges = d.graphs["main"]?.edges;
      edges?.forEach((edge, i) => {
        const { to } = edge as { to: string[] };
        if (to[0] === "y_pred" && to[1] === "other") edges[i] = { from: ["y", "out"], to };
      });
    });
    fails(1, /cycle/, "run", file);
  });
  test("an op that is not there", () => {
    const file = changed("poly-autograd", (d) => {
      const main = d.graphs["main"];
      if (main?.nodes["y"]) main.nodes["y"] = { ...main.nodes["y"], op: "sine" };
    });
    fails(1, /sine/, "run", file);
  });
  test("wrong usage", () => {
    fails(2, /steps/, "run", example("poly-nn"), "--steps", "ten");
    fails(2, /device/, "run", example("poly-nn"), "--device", "abacus");
    fails(2, /unknown command/, "trian");
    fails(2, /float64/, "run", example("poly-nn"), "--device", "webgpu", "--dtype", "float64");
  });
  test("a NaN loss names the first node, and --keep-going goes on", () => {
    const file = changed("poly-autograd", (d) => {
      const main = d.graphs["main"];
      if (main?.nodes["update"]) main.nodes["update"] = { ...main.nodes["update"], effect: { kind: "update", formula: "p - lr * grad", lr: 1e10, targets: "all", thenClear: true } }; // prettier-ignore
    });
    fails(1, /run\.nan .*at step \d+ .*NaN or infinite/, "run", file, "--device", "wasm");
    expect(chainrule("run", file, "--json", "--device", "wasm", "--steps", "50", "--keep-going").code).toBe(0);
  });
  test("weights that are no safetensors file", () => {
    fails(2, /safetensors|header/, "run", example("poly-nn"), "--load", written("w", "not weights at all"), "--device", "wasm"); // prettier-ignore
  });
  test("a place that cannot be written is refused before the run, and nothing is left there", () => {
    fails(2, /cannot be written/, "run", example("poly-nn"), "--save", path.join(folder, "no/such/w.safetensors"));
    fails(2, /cannot be written/, "run", example("poly-nn"), "--save", "/proc/w.safetensors");
    fails(2, /found the folder .* expected a file's name/, "run", example("poly-nn"), "--save", folder);
    if (isRoot) return;
    const locked = path.join(folder, "locked");
    mkdirSync(locked);
    chmodSync(locked, 0o500);
    fails(2, /cannot be written/, "run", example("poly-nn"), "--save", path.join(locked, "w.safetensors"));
    expect(readdirSync(locked)).toEqual([]);
  });
  test("a full disk leaves nothing half-written", (context) => {
    const disk = path.join(folder, "disk");
    mkdirSync(disk);
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]).status === 0;
    if (!mounted) context.skip("a small disk cannot be mounted here");
    try {
      fails(2, /the disk is full/, "run", example("mlp-nn"), "--steps", "1", "--device", "wasm", "--save", path.join(disk, "w")); // prettier-ignore
      const exported = path.join(disk, "project");
      fails(2, /project: it cannot be written, the disk is full/, "export", example("mlp-nn"), "--out", exported);
      expect(readdirSync(disk)).toEqual([]);
    } finally {
      spawnSync("umount", [disk]);
    }
  });
  test("Ctrl-C in the middle ends with 130 and saves nothing", async () => {
    const target = path.join(folder, "never.safetensors");
    const ended = await interruptAfter('"step":9', "run", example("mlp-nn"), "--json", "--steps", "1000000", "--log-every", "10", "--device", "wasm", "--save", target); // prettier-ignore
    expect(ended.code).toBe(130);
    expect(error(ended.lines)?.["code"]).toBe("interrupted");
    expect(readdirSync(folder).filter((name) => name.includes("never"))).toEqual([]);
  });
  test("Ctrl-C while a long loop is traced and compiled ends with 130, before its first step", async () => {
    const file = changed("mlp-dynamic", ({ graphs }) => {
      const nodes = graphs["dynamic_net"]?.nodes;
      if (nodes) nodes["repeat"] = { ...nodes["repeat"], count: { kind: "constant", value: 4000 } };
    });
    const ended = await interruptAfter('"event":"start"', "run", file, "--json", "--steps", "1", "--device", "wasm");
    expect(ended.code).toBe(130);
    expect(error(ended.lines)?.["message"]).toBe("run: interrupted after 0 of 1 steps.");
  });
});
