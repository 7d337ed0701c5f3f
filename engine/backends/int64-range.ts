/** @file int64 on devices that hold it in 32 bits: what a plan makes of constants and coordinates alone has to fit. */
import type { Kernel, KernelNode, Plan } from "../compile/plan";
import { DeviceError, type BackendName } from "./backend";

/** The least and the greatest value; null where they depend on what is loaded. */
type Range = readonly [low: number, high: number] | null;

function spanned(values: readonly number[]): Range {
  return [Math.min(...values), Math.max(...values)];
}

function ofCall(fn: string, args: readonly Range[]): Range {
  const [a, b] = args;
  if (!a || (args.length > 1 && !b)) return null;
  const [low, high] = a;
  if (!b) {
    if (fn === "convert") return [Math.trunc(low), Math.trunc(high)];
    return fn === "neg" ? [-high, -low] : null;
  }
  switch (fn) {
    case "add":
      return [low + b[0], high + b[1]];
    case "sub":
      return [low - b[1], high - b[0]];
    case "mul":
      return spanned([low * b[0], low * b[1], high * b[0], high * b[1]]);
    default:
      return null;
  }
}

function ranges(nodes: readonly KernelNode[], extents: readonly number[], reductions: readonly Range[]): Range[] {
  const found: Range[] = [];
  for (const node of nodes) {
    switch (node.kind) {
      case "constant":
        found.push([node.value, node.value]);
        break;
      case "coordinate":
        found.push([0, Math.max(0, (extents[node.axis] ?? 1) - 1)]);
        break;
      case "call":
        found.push(ofCall(node.fn, node.args.map((arg) => found[arg] ?? null))); // prettier-ignore
        break;
      case "reduction":
        found.push(reductions[node.index] ?? null);
        break;
      case "load":
        found.push(null);
    }
  }
  return found;
}

/** What wraps at 32 bits is right again where the end of it fits. */
const wrapping = new Set<string>(["add", "sub", "mul", "neg"]);

/** Positions of nodes whose value is seen by something that does not wrap: a store, a reduction, another function. */
function seen(nodes: readonly KernelNode[], ends: Iterable<number>): ReadonlySet<number> {
  const others = nodes.flatMap((node) => (node.kind === "call" && !wrapping.has(node.fn) ? node.args : []));
  return new Set([...ends, ...others]);
}

function hasInt64(kernel: Kernel): boolean {
  const nodes = kernel.kind === "loop" ? [...kernel.body, ...kernel.epilogue] : kernel.epilogue;
  return nodes.some((node) => node.dtype === "int64");
}

/** Throws DeviceError "unsupported" where an int64 is known to leave 32 bits. What is loaded from memory is not known. */
export function requireInt64Range(plan: Plan, backend: BackendName): void {
  for (const kernel of plan.kernels) {
    if (kernel.kind !== "loop" || !hasInt64(kernel)) continue;
    const { axes, reduceAxes, body, stores, reductions, epilogue, epilogueStores } = kernel;
    const inner = ranges(body, [...axes, ...reduceAxes], []);
    const count = reduceAxes.reduce((product, extent) => product * extent, 1);
    const folded = reductions.map(({ monoid, node }): Range => {
      const range = inner[node] ?? null;
      if (!range || monoid === "prod") return null;
      return monoid === "sum" ? spanned([range[0] * count, range[1] * count]) : range;
    });
    const outer = ranges(epilogue, axes, folded);
    const check = (dtype: string | undefined, range: Range | undefined): void => {
      const worst = dtype === "int64" ? range?.find((value) => Math.abs(value) > 2 ** 31 - 1) : undefined;
      if (worst === undefined || !Number.isFinite(worst) || worst === -(2 ** 31)) return;
      throw new DeviceError(
        "unsupported",
        `${backend}: an int64 comes to ${worst}, expected integers within ±2147483647. Run it on reference.`,
      );
    };
    const inBody = [...stores, ...reductions].map(({ node }) => node);
    for (const i of seen(body, inBody)) check(body[i]?.dtype, inner[i]);
    reductions.forEach(({ dtype }, i) => check(dtype, folded[i]));
    for (const i of seen(epilogue, epilogueStores.map(({ node }) => node))) check(epilogue[i]?.dtype, outer[i]); // prettier-ignore
  }
}
