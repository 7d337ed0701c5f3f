/** @file What is found by typing in the palette of commands, and that Enter runs what was meant. */
import { describe, expect, it } from "vitest";
import { commands } from "./registry";
import { searchCommands } from "./search-commands";

const first = (query: string): string | undefined => searchCommands(commands, query)[0];

describe("the palette of commands", () => {
  it("has what begins with the words first, whatever its group", () => {
    expect(first("reset")).toBe("resetRun");
    expect(first("Reset to init")).toBe("resetRun");
    expect(first("next op")).toBe("nextOp");
  });

  it("finds every command by its whole title", () => {
    for (const [id, { title }] of commands) {
      const [found] = searchCommands(commands, title);
      expect(commands.get(found ?? "")?.title, id).toBe(title);
    }
  });

  it("finds by other words, in any order, and nothing by rubbish", () => {
    expect(searchCommands(commands, "initial values")).toContain("resetRun");
    expect(searchCommands(commands, "values reset")).toEqual(["resetRun"]);
    expect(searchCommands(commands, "zzqx")).toEqual([]);
  });
});
