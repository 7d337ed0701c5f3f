/** @file Journeys use mouse and keyboard and read the screen: none reaches behind it. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** Ways from a journey into the page's own objects. Counters are made to be read. */
const reach = /\.(evaluate\w*|waitForFunction|addInitScript|exposeFunction|exposeBinding|dispatchEvent)\(/;

function reaches(text: string): readonly string[] {
  return text.split("\n").filter((line) => reach.test(line) && !line.includes("chainruleCounters"));
}

describe("journeys", () => {
  const files = readdirSync("e2e").filter((name) => name.startsWith("journeys-"));

  it("are there", () => expect(files.length).toBeGreaterThan(1));

  for (const file of files) {
    it(`${file} stays in front of the screen`, () => {
      expect(reaches(readFileSync(`e2e/${file}`, "utf8"))).toEqual([]);
    });
  }

  it("would be caught", () => {
    expect(reaches("await page.evaluate(() => app.history.undo());")).toHaveLength(1);
    expect(reaches("await page.evaluate(() => window.chainruleCounters);")).toHaveLength(0);
  });
});
