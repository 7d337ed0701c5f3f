/** @file Contract kernels: a tiled product. A workgroup loads tiles into shared memory, an invocation keeps 4 × 4 sums. */
import type { ContractKernel, ContractOperand, PlanBuffer } from "../../compile/plan";
import type { Span } from "./access-text";
import type { ContractShape } from "./contract-shape";
import { maxWorkgroups, ModuleUses, moduleText, type Dispatch } from "./kernel-text";
import { writeNodes, writeStores } from "./node-text";
import { Scope } from "./scope";

const perInvocation = 4;

/** `base + offset + coordinate·stride…`, without the parts that are nothing. */
function indexText(base: string, offset: number, terms: readonly (readonly [string, number])[]): string {
  let text = offset === 0 ? base : `${base} ${offset < 0 ? "-" : "+"} ${Math.abs(offset)}u`;
  for (const [coordinate, stride] of terms) {
    if (stride === 0) continue;
    const size = Math.abs(stride);
    text += ` ${stride < 0 ? "-" : "+"} ${size === 1 ? coordinate : `${coordinate} * ${size}u`}`;
  }
  return text;
}

interface TileLoad {
  readonly shared: string;
  readonly operand: ContractOperand;
  readonly base: string;
  /** Extent of the tile across k, and of the whole. */
  readonly width: number;
  readonly extent: number;
  readonly first: string;
  /** Strides across k and along it. */
  readonly acrossStride: number;
  readonly alongStride: number;
}

/** Loads one tile as shared[k][across]; neighbouring invocations read neighbours in memory where either stride is 1. */
function tileLoad(load: TileLoad, kernel: ContractKernel, shape: ContractShape): string[] {
  const { depth, invocations } = shape;
  const count = load.width * depth;
  const alongFastest = Math.abs(load.alongStride) === 1;
  const position = `e`;
  const along = alongFastest ? `${position} % ${depth}u` : `${position} / ${load.width}u`;
  const across = alongFastest ? `${position} / ${depth}u` : `${position} % ${load.width}u`;
  const conditions: string[] = [];
  if (load.extent % load.width !== 0) conditions.push(`x < ${load.extent}u`);
  if (kernel.k % depth !== 0 || shape.splits > 1) conditions.push(`y < kEnd`);
  const index = indexText(load.base, load.operand.offset, [
    ["z", load.operand.strides[0]],
    ["x", load.acrossStride],
    ["y", load.alongStride],
  ]);
  const word = conditions.length === 0 ? [`let w = m[${index}];`] : [`var w = 0u;`, `if (${conditions.join(" && ")}) { w = m[${index}]; }`]; // prettier-ignore
  return [
    `for (var e = local; e < ${count}u; e += ${invocations}u) {`,
    `  let q = ${along};`,
    `  let p = ${across};`,
    `  let x = ${load.first} + p;`,
    `  let y = k0 + q;`,
    ...word.map((line) => `  ${line}`),
    `  ${load.shared}[q * ${load.width}u + p] = bitcast<f32>(w);`,
    `}`,
  ];
}

const lanes = [0, 1, 2, 3] as const;

/** The sums of an invocation over one tile: rows of four columns. */
function tileProduct(shape: ContractShape): string[] {
  const a = lanes.map((i) => `let a${i} = tileA[q * ${shape.tileM}u + row + ${i}u];`);
  const b = lanes.map((i) => `tileB[q * ${shape.tileN}u + column + ${i}u]`);
  return [
    `for (var q = 0u; q < ${shape.depth}u; q++) {`,
    ...a.map((line) => `  ${line}`),
    `  let b = vec4<f32>(${b.join(", ")});`,
    ...lanes.map((i) => `  c${i} += a${i} * b;`),
    `}`,
  ];
}

