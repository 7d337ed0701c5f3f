/** @file `chainrule ops`: the registry: every op, module and optimiser. */
import type { TorchText } from "../../engine/ir/op";
import { modules } from "../../engine/nn/registry";
import { ops } from "../../engine/ops/registry";
import { optimizers } from "../../engine/optim/registry";
import { backendOrder } from "../devices";
import type { Output } from "../output";

const torchOf = (torch: TorchText): string | null => ("python" in torch ? torch.python : null);

/** Prints one line per declaration. Whatever is declared runs on every backend: kernels are derived. */
export async function listOps(output: Output): Promise<void> {
  const rows = [
    ...[...ops].map(([name, op]) => ({
      kind: "op",
      name,
      torch: torchOf(op.rules.torch),
      category: op.signature.category,
      ...("notInTorch" in op.rules.torch ? { notInTorch: op.rules.torch.notInTorch } : {}),
    })),
    ...[...modules].map(([name, m]) => ({ kind: "module", name, torch: torchOf(m.torch), category: m.category })),
    ...[...optimizers].map(([name, o]) => ({
      kind: "optimizer",
      name,
      torch: torchOf(o.torch),
      category: "optimizer",
    })),
  ];
  const width = Math.max(...rows.map((row) => row.name.length));
  for (const row of rows) {
    output.emit({ event: "op", ...row, backends: backendOrder });
    output.say(
      `${row.kind.padEnd(9)}  ${row.name.padEnd(width)}  ${row.category.padEnd(14)}  ${row.torch ?? "not in PyTorch"}`,
    );
  }
}
