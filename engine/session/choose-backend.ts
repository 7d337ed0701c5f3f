/** @file Which backend runs: the one asked for, or for `auto` the best that works and is no software GPU. */
import type { Backend, BackendName, BackendStatus } from "../backends/backend";

/** Adapters that compute on the CPU: Wasm is faster there. */
const softwareAdapter = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render|\bwarp\b/i;

export type BackendChoice =
  | { readonly ok: true; readonly backend: Backend; readonly status: BackendStatus & { readonly ok: true } }
  /** One sentence; `wrongUsage` when no machine could do what was asked. */
  | { readonly ok: false; readonly why: string; readonly wrongUsage: boolean };

/** True for an adapter that is a GPU. */
export function isRealAdapter(adapter: string): boolean {
  return !softwareAdapter.test(adapter);
}

/** Tries candidates in order, best first. A backend asked for by name may be a software GPU and must hold the dtype. */
export async function chooseBackend(
  candidates: readonly BackendName[],
  load: (name: BackendName) => Promise<Backend>,
  choice: BackendName | "auto",
  dtype: "float32" | "float64",
): Promise<BackendChoice> {
  const reasons: string[] = [];
  for (const name of candidates) {
    const backend = await load(name);
    if (!backend.dtypes.includes(dtype)) {
      const why = `${name}: found dtype ${dtype}, expected one of ${backend.dtypes.join(", ")}. Use --device reference.`;
      if (choice !== "auto") return { ok: false, why, wrongUsage: true };
      continue;
    }
    const status = await backend.status();
    if (!status.ok) reasons.push(status.why);
    else if (choice !== "auto" || name !== "webgpu" || isRealAdapter(status.adapter)) {
      return { ok: true, backend, status };
    }
  }
  const why = reasons.join(" ") || `${choice}: no device here can run this. Use --device reference.`;
  return { ok: false, why, wrongUsage: false };
}
