/** @file What kernels are shaped for: a GPU, or a CPU that plays one. */

/** A GPU wants many small invocations and shared memory; a software adapter wants few long ones and no barriers. */
export type KernelStyle = "gpu" | "software";

/**
 * The style for an adapter. On SwiftShader a barrier costs 0.2 µs for every four invocations, and each word of shared
 * memory 0.4 ms of compiling, so that shapes fit for a GPU run five times slower there than these.
 */
export function styleFor(info: GPUAdapterInfo): KernelStyle {
  return info.isFallbackAdapter || info.architecture === "swiftshader" ? "software" : "gpu";
}

/** Invocations that a software adapter runs as one: its SIMD width. */
export const softwareLanes = 4;
