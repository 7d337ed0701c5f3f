/** @file Where what goes into turns, between them and out of them lies: slots by the loop, the turn and the port. */
import type { SlotId } from "../ir/value";
import type { Loop, PortType, Signature } from "../program/loops";
import { slotNamed } from "./slot-pool";

type Typed = Pick<PortType, "type">;

/** Where a turn reads an input: what goes round lies in a place per turn, because its backward may read it again. */
export function inputSlot({ key, carried }: Loop, turn: number, port: string, { type }: Typed): SlotId {
  return slotNamed(`${key}:${carried.has(port) ? turn : "fixed"}:${port}`, type);
}

/** Where the last turn's outputs lie. */
export function outputSlot({ key }: Loop, port: string, { type }: Typed): SlotId {
  return slotNamed(`${key}:out:${port}`, type);
}

/** Where the gradient of what goes round goes round. */
export function cotangentSlot({ key }: Loop, port: string, { type }: Typed): SlotId {
  return slotNamed(`${key}:gradient:${port}`, type);
}

/** Where the gradients of what all turns read add up. */
export function sumSlot({ key }: Loop, name: string, { type }: Typed): SlotId {
  return slotNamed(`${key}:sum:${name}`, type);
}

/** What comes in, as text: turns of the same types share their plans. */
export function signatureKey(signature: Signature): string {
  const port = ([name, { type, requiresGrad }]: readonly [string, PortType]): string =>
    `${name}:${type.dtype}${type.weak === true ? "~" : ""}[${type.shape.join(",")}]${requiresGrad ? "*" : ""}`;
  return [...signature].map(port).join(" ");
}
