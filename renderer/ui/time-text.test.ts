/** @file How a time is printed. */
import { expect, it } from "vitest";
import { printWhen } from "./time-text";

const words = { justNow: "just now", yesterday: "yesterday" };
const now = new Date(2026, 10, 27, 14, 5).getTime();

it("prints a time by the clock today, then by the day", () => {
  expect(printWhen(now - 5_000, now, words)).toBe("just now");
  expect(printWhen(new Date(2026, 10, 27, 9, 30).getTime(), now, words)).toBe("09:30");
  expect(printWhen(new Date(2026, 10, 26, 23, 59).getTime(), now, words)).toBe("yesterday");
  expect(printWhen(new Date(2026, 10, 14, 8, 0).getTime(), now, words)).toBe("14 Nov");
});
