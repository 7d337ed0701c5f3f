/** @file Contract kernels without shared memory: an invocation keeps a tile of sums and reads its operands itself. */
import type { ContractKernel, ContractOperand, PlanBuffer } from "../../compile/plan";
import type { Span } from "./access-text";
import { maxWorkgroups, ModuleUses, moduleText, type Dispatch } from "./kernel-text";
import { writeNodes, writeStores } from "./node-text";
import { Scope } from "./scope";

const workgroupSize = 16;
const runLength = 256;
const sides = [1, 2, 4] as const;
/** Relative times of one load and one multiply-add of four invocations on SwiftShader. */
const loadCost = 10;
const multiplyCost = 1;

/** Rows and columns of one invocation's tile: the cheapest for this product, waste at the edges included. */
export function registerTile(m: number, n: number): { readonly tileM: number; readonly tileN: number } {
  let best = { tileM: 1, tileN: 1 };
  let least = Infinity;
  for (const tileM of sides) {
    for (const tileN of sides) {
      // Whole SIMD groups, at least two for each of two cores.
      const groups = Math.max(Math.ceil((Math.ceil(m / tileM) * Math.ceil(n / tileN)) / 4), 4);
      const cost = groups * (loadCost * (tileM + tileN) + multiplyCost * tileM * tileN);
      if (cost < least) {
        least = cost;
        best = { tileM, tileN };
      }
    }
  }
  return best;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Where each row or column of the tile starts; past the edge it reads the last one, whose sums are then not stored. */
function startTexts(
  name: string,
  operand: ContractOperand,
  base: string,
  tile: number,
  stride: number,
  extent: number,
): string[] {
  const first = name === "a" ? "firstM" : "firstN";
  return range(tile).map((i) => {
    const at = extent % tile === 0 ? `${first} + ${i}u` : `min(${first} + ${i}u, ${extent - 1}u)`;
    const offset = `bitcast<u32>(${operand.offset}i) + z * bitcast<u32>(${operand.strides[0]}i)`;
    return `var ${name}At${i} = ${base} + ${offset} + (${at}) * bitcast<u32>(${stride}i);`;
  });
}

/** One dispatch of the whole float32 product. */
export function emitRegisterContract(kernel: ContractKernel, buffers: readonly PlanBuffer[]): Dispatch {
  const { batch, m, n, k } = kernel;
  const { tileM, tileN } = registerTile(m, n);
  const uses = new ModuleUses(buffers);
  for (const operand of [kernel.a, kernel.b]) uses.dtypeOf(operand.buffer);
  const aBase = uses.base(kernel.a.buffer);
  const bBase = uses.base(kernel.b.buffer);
  const outer = new Scope();
  const tilesN = Math.ceil(n / tileN);
  const tiles = Math.ceil(m / tileM) * tilesN;
  const total = tiles * batch;
  const pairs = range(tileM).flatMap((i) => range(tileN).map((j) => [i, j] as const));

  // One epilogue in a loop over the tile: written out for each sum it would take seconds to compile.
  const finish = new Scope(outer);
  const spans: Span[] = [
    { variable: "z", extents: [batch], scope: finish },
    { variable: "i", extents: [m], scope: finish },
    { variable: "j", extents: [n], scope: finish },
  ];
  const context = { uses, zero: "zero", spans, constants: outer };
  const values = writeNodes(kernel.epilogue, context, finish, [{ name: "c", dtype: kernel.dtype }]);
  writeStores(kernel.epilogueStores, values, context, finish);
  const inside = [...(m % tileM === 0 ? [] : [`i < ${m}u`]), ...(n % tileN === 0 ? [] : [`j < ${n}u`])];
  const aStep = `bitcast<u32>(${kernel.a.strides[2]}i)`;
  const bStep = `bitcast<u32>(${kernel.b.strides[1]}i)`;
  const block = [
    `let z = tile / ${tiles}u;`,
    `let firstM = ((tile % ${tiles}u) / ${tilesN}u) * ${tileM}u;`,
    `let firstN = (tile % ${tilesN}u) * ${tileN}u;`,
    ...startTexts("a", kernel.a, aBase, tileM, kernel.a.strides[1], m),
    ...startTexts("b", kernel.b, bBase, tileN, kernel.b.strides[2], n),
    `var sums: array<f32, ${tileM * tileN}>;`,
    // Sums of runs keep the rounding error of a long k small.
    `for (var start = 0u; start < ${k}u; start += ${runLength}u) {`,
    ...pairs.map(([i, j]) => `  var p${i}x${j} = 0.0f;`),
    `  for (var q = start; q < min(start + ${runLength}u, ${k}u); q++) {`,
    ...range(tileM).flatMap((i) => [`    let x${i} = bitcast<f32>(m[aAt${i}]);`, `    aAt${i} += ${aStep};`]),
    ...range(tileN).flatMap((j) => [`    let y${j} = bitcast<f32>(m[bAt${j}]);`, `    bAt${j} += ${bStep};`]),
    ...pairs.map(([i, j]) => `    p${i}x${j} += x${i} * y${j};`),
    `  }`,
    ...pairs.map(([i, j], t) => `  sums[${t}] += p${i}x${j};`),
    `}`,
    `for (var t = 0u; t < ${tileM * tileN}u; t++) {`,
    `  let i = firstM + t / ${tileN}u;`,
    `  let j = firstN + t % ${tileN}u;`,
    `  let c = sums[t];`,
    `  ${inside.length === 0 ? "" : `if (${inside.join(" && ")}) `}{`,
    finish.text(2),
    `  }`,
    `}`,
  ];
  const workgroups = Math.min(Math.ceil(total / workgroupSize), maxWorkgroups);
  const body = [
    outer.text(1),
    `  for (var tile = group * ${workgroupSize}u + local; tile < ${total}u; tile += groups * ${workgroupSize}u) {`,
    ...block.map((line) => `    ${line}`),
    `  }`,
  ];
  return {
    wgsl: moduleText({ uses, workgroupSize, body: body.join("\n") }),
    workgroups,
    buffers: uses.used,
    label: kernel.label,
  };
}
