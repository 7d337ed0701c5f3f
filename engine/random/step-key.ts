/** @file The Philox key of a run: 64 bits that follow from the seed and take nothing from PyTorch's stream. */

function hashed(state: Uint8Array, salt: number): number {
  let hash = 0x811c9dc5 ^ salt;
  for (const byte of state) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

/** Low and high half of the key, as int32, from the state that a generator has just after it was seeded. */
export function stepKey(seeded: Uint8Array): readonly [low: number, high: number] {
  return [hashed(seeded, 0), hashed(seeded, 0x9e3779b9)];
}
