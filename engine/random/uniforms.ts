/** @file Even numbers for samples and generated tests: the same for a seed, and no stream of PyTorch's. */

/** Numbers in [0, 1) from a seed (mulberry32, by Tommy Ettinger). */
export function uniforms(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