/** One dispatch of the product. With `partials` it stores [split, batch, m, n] there and leaves the epilogue. */
export function emitContract(
  kernel: ContractKernel,
  buffers: readonly PlanBuffer[],
  shape: ContractShape,
  partials: number | null,
): Dispatch {
  const { batch, m, n, k } = kernel;
  const { tileM, tileN, depth, splits, invocations } = shape;
  const uses = new ModuleUses(buffers);
  for (const operand of [kernel.a, kernel.b]) uses.dtypeOf(operand.buffer);
  const aBase = uses.base(kernel.a.buffer);
  const bBase = uses.base(kernel.b.buffer);
  const outer = new Scope();
  const finish = new Scope(outer);
  if (partials !== null) {
    finish.write(`m[${uses.base(partials)} + ((split * ${batch}u + z) * ${m}u + i) * ${n}u + j] = bitcast<u32>(c);`);
  } else {
    const spans: Span[] = [
      { variable: "z", extents: [batch], scope: finish },
      { variable: "i", extents: [m], scope: finish },
      { variable: "j", extents: [n], scope: finish },
    ];
    const context = { uses, zero: "zero", spans, constants: outer };
    const values = writeNodes(kernel.epilogue, context, finish, [{ name: "c", dtype: kernel.dtype }]);
    writeStores(kernel.epilogueStores, values, context, finish);
  }
  const tilesM = Math.ceil(m / tileM);
  const tilesN = Math.ceil(n / tileN);
  const blocks = tilesM * tilesN * batch * splits;
  const workgroups = Math.min(blocks, maxWorkgroups);
  const loops = blocks > workgroups;
  const perSplit = Math.ceil(Math.ceil(k / splits) / depth) * depth;
  const shared = { operand: kernel.a, base: aBase };
  const loadA: TileLoad = {
    ...shared,
    shared: "tileA",
    width: tileM,
    extent: m,
    first: "firstM",
    acrossStride: kernel.a.strides[1],
    alongStride: kernel.a.strides[2],
  };
  const loadB: TileLoad = {
    shared: "tileB",
    operand: kernel.b,
    base: bBase,
    width: tileN,
    extent: n,
    first: "firstN",
    acrossStride: kernel.b.strides[2],
    alongStride: kernel.b.strides[1],
  };
  const valid = [...(m % tileM === 0 ? [] : [`i < ${m}u`]), ...(n % tileN === 0 ? [] : [`j < ${n}u`])].join(" && ");
  const columnsOfThreads = tileN / perInvocation;
  const block = [
    `let z = ${batch === 1 ? "0u" : `(block / ${tilesM * tilesN}u) % ${batch}u`};`,
    `let split = ${splits === 1 ? "0u" : `block / ${tilesM * tilesN * batch}u`};`,
    `let firstM = ((block / ${tilesN}u) % ${tilesM}u) * ${tileM}u;`,
    `let firstN = (block % ${tilesN}u) * ${tileN}u;`,
    `let kEnd = ${splits === 1 ? `${k}u` : `min(split * ${perSplit}u + ${perSplit}u, ${k}u)`};`,
    ...lanes.map((i) => `var c${i} = vec4<f32>();`),
    `for (var k0 = ${splits === 1 ? "0u" : `split * ${perSplit}u`}; k0 < kEnd; k0 += ${depth}u) {`,
    ...[...tileLoad(loadA, kernel, shape), ...tileLoad(loadB, kernel, shape)].map((line) => `  ${line}`),
    `  workgroupBarrier();`,
    ...tileProduct(shape).map((line) => `  ${line}`),
    `  workgroupBarrier();`,
    `}`,
    `for (var t = 0u; t < ${perInvocation * perInvocation}u; t++) {`,
    `  let i = firstM + row + t / 4u;`,
    `  let j = firstN + column + t % 4u;`,
    `  let rowOfSums = select(select(c3, c2, t < 12u), select(c1, c0, t < 4u), t < 8u);`,
    `  let c = rowOfSums[t % 4u];`,
    `  ${valid === "" ? "" : `if (${valid}) `}{`,
    finish.text(2),
    `  }`,
    `}`,
  ];
  const pad = loops ? "    " : "  ";
  const body = [
    outer.text(1),
    `  let row = (local / ${columnsOfThreads}u) * ${perInvocation}u;`,
    `  let column = (local % ${columnsOfThreads}u) * ${perInvocation}u;`,
    loops ? `  for (var block = group; block < ${blocks}u; block += groups) {` : `  let block = group;`,
    ...block.map((line) => pad + line),
    ...(loops ? [`  }`] : []),
  ];
  return {
    wgsl: moduleText({
      uses,
      workgroupSize: invocations,
      declarations: [
        `var<workgroup> tileA: array<f32, ${depth * tileM}>;`,
        `var<workgroup> tileB: array<f32, ${depth * tileN}>;`,
      ],
      body: body.join("\n"),
    }),
    workgroups,
    buffers: uses.used,
    label: kernel.label,
  };
}
