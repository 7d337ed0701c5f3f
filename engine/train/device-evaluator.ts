/** @file An evaluator on a device: prepares a plan for values, then computes them from slot contents, as gradcheck asks. */
import type { Evaluator } from "../autodiff/gradcheck";
import type { Device } from "../backends/backend";
import { compile } from "../compile/compile";
import { elementCount } from "../ir/shape";
import type { SlotId } from "../ir/value";

/** Values are computed in slots of their own; slots a call does not give keep what they held. */
export function deviceEvaluator(device: Device): Evaluator {
  let made = 0;
  return async (values) => {
    const outputs = values.map(({ type }) => {
      const slot: SlotId = `evaluator:${made++}`;
      device.allocate(slot, type.dtype, elementCount(type.shape));
      return slot;
    });
    const writes = values.map((value, i) => ({ slot: outputs[i] ?? "", value }));
    const plan = compile({ writes, given: new Map(), ring: [] });
    let loaded: Awaited<ReturnType<Device["load"]>> | null = null;
    return async (slots) => {
      for (const [slot, { dtype, data }] of slots) {
        if (!device.has(slot)) device.allocate(slot, dtype, data.length);
        device.write(slot, data);
      }
      loaded ??= await device.load(plan);
      await device.run([{ plan: loaded, count: 1 }]);
      const results = await device.read(outputs);
      return values.map(({ type: { dtype, shape } }, i) => ({ dtype, shape, data: results[i] ?? new Float64Array() }));
    };
  };
}
