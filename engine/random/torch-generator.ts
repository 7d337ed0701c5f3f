/**
 * @file PyTorch's CPU generator: mt19937 and the distributions drawn from it, number for number
 * (aten/src/ATen/core/DistributionsHelper.h, native/cpu/DistributionTemplates.h).
 */
import { createMersenneTwister, savedWords } from "./mersenne-twister";
import { fill16 } from "./vector-normal";

/** A stream of draws. Every method advances it exactly as PyTorch's does. */
export interface TorchGenerator {
  /** torch.rand: float32 in [0, 1). */
  rand(count: number): Float32Array;
  /** torch.randn: float32; scalar path below 16 elements, vector path from 16 on. */
  randn(count: number): Float32Array;
  /** torch.rand of float64. */
  rand64(count: number): Float64Array;
  /** torch.randn of float64, within 1 ulp. */
  randn64(count: number): Float64Array;
  /** torch.randint(low, high): integers in [low, high). */
  randint(low: number, high: number, count: number): Float64Array;
  /** torch.randperm(n). */
  randperm(n: number): Float64Array;
  /** Tensor.uniform_(low, high): float32. */
  uniform(low: number, high: number, count: number): Float32Array;
  /** The whole state, for checkpoints. */
  save(): Uint8Array;
  restore(state: Uint8Array): void;
}

const seedLow = -(2n ** 63n);
const seedHigh = 2n ** 64n - 1n;

/** A saved state: the engine's words, whether a normal is cached (one word), and that normal (a float64). */
const stateBytes = savedWords * 4 + 4 + 8;

function readSeed(seed: number | bigint): bigint {
  const valid = typeof seed === "bigint" || Number.isSafeInteger(seed);
  const whole = valid ? BigInt(seed) : null;
  if (whole === null || whole < seedLow || whole > seedHigh) {
    throw new RangeError(
      `manualSeed: the seed is ${String(seed)}, expected an integer from −2^63 to 2^64 − 1. Choose another seed.`,
    );
  }
  return BigInt.asUintN(64, whole);
}

/** A generator in the state that torch.manual_seed(seed) leaves; numbers must be safe integers, negative ones wrap. */
export function createTorchGenerator(seed: number | bigint): TorchGenerator {
  const engine = createMersenneTwister(Number(BigInt.asUintN(32, readSeed(seed))));
  let cachedNormal: number | null = null;

  /** uniform_real_distribution<float>: 24 bits. */
  const uniform24 = (): number => (engine.next() & 0xffffff) * 2 ** -24;

  /** uniform_real_distribution<double>: the low 53 bits of two words, the high word drawn first. */
  const uniform53 = (): number => {
    const high = engine.next() & 0x1fffff;
    return (high * 2 ** 32 + engine.next()) * 2 ** -53;
  };

  const integerBelow = (range: number): number => {
    if (range < 2 ** 32) return engine.next() % range;
    const bits = (BigInt(engine.next()) << 32n) | BigInt(engine.next());
    return Number(bits % BigInt(range));
  };

  /** normal_distribution<double>: Box–Muller, its second half kept for the next draw. */
  const normal = (): number => {
    if (cachedNormal !== null) {
      const kept = cachedNormal;
      cachedNormal = null;
      return kept;
    }
    const u1 = uniform53();
    const u2 = uniform53();
    const radius = Math.sqrt(-2 * Math.log1p(-u2));
    const theta = 2 * Math.PI * u1;
    cachedNormal = radius * Math.sin(theta);
    return radius * Math.cos(theta);
  };

  /** normal_fill: uniforms for all, then sixteen at a time; a tail draws its last sixteen again. */
  const fillNormal = <T extends Float32Array | Float64Array>(
    values: T,
    uniform: () => number,
    fill: (values: T, start: number) => void,
  ): void => {
    for (let i = 0; i < values.length; i++) values[i] = uniform();
    for (let i = 0; i + 16 <= values.length; i += 16) fill(values, i);
    if (values.length % 16 === 0) return;
    const tail = values.length - 16;
    for (let i = tail; i < values.length; i++) values[i] = uniform();
    fill(values, tail);
  };

  /** normal_fill_16 of float64, which has no vector path of its own. */
  const fillDouble16 = (values: Float64Array, start: number): void => {
    for (let i = start; i < start + 8; i++) {
      const radius = Math.sqrt(-2 * Math.log(1 - (values[i] ?? 0)));
      const theta = 2 * Math.PI * (values[i + 8] ?? 0);
      values[i] = radius * Math.cos(theta);
      values[i + 8] = radius * Math.sin(theta);
    }
  };

  return {
    rand64(count) {
      return new Float64Array(count).map(uniform53);
    },
    randn64(count) {
      const values = new Float64Array(count);
      if (count < 16) return values.map(normal);
      fillNormal(values, uniform53, fillDouble16);
      return values;
    },
    rand(count) {
      return new Float32Array(count).map(uniform24);
    },
    randn(count) {
      const values = new Float32Array(count);
      if (count < 16) return values.map(normal);
      fillNormal(values, uniform24, fill16);
      return values;
    },
    randint(low, high, count) {
      return new Float64Array(count).map(() => low + integerBelow(high - low));
    },
    randperm(n) {
      const order = Float64Array.from({ length: n }, (_, i) => i);
      for (let i = 0; i < n - 1; i++) {
        const j = i + (engine.next() % (n - i));
        const moved = order[i] ?? 0;
        order[i] = order[j] ?? 0;
        order[j] = moved;
      }
      return order;
    },
    uniform(low, high, count) {
      const from = Math.fround(low);
      const span = Math.fround(Math.fround(high) - from);
      const values = new Float32Array(count);
      for (let i = 0; i < count; i++) values[i] = uniform24() * span + from;
      return values;
    },
    save() {
      const bytes = new DataView(new ArrayBuffer(stateBytes));
      engine.save().forEach((word, i) => bytes.setUint32(i * 4, word, true));
      bytes.setUint32(savedWords * 4, cachedNormal === null ? 0 : 1, true);
      bytes.setFloat64(savedWords * 4 + 4, cachedNormal ?? 0, true);
      return new Uint8Array(bytes.buffer);
    },
    restore(state) {
      if (state.length !== stateBytes) {
        throw new RangeError(
          `random state: found ${state.length} bytes, expected ${stateBytes}. Pass what save() returned.`,
        );
      }
      const bytes = new DataView(state.buffer, state.byteOffset, state.byteLength);
      engine.restore(Uint32Array.from({ length: savedWords }, (_, i) => bytes.getUint32(i * 4, true)));
      const cached = bytes.getUint32(savedWords * 4, true) === 1;
      cachedNormal = cached ? bytes.getFloat64(savedWords * 4 + 4, true) : null;
    },
  };
}
