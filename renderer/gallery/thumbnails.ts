/** @file Small drawings of documents that were opened or saved, kept on this machine by the file's key. */
import type { ChainruleDocument } from "@chainrule/engine/analysis";
import { drawDocument, type Drawing } from "./drawing";

export interface Thumbnail {
  readonly drawing: Drawing;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const storageKey = "chainrule.thumbnails";
const most = 12;
/** Pixels of a thumbnail. */
export const thumbnailSize = { width: 112, height: 70 } as const;
/** A drawing of more boxes than that is no picture at this size. */
const mostBoxes = 120;

/** Everything kept; nothing where it is broken or storage is refused. */
export function readThumbnails(): Readonly<Record<string, Thumbnail>> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "{}");
    return typeof found === "object" && found !== null ? (found as Record<string, Thumbnail>) : {};
  } catch {
    return {};
  }
}

/** Keeps the drawing of a file's document; the oldest are dropped. */
export function rememberThumbnail(key: string | null, document: ChainruleDocument): void {
  if (key === null || key === "") return;
  const drawing = drawDocument(document, thumbnailSize.width, thumbnailSize.height);
  if (drawing === null || drawing.boxes.length > mostBoxes) return;
  const kept = Object.entries({ ...readThumbnails(), [key]: { drawing, at: Date.now() } })
    .sort(([, a], [, b]) => b.at - a.at)
    .slice(0, most);
  try {
    localStorage.setItem(storageKey, JSON.stringify(Object.fromEntries(kept)));
  } catch {
    // Without storage the list has no pictures.
  }
}
