/** @file The random stream of the program: one, as PyTorch has one for the CPU. */
import { stepKey } from "../random/step-key";
import { createTorchGenerator, type TorchGenerator } from "../random/torch-generator";

/** PyTorch's seed of a stream that nobody seeded. */
const defaultSeed = 67280421310721n;

let generator = createTorchGenerator(defaultSeed);
let key = stepKey(generator.save());

/** The stream that draws come from. */
export function currentGenerator(): TorchGenerator {
  return generator;
}

/** The Philox key of draws made each step: another one after each manualSeed, even with the same seed. */
export function currentKey(): readonly [low: number, high: number] {
  return key;
}

/** torch.manual_seed: every later draw equals PyTorch's after the same seed. */
export function manualSeed(seed: number | bigint): void {
  generator = createTorchGenerator(seed);
  key = stepKey(generator.save());
}

/** int(torch.randint(low, high, ())): one integer in [low, high), for control flow. */
export function randomInt(low: number, high: number): number {
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low >= high) {
    throw new RangeError(`randomInt: found low ${low} and high ${high}, expected integers, low below high. Swap them.`);
  }
  return generator.randint(low, high, 1)[0] ?? low;
}
