/** @file Points in time as the screen prints them: by the clock today, then by the day. */

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** "just now" · "14:05" · "yesterday" · "14 Nov", in the language of the words. */
export function printWhen(
  at: number,
  now: number,
  words: { readonly justNow: string; readonly yesterday: string },
): string {
  if (now - at < minuteMs) return words.justNow;
  const day = (time: number): number => new Date(time).setHours(0, 0, 0, 0);
  const date = new Date(at);
  if (day(at) === day(now)) return date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (day(now) - day(at) <= dayMs) return words.yesterday;
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
}
