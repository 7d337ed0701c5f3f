/** @file Where the window was: kept between starts, and brought back onto a screen that is there. */
import { readFileSync, writeFileSync } from "node:fs";
import { screen, type BrowserWindow, type Rectangle } from "electron";

export interface WindowState {
  readonly bounds: Partial<Rectangle> & { readonly width: number; readonly height: number };
  readonly maximized: boolean;
}

const usual: WindowState = { bounds: { width: 1440, height: 900 }, maximized: false };

function isRectangle(value: unknown): value is Rectangle {
  return (
    typeof value === "object" &&
    value !== null &&
    ["x", "y", "width", "height"].every((side) => Number.isInteger(Reflect.get(value, side)))
  );
}

function isOnScreen(bounds: Rectangle): boolean {
  return screen
    .getAllDisplays()
    .some(
      ({ workArea }) =>
        bounds.x < workArea.x + workArea.width - 80 &&
        bounds.x + bounds.width > workArea.x + 80 &&
        bounds.y >= workArea.y - 10 &&
        bounds.y < workArea.y + workArea.height - 40,
    );
}

/** The state kept in a file; the usual one where it is missing, malformed, or off every screen. */
export function readWindowState(file: string): WindowState {
  try {
    const { bounds, maximized } = JSON.parse(readFileSync(file, "utf8")) as { bounds?: unknown; maximized?: unknown };
    if (!isRectangle(bounds) || bounds.width < 640 || bounds.height < 400 || !isOnScreen(bounds)) return usual;
    return { bounds, maximized: maximized === true };
  } catch {
    return usual;
  }
}

/** Written while the window closes, so at once; a failure costs a position and nothing else. */
export function writeWindowState(file: string, window: BrowserWindow): void {
  try {
    writeFileSync(file, JSON.stringify({ bounds: window.getNormalBounds(), maximized: window.isMaximized() }));
  } catch {
    // The next start opens at the usual place.
  }
}
