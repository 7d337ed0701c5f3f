/** @file Module summaries: `y = {a} + {b} x` with the parameters' values in it. */
import type { TensorData } from "../ir/tensor";
import type { MemberInstance, Scope } from "./scope";
import { resolveTarget } from "./targets";

/** A number as a person reads it: six significant digits. */
function printNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return String(Number(value.toPrecision(6)));
}

function printTensor(tensor: TensorData | undefined): string {
  if (!tensor) return "?";
  if (tensor.data.length === 1) return printNumber(tensor.data[0] ?? NaN);
  if (tensor.data.length <= 8) return `[${[...tensor.data].map(printNumber).join(", ")}]`;
  return `tensor [${tensor.shape.join(", ")}]`;
}

function scopesBelow(instance: MemberInstance): readonly Scope[] {
  if (instance.kind === "graph") return [instance.scope];
  return instance.kind === "sequence" ? instance.children.flatMap(scopesBelow) : [];
}

/** One line per graph that has a summary, the root's first; null where none has. `values` are by state_dict name. */
export function printSummary(root: Scope, values: ReadonlyMap<string, TensorData>): string | null {
  const lines: string[] = [];
  const visit = (scope: Scope): void => {
    const { summary } = scope.plan.graph;
    if (summary !== undefined && summary !== "") {
      lines.push(
        summary.replace(/\{([\w./]+)\}/g, (whole, path: string) => {
          const [state, another] = resolveTarget(path, scope, root) ?? [];
          return state && !another ? printTensor(values.get(state.slot.name)) : whole;
        }),
      );
    }
    for (const { instance } of scope.members.values()) scopesBelow(instance).forEach(visit);
  };
  visit(root);
  return lines.length > 0 ? lines.join("\n") : null;
}
