/** @file Programs of several ops against PyTorch: results, gradients and second derivatives, on reference and fused on wasm. */
import { describe, expect, it } from "vitest";
import { referenceBackend } from "../backends/reference";
import { wasmBackend } from "../backends/wasm";
import { programCase } from "./cases";
import { programFaults } from "./program-step";
import { programCount, randomProgram } from "./random-programs";
import { torchFixture } from "./torch-fixtures";

const devices = await Promise.all(
  [referenceBackend, wasmBackend].map((backend) => backend.open({ memoryBudgetBytes: 1e9 })),
);

describe.each(Array.from({ length: programCount }, (_, seed) => seed))("program %i", (seed) => {
  const torchCase = programCase(seed);
  const steps = torchCase.python.replaceAll("\n", "; ");
  it.each(devices)(`gives what PyTorch gives on $backend: ${steps}`, async (device) => {
    expect(await programFaults(device, randomProgram(seed), torchFixture(torchCase))).toEqual([]);
  });
});
