/** @file Journeys use mouse and keyboard and read the screen: none reaches behind it. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** Ways from a journey into the page's own objects, however they are written: called, taken apart, or named in brackets. */
const reach =
  /\b(evaluate\w*|waitForFunction|addInitScript|addScriptTag|addStyleTag|setContent|exposeFunction|exposeBinding|dispatchEvent|elementHandles?|newCDPSession|routeWebSocket|addLocatorHandler|mainFrame|querySelector\w*)\b|\$\$?eval\b|\b(route|context|frames?|workers|request)\(|javascript:/;
/** What journeys may be made of: the fixture, each other, and what reads files and runs the command line. */
const allowedImports = /^(\.\/journey|\.\/journeys-[\w-]+|@playwright\/test|node:(fs|path|child_process))$/;

function reaches(text: string): readonly string[] {
  const code = text.split("\n").filter((line) => !/^\s*(\/\/|\*|\/\*\*)/.test(line));
  const found = code.filter((line) => reach.test(line) && !line.includes("chainruleCounters"));
  const imports = [...text.matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map(([, from]) => from ?? "");
  return [...found, ...imports.filter((from) => !allowedImports.test(from))];
}

describe("journeys", () => {
  const files = readdirSync("e2e").filter((name) => name.startsWith("journeys-") || name.startsWith("gestures"));

  it("are there", () => {
    for (const name of ["e03", "e04", "e11", "e17", "keyboard"]) expect(files).toContain(`journeys-${name}.spec.ts`);
  });

  for (const file of files) {
    it(`${file} stays in front of the screen`, () => {
      expect(reaches(readFileSync(`e2e/${file}`, "utf8"))).toEqual([]);
    });
  }

  for (const line of [
    "await page.evaluate(() => app.history.undo());",
    "await page\n  .evaluate(() => app.history.undo());",
    'await page["evaluate"](() => app.history.undo());',
    "const { evaluate } = page;",
    "await canvas.evaluateAll((all) => all);",
    'await page.$eval("canvas", (canvas) => canvas);',
    "await page.waitForFunction(() => app.done);",
    'await hand.canvas.dispatchEvent("drop");',
    'await page.addScriptTag({ content: "app.history.undo()" });',
    'await page.goto("javascript:app.history.undo()");',
    'import { createHistory } from "../renderer/document/history";',
    "const session = await page.context().newCDPSession(page);",
  ]) {
    it(`would be caught: ${line}`, () => expect(reaches(line)).not.toEqual([]));
  }

  it("may read counters, which are made to be read", () => {
    expect(reaches("await page.evaluate(() => window.chainruleCounters);")).toEqual([]);
  });
});
