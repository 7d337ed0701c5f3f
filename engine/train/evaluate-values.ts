/** @file Values of a trace computed and copied to the host, leaving all state as it is. */
import type { Device } from "../backends/backend";
import { storageBytes } from "../ir/dtype";
import { elementCount } from "../ir/shape";
import type { TensorData } from "../ir/tensor";
import type { SlotId, Value } from "../ir/value";
import type { PathWalker } from "./path-walker";

/** Values wanted at once are held together on the device: more than this are computed in several goes. */
const groupBytes = 64 * 2 ** 20;

function groupsOf(values: readonly Value[]): readonly (readonly Value[])[] {
  const groups: Value[][] = [];
  let bytes = Infinity;
  for (const value of values) {
    const size = elementCount(value.type.shape) * storageBytes(value.type.dtype);
    if (bytes + size > groupBytes) {
      groups.push([]);
      bytes = 0;
    }
    bytes += size;
    groups[groups.length - 1]?.push(value);
  }
  return groups;
}

/** The values' contents, in order. */
export async function evaluateValues(
  device: Device,
  walker: PathWalker,
  values: readonly Value[],
): Promise<readonly TensorData[]> {
  const results: TensorData[] = [];
  for (const group of groupsOf(values)) {
    const slots = group.map((_, i): SlotId => `probe:${i}`);
    try {
      group.forEach(({ type }, i) => device.allocate(slots[i] ?? "", type.dtype, elementCount(type.shape)));
      const writes = group.map((value, i) => ({ slot: slots[i] ?? "", value }));
      const step = await walker.load({ writes, ring: [] });
      try {
        await device.run([{ plan: step.plan, count: 1 }]);
        const data = await device.read(slots);
        group.forEach(({ type: { dtype, shape } }, i) => {
          const array = data[i];
          if (array) results.push({ dtype, shape, data: array });
        });
      } finally {
        walker.unload(step);
      }
    } finally {
      for (const slot of slots) if (device.has(slot)) device.release(slot);
    }
  }
  return results;
}
