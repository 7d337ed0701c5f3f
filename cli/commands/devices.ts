/** @file `chainrule devices`: what can run here, and why not what cannot. */
import { isRealAdapter } from "../../engine/session/choose-backend";
import { backendOrder, loadBackend } from "../devices";
import type { Output } from "../output";

/** Prints one line per backend, best first, and which of them `auto` takes. */
export async function listDevices(output: Output): Promise<void> {
  let auto: string | null = null;
  for (const name of backendOrder) {
    const status = await (await loadBackend(name)).status();
    const takes = auto === null && status.ok && (name !== "webgpu" || isRealAdapter(status.adapter));
    if (takes) auto = name;
    const why = status.ok ? status.adapter : status.why;
    output.emit({ event: "device", name, ok: status.ok, why, auto: takes });
    output.say(`${status.ok ? "yes" : "no "}  ${name.padEnd(9)}  ${why}${takes ? "  (auto)" : ""}`);
  }
}
