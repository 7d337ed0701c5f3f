/** @file safetensors: round trips, the bytes of the reference implementation, and refusal of every false claim. */
import { describe, expect, test } from "vitest";
import { writeSafetensors } from "../../export/safetensors/write";
import { tensorData } from "../../ir/tensor";
import { readSafetensors, SafetensorsError } from "./read";

function file(header: unknown, data: Uint8Array = new Uint8Array(0), claimed?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

describe("safetensors", () => {
  test("gives back every dtype, shape and value", () => {
    const tensors = new Map([
      ["a.weight", tensorData("float32", [2, 2], [1.5, -0, Infinity, 1e-40])],
      ["b", tensorData("float64", [], [Math.PI])],
      ["c", tensorData("int64", [3], [-1, 2 ** 53 - 1, 0])],
      ["d", tensorData("int32", [2], [-5, 7])],
      ["e", tensorData("bool", [3], [1, 0, 1])],
      ["empty", tensorData("float32", [0, 4], [])],
    ]);
    expect(readSafetensors(writeSafetensors(tensors, { format: "pt" }))).toEqual(tensors);
  });

  test("writes what the reference implementation writes", () => {
    const bytes = writeSafetensors(new Map([["w", tensorData("float32", [1], [1])]]));
    const header = '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
    expect(Number(new DataView(bytes.buffer).getBigUint64(0, true))).toBe(Math.ceil(header.length / 8) * 8);
    expect(new TextDecoder().decode(bytes.subarray(8)).startsWith(header)).toBe(true);
    expect([...bytes.subarray(-4)]).toEqual([0, 0, 0x80, 0x3f]);
  });

  test("reads half floats exactly", () => {
    const bits = Uint8Array.of(0x00, 0x3c, 0x01, 0x00, 0x00, 0xfc);
    const half = readSafetensors(file({ h: { dtype: "F16", shape: [3], data_offsets: [0, 6] } }, bits)).get("h");
    expect([...(half?.data ?? [])]).toEqual([1, 2 ** -24, -Infinity]);
    const brain = file({ h: { dtype: "BF16", shape: [1], data_offsets: [0, 2] } }, Uint8Array.of(0x80, 0xbf));
    expect([...(readSafetensors(brain).get("h")?.data ?? [])]).toEqual([-1]);
  });

  const entry = { dtype: "F32", shape: [1], data_offsets: [0, 4] };
  const four = new Uint8Array(4);
  test.each([
    ["an empty file", new Uint8Array(0)],
    ["a header longer than the file", file({}, four, 1n << 60n)],
    ["a header that is not JSON", file("{", four)],
    ["a list for a header", file([], four)],
    ["a dtype it does not know", file({ w: { ...entry, dtype: "Q4" } }, four)],
    ["a negative extent", file({ w: { ...entry, shape: [-1] } }, four)],
    ["a claimed 1e12 elements", file({ w: { ...entry, shape: [1e12] } }, four)],
    ["offsets past the end", file({ w: { ...entry, data_offsets: [4, 8] } }, four)],
    ["many tensors over the same bytes", file({ a: entry, b: entry }, four)],
    ["offsets that do not fit the shape", file({ w: { ...entry, shape: [2] } }, four)],
  ])("refuses %s", (_, bytes) => {
    expect(() => readSafetensors(bytes)).toThrow(SafetensorsError);
  });
});
