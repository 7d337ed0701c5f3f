/** @file The benchmark's arithmetic, its choices, and its two sides on one short round. */
import process from "node:process";
import { afterEach, describe, expect, test } from "vitest";
import { median, ratiosAgainstTorch, ratiosOfPaths, summarize, type Measurement } from "./measurement";
import { microseconds, workloadTable } from "./table";
import { openTorch } from "./torch-peer";
import { chooseWorkloads, groupWorkloads, withTurns, workloadNames } from "./workloads";

const python = process.env["CHAINRULE_PYTHON"];
afterEach(() => {
  if (python === undefined) delete process.env["CHAINRULE_PYTHON"];
  else process.env["CHAINRULE_PYTHON"] = python;
});

function measurement(parts: Partial<Measurement>): Measurement {
  return {
    workload: "W1",
    engine: "chainrule",
    backend: "wasm",
    threads: 1,
    us: 2,
    usMin: 1,
    usMax: 3,
    runs: 3,
    firstStepMs: 120,
    peakBytes: 6.4e7,
    ...parts,
  };
}

describe("measurements", () => {
  test("are medians with their range, in microseconds a step", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(summarize([0.3, 0.1, 0.2], 1000)).toEqual({ us: 200, usMin: 100, usMax: 300, runs: 3 });
  });

  test("a ratio is PyTorch's time by ours, for each number of its threads", () => {
    const torch = { engine: "pytorch", backend: "cpu", version: "1.13.1" } as const;
    const all = [measurement({}), measurement({ ...torch, us: 100 }), measurement({ ...torch, us: 60, threads: 2 })];
    expect(ratiosAgainstTorch(all)).toEqual([
      { workload: "W1", backend: "wasm", threads: 1, against: "pytorch 1.13.1", ratio: 50 },
      { workload: "W1", backend: "wasm", threads: 2, against: "pytorch 1.13.1", ratio: 30 },
    ]);
  });

  test("the random path is compared with the mean of its four fixed paths, once all are there", () => {
    const fixed = [1, 2, 3, 4].map((us, k) => measurement({ workload: workloadNames[4 + k] ?? "W3", us }));
    const random = measurement({ workload: "W3", us: 2.5 });
    expect(ratiosOfPaths([random, ...fixed])).toEqual([
      { workload: "W3", backend: "wasm", threads: 1, against: "mean of W3:k0…k3", ratio: 1 },
    ]);
    expect(ratiosOfPaths([random, ...fixed.slice(1)])).toEqual([]);
  });

  test("print as a table whose columns line up", () => {
    const all = [measurement({}), measurement({ engine: "pytorch", backend: "cpu", us: 12345, firstStepMs: null })];
    const lines = workloadTable(all, ratiosAgainstTorch(all)).split("\n").slice(1, 4);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(lines[1]).toContain("6172.50×");
    expect([microseconds(1.234), microseconds(45.67), microseconds(1234567)]).toEqual(["1.23", "45.7", "1 234 567"]);
  });
});

describe("workloads", () => {
  test("are chosen by name, a family by its first part", () => {
    expect(chooseWorkloads("W1, W3")).toEqual(["W1", "W3", "W3:k0", "W3:k1", "W3:k2", "W3:k3"]);
    expect(chooseWorkloads("W3:k2")).toEqual(["W3:k2"]);
    expect(groupWorkloads(["W1", "W3", "W3:k1"])).toEqual([["W1"], ["W3", "W3:k1"]]);
    expect(chooseWorkloads("W1,W9")).toEqual({ unknown: "W9" });
  });

  test("a fixed path replaces the count of the loop and nothing else", () => {
    const text = JSON.stringify({ name: "n", repeat: { count: { kind: "randint", low: 0, high: 4 } }, count: 3 });
    expect(JSON.parse(withTurns(text, 2))).toEqual({
      name: "n",
      repeat: { count: { kind: "constant", value: 2 } },
      count: 3,
    });
    expect(withTurns(text, undefined)).toBe(text);
  });
});

describe("PyTorch's side", () => {
  test("where there is none, one sentence says so", async () => {
    process.env["CHAINRULE_PYTHON"] = "/nonexistent/python3";
    const opened = await openTorch();
    expect(opened).toEqual({ why: expect.stringMatching(/^PyTorch is left out: .*CHAINRULE_PYTHON\.$/) });
  });

  test("trains every workload in turns, each in a process of its own", async ({ skip }) => {
    const opened = await openTorch();
    if ("why" in opened) return skip(opened.why);
    const { peer } = opened;
    for (const workload of ["W1", "W3:k2"]) {
      const started = await peer.ask({ do: "start", workload, threads: 1, roundMs: 5, leastSteps: 3 });
      expect(started["steps"]).toBeGreaterThanOrEqual(3);
      expect((await peer.ask({ do: "round", workload }))["seconds"]).toBeGreaterThan(0);
      expect((await peer.ask({ do: "stop" }))["peakBytes"]).toBeGreaterThan(1e7);
    }
    peer.close();
  });
});
