/** @file What a command prints: text for people, or JSON Lines and nothing else on standard output. */
import { writeSync } from "node:fs";
import process from "node:process";
import { systemReason } from "./failure";

/** NaN and infinities as strings, because JSON has no other way; typed arrays as lists. */
function jsonValue(_: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>);
  return value;
}

/** One line of JSON. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value, jsonValue);
}

/** Ends with code 2: what is asked for cannot be printed, and there may be no other place to say so. */
function unprintable(descriptor: number, error: unknown): never {
  const reason = systemReason(error);
  const message = `standard output: it cannot be written, ${reason ?? String(error)}. Choose another place.\n`;
  if (descriptor !== 2) writeAll(2, message);
  process.exit(2);
}

/** Writes whole, also to a full pipe; a reader that has gone away ends the process quietly. */
function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += writeSync(descriptor, bytes, offset);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : "";
      if (code === "EPIPE") process.exit(0);
      if (code !== "EAGAIN") unprintable(descriptor, error);
      // The other end reads slowly: wait a little instead of spinning.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

export interface Output {
  readonly json: boolean;
  /** A line for people, on standard output. Nothing with --json. */
  say(text: string): void;
  /** A remark for people, on standard error. Nothing with --json. */
  note(text: string): void;
  /** An object for programs, on standard output. Nothing without --json. */
  emit(value: Readonly<Record<string, unknown>>): void;
  /** Replaces the line under the cursor, on a terminal only; "" clears it. */
  progress(text: string): void;
}

/** The output of one command. */
export function createOutput(json: boolean): Output {
  const terminal = !json && process.stderr.isTTY;
  let shown = false;
  const clear = (): void => {
    if (shown) writeAll(2, "\r\x1b[K");
    shown = false;
  };
  return {
    json,
    say(text) {
      clear();
      if (!json) writeAll(1, `${text}\n`);
    },
    note(text) {
      clear();
      if (!json) writeAll(2, `${text}\n`);
    },
    emit(value) {
      if (json) writeAll(1, `${jsonLine(value)}\n`);
    },
    progress(text) {
      if (!terminal) return;
      clear();
      if (text === "") return;
      writeAll(2, text);
      shown = true;
    },
  };
}
