/** @file Hashes of text, and the text by which two contents are compared. */

/** A 32-bit word as 8 hexadecimal digits. */
export function hexadecimal(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}

/** 64 bits of a text as 16 hexadecimal digits (two cyrb53-style lanes; not for secrets). */
export function hashText(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
    a = (a << 13) | (a >>> 19);
    b = (b << 15) | (b >>> 17);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return hexadecimal(a) + hexadecimal(b);
}

/** JSON with sorted keys, without undefined entries, that tells NaN, infinities and −0 apart. */
export function stableText(value: unknown): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value)) return `[${value.map(stableText).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    entries.sort(([x], [y]) => (x < y ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${stableText(item)}`).join(",")}}`;
  }
  return JSON.stringify(value) ?? "undefined";
}
