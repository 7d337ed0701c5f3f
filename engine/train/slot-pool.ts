/** @file Slots between the plans of one step: made when a plan first needs them, freed with the last that does. */
import type { Device } from "../backends/backend";
import { elementCount } from "../ir/shape";
import type { TensorType } from "../ir/tensor";
import type { SlotId } from "../ir/value";

export interface Held {
  readonly slot: SlotId;
  readonly type: TensorType;
}

/** "part:…:float32[64,100]": one id per content, so that another type is another slot. */
export function slotNamed(name: string, { dtype, shape }: TensorType): SlotId {
  return `part:${name}:${dtype}[${shape.join(",")}]`;
}

/** Counts the users of each slot. */
export class SlotPool {
  private readonly users = new Map<SlotId, number>();

  constructor(private readonly device: Device) {}

  /** Makes the slots that are not there yet. Throws DeviceError when they do not fit; then none is held. */
  hold(slots: readonly Held[]): void {
    const held: Held[] = [];
    try {
      for (const each of slots) {
        const users = this.users.get(each.slot) ?? 0;
        if (users === 0) this.device.allocate(each.slot, each.type.dtype, elementCount(each.type.shape));
        this.users.set(each.slot, users + 1);
        held.push(each);
      }
    } catch (error) {
      this.drop(held);
      throw error;
    }
  }

  drop(slots: readonly Held[]): void {
    for (const { slot } of slots) {
      const users = (this.users.get(slot) ?? 1) - 1;
      if (users > 0) this.users.set(slot, users);
      else if (this.users.delete(slot)) this.device.release(slot);
    }
  }
}
