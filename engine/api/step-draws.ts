/**
 * @file Draws made each step: Philox on the device, numbered as a document's "each step" nodes are, so that an exported
 * program draws what `chainrule run` does.
 */
import { recordWith } from "../ir/recorder";
import { tensorData } from "../ir/tensor";
import { add } from "../ops";
import type { StepRandom } from "../tape/record";
import { currentKey } from "./generator";
import type { Segment } from "./segment";
import { Storage } from "./storage";

function scalar(value: number): Storage {
  return new Storage({ dtype: "int32", shape: [] }, tensorData("int32", [], [value]));
}

/** Key, counter and place within the step. The counter goes up with each step that drew. */
export class StepDraws implements StepRandom {
  private key: readonly [number, number] | null = null;
  private low = scalar(0);
  private high = scalar(0);
  private steps = scalar(0);
  private streams = 0;

  get keyLow() {
    return this.low.slot;
  }
  get keyHigh() {
    return this.high.slot;
  }
  get counter() {
    return this.steps.slot;
  }

  nextStream(): number {
    return this.streams++;
  }

  /** Makes a segment ready for a draw: it reads the key and the counter. A new seed begins anew. */
  enter(segment: Segment): void {
    const key = currentKey();
    if (key !== this.key) {
      this.key = key;
      this.low = scalar(key[0]);
      this.high = scalar(key[1]);
      this.steps = scalar(0);
      this.streams = 0;
    }
    for (const storage of [this.low, this.high, this.steps]) segment.read(storage);
  }

  /** Ends a step; false where nothing was drawn in it. */
  endStep(segment: Segment): boolean {
    if (this.streams === 0) return false;
    this.streams = 0;
    const counter = segment.read(this.steps);
    segment.write(
      this.steps,
      segment.tape.noGrad(() => recordWith(segment.tape, () => add(counter, 1))),
    );
    return true;
  }
}
