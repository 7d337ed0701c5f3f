/** @file The layer check refuses what the table does not allow, in words that name the room. */
import { describe, expect, it } from "vitest";
import { faultsOf } from "./layers.mjs";

describe("layer check", () => {
  it("names the room, the import and what is allowed when a room reaches upward", () => {
    expect(faultsOf("engine/ir/value.ts", new Set(["../ops/index"]))).toEqual([
      "engine/ir/value.ts: room engine/ir imports engine/ops/index.ts of room engine/ops, it may import engine/scalar, engine/random.",
    ]);
  });

  it("refuses a package that another room keeps to itself", () => {
    expect(faultsOf("renderer/overlay/layer.ts", new Set(["reactflow"]))[0]).toContain("only renderer/canvas may");
  });

  it("refuses Node in the engine", () => {
    expect(faultsOf("engine/session/host.ts", new Set(["node:fs"]))[0]).toContain('imports package "node:fs"');
  });

  it("accepts what the table allows", () => {
    expect(faultsOf("engine/ops/index.ts", new Set(["../ir/op"]))).toEqual([]);
  });
});
