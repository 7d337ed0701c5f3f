/** @file mt19937: the 32-bit engine of PyTorch's CPU generator (aten/src/ATen/core/MT19937RNGEngine.h). */

const stateWords = 624;
const shift = 397;

/** A stream of uniform 32-bit unsigned integers, with a state that can be taken out and put back. */
export interface MersenneTwister {
  next(): number;
  /** 625 words: the 624 of the state, then how many of them are used up. */
  save(): Uint32Array;
  restore(words: Uint32Array): void;
}

/** How many words `save` returns. */
export const savedWords = stateWords + 1;

function word(words: Uint32Array, index: number): number {
  return words[index] ?? 0;
}

function mix(upper: number, lower: number): number {
  const joined = (upper & 0x80000000) | (lower & 0x7fffffff);
  return (joined >>> 1) ^ ((lower & 1) === 0 ? 0 : 0x9908b0df);
}

function refill(state: Uint32Array): void {
  let upper = word(state, 0);
  for (let i = 0, ahead = shift; i < stateWords; i++) {
    const lower = word(state, i + 1 === stateWords ? 0 : i + 1);
    state[i] = word(state, ahead) ^ mix(upper, lower);
    upper = lower;
    ahead = ahead + 1 === stateWords ? 0 : ahead + 1;
  }
}

/** Starts a stream from the low 32 bits of a seed, as PyTorch does. */
export function createMersenneTwister(seed: number): MersenneTwister {
  const state = new Uint32Array(stateWords);
  state[0] = seed;
  for (let i = 1; i < stateWords; i++) {
    const previous = word(state, i - 1);
    state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
  }
  let used = stateWords;
  return {
    next() {
      if (used >= stateWords) {
        refill(state);
        used = 0;
      }
      let y = word(state, used++);
      y ^= y >>> 11;
      y ^= (y << 7) & 0x9d2c5680;
      y ^= (y << 15) & 0xefc60000;
      y ^= y >>> 18;
      return y >>> 0;
    },
    save() {
      const words = new Uint32Array(savedWords);
      words.set(state);
      words[stateWords] = used;
      return words;
    },
    restore(words) {
      state.set(words.subarray(0, stateWords));
      used = word(words, stateWords);
    },
  };
}
