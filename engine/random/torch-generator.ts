/** @file PyTorch's CPU generator: mt19937 and the distributions drawn from it, number for number. */

/** A stream of draws. Every method advances it exactly as PyTorch's does. */
export interface TorchGenerator {
  /** torch.rand: float32 in [0, 1). */
  rand(count: number): Float32Array;
  /** torch.randn: float32; scalar path below 16 elements, vector path from 16 on. */
  randn(count: number): Float32Array;
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
