/** @file Emits a Plan as a WebAssembly module: a function per kernel, and run(steps), which loops them. */
import type { Kernel, Plan } from "../../compile/plan";
import type { Pieces } from "../../ir/pieces";
import { scalarTable } from "../../scalar/table";
import type { ScalarFunction } from "../../scalar/functions";
import { emitContractKernel } from "./contract-kernel";
import { FunctionBuilder } from "./function-builder";
import { laneType, makeLaneGraph } from "./lane-graph";
import { emitLoopKernel, type KernelSurroundings } from "./loop-kernel";
import { ModuleBuilder } from "./module-builder";
import type { PlacedBuffer } from "./nest-pointers";
import { spellScalarConvert } from "./spell-lanes";

/** Where a plan's things lie. */
export interface PlanLayout {
  readonly buffers: readonly PlacedBuffer[];
  /** Room for the packed operands of contract kernels. */
  readonly packing: number;
}

/** Runs `steps` steps, writing float64 ring values from the address `ring` on. */
export type RunPlan = (steps: number, ring: number) => void;

/** In float32 and integers only these may need their closure. */
const mayCallClosure: ReadonlySet<ScalarFunction> = new Set(["remainder", "sin", "cos"]);

/** Closures that the kernels call where Wasm has neither instruction nor expansion, with their arities. */
function closuresOf(plan: Plan): ReadonlyMap<ScalarFunction, number> {
  const arity = new Map<ScalarFunction, number>();
  for (const kernel of plan.kernels) {
    const lists = kernel.kind === "loop" ? [kernel.body, kernel.epilogue] : [kernel.epilogue];
    for (const list of lists) {
      if (!list.some((node) => node.dtype === "float64" || (node.kind === "call" && mayCallClosure.has(node.fn))))
        continue;
      for (const node of makeLaneGraph(list).nodes) {
        if (node.kind === "closure") arity.set(node.fn, node.args.length);
        else if (node.kind === "bounded") arity.set(node.fn, 1);
      }
    }
  }
  return arity;
}

function emitKernel(f: FunctionBuilder, kernel: Kernel, surroundings: KernelSurroundings, packing: number): void {
  if (kernel.kind === "loop") emitLoopKernel(f, kernel, surroundings);
  else emitContractKernel(f, kernel, surroundings, packing);
}

/** Emits the module's bytes, a kernel in each piece; its import object is planImports of the same plan. */
export function* emitPlan(plan: Plan, layout: PlanLayout): Pieces<Uint8Array<ArrayBuffer>> {
  const module = new ModuleBuilder();
  const closures = new Map<string, number>();
  for (const [fn, count] of closuresOf(plan)) {
    closures.set(fn, module.importFunction(fn, new Array<"f64">(count).fill("f64"), ["f64"]));
  }
  const surroundings: KernelSurroundings = {
    buffers: layout.buffers,
    closureIndex: (fn) => closures.get(fn) ?? 0,
  };
  const indices: number[] = [];
  for (const kernel of plan.kernels) {
    const f = new FunctionBuilder();
    emitKernel(f, kernel, surroundings, layout.packing);
    indices.push(module.add(f));
    yield;
  }
  module.export("run", module.add(emitRun(plan, layout, indices), ["i32", "i32"]));
  return module.finish();
}

function emitRun(plan: Plan, layout: PlanLayout, kernels: readonly number[]): FunctionBuilder {
  const f = new FunctionBuilder(["i32", "i32"]);
  const [steps, ring] = [0, 1];
  f.get(steps).i32(0).op("i32.gt_s");
  f.when(() =>
    f.loopWhile(
      () => {
        for (const index of kernels) f.call(index);
        for (const buffer of plan.ring) {
          const type = laneType(plan.buffers[buffer]?.dtype ?? "float32");
          f.get(ring).i32(layout.buffers[buffer]?.address ?? 0);
          f.memory(type === "f32" ? "f32.load" : type === "f64" ? "f64.load" : "i32.load", 0);
          spellScalarConvert(f, type, "f64");
          f.memory("f64.store", 0).increase(ring, 8);
        }
        f.increase(steps, -1);
      },
      () => f.get(steps),
    ),
  );
  return f;
}

/** The import object: the memory, and closures by name. */
export function planImports(memory: WebAssembly.Memory): WebAssembly.Imports {
  const closures = Object.fromEntries(Object.entries(scalarTable).map(([name, row]) => [name, row.closure]));
  return { host: { ...closures, memory } };
}
