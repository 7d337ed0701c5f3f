/** @file Measures a file before it is parsed, so that a hostile one costs one pass over its text and no memory. */
import { maxContainers, maxDepth, maxFileBytes } from "./limits";

/** Why the text is too large to parse, as found and allowed; null when it is not. */
export function excessOf(text: string): { readonly found: string; readonly limit: string } | null {
  if (text.length > maxFileBytes) return bytesExcess(text.length);
  let depth = 0;
  let containers = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: // A string: nothing inside it counts.
        for (i++; i < text.length && text.charCodeAt(i) !== 0x22; i++) if (text.charCodeAt(i) === 0x5c) i++;
        break;
      case 0x5b:
      case 0x7b:
        containers++;
        if (++depth > maxDepth)
          return { found: `more than ${maxDepth} levels of nesting`, limit: `${maxDepth} levels` };
        if (containers > maxContainers) {
          return { found: `more than ${maxContainers} records`, limit: `${maxContainers} records` };
        }
        break;
      case 0x5d:
      case 0x7d:
        depth--;
        break;
    }
  }
  return null;
}

/** The excess of a file of this many bytes; null when it is within maxFileBytes. */
export function bytesExcess(bytes: number): { readonly found: string; readonly limit: string } | null {
  if (bytes <= maxFileBytes) return null;
  return { found: mebibytes(bytes), limit: mebibytes(maxFileBytes) };
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 / 1024)} MiB`;
}
