/** @file The PyTorch-shaped API: tensors that record what is done to them, modules, optimisers. */
import { layers, Sequential } from "./layers";
import { Buffer, Module, Parameter } from "./module";
import { optimizers } from "./optimizers";
import { runtime } from "./runtime";
import type { DeviceName } from "./device";

export { Run, startRun, type RunDefaults, type RunHost } from "./command-line";
export { useBackends, type DeviceName } from "./device";
export { AutogradFunction, Context, type InputGradients } from "./function";
export { manualSeed, randomInt } from "./generator";
export type { Layer } from "./layers";
export { functions as torch } from "./op-methods";
export type { Optimizer } from "./optimizers";
export { summarize } from "./summary";
export { Tensor, type BackwardSettings, type NestedNumbers } from "./tensor";
export { fromArray, tensor, uniform, type TensorOptions } from "./tensor-from-data";

/** torch.nn. */
export const nn = { ...layers, Module, Parameter, Buffer, Sequential };

/** torch.optim. */
export const optim = optimizers;

/** Runs `body` with no gradients recorded (torch.no_grad). In-place writes made inside end the step. */
export function noGrad<T>(body: () => T): T {
  return runtime.noGrad(body);
}

/** Runs `body` with gradients recorded, inside noGrad (torch.enable_grad). */
export function enableGrad<T>(body: () => T): T {
  return runtime.enableGrad(body);
}

/** A use of a module that teaches it nothing: its parameters get no gradient from this forward, its inputs do. */
export function frozen<M extends Module & { readonly forward: (...inputs: never) => unknown }>(
  module: M,
): Pick<M, "forward"> {
  const forward = (...inputs: never): unknown => runtime.freeze(module.parameters(), () => module.forward(...inputs));
  // The same function, run with the parameters cut.
  return { forward } as Pick<M, "forward">;
}

/** Chooses where everything runs; what there is moves over. Returns the backend's name; rejects with DeviceError. */
export async function useDevice(name: DeviceName): Promise<string> {
  return runtime.useDevice(name);
}

/** Runs what has been recorded; reading a number does so by itself. */
export async function synchronize(): Promise<void> {
  await runtime.flush();
}
