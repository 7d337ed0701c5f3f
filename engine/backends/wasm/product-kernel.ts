/**
 * @file Emits a product of float32 matrices in register-blocked tiles, after Goto and van de Geijn, "Anatomy of
 * High-Performance Matrix Multiplication" (2008): columns packed into panels, a tile of sums in locals over all of k.
 */
import type { Access, ContractKernel, KernelNode, LoopKernel, Store } from "../../compile/plan";
import type { FunctionBuilder, Local } from "./function-builder";
import { emitHookedNest, type KernelSurroundings } from "./loop-kernel";
import { lanes } from "./loop-shape";
import type { NestPointers, PlacedBuffer } from "./nest-pointers";
import { productAreas, tileVectors, type ProductShape, type ProductSide } from "./product-shape";

/** Steps of k written out in one turn of the inner loop. */
const unrolledK = 4;
/** Products added up before their sum goes to the strip: see Note [Partial sums] in loop-kernel.ts. */
const summedK = 256;

/** Axes of the nest a product is computed in; the outer three are pinned. */
const axes = { batch: 0, columnBlock: 1, rowBlock: 2, row: 3, column: 4 } as const;

/** One corner of the product: blocks of equal size. */
interface Part {
  readonly firstRow: number;
  readonly rowBlocks: number;
  readonly rows: number;
  readonly firstColumn: number;
  readonly columnBlocks: number;
  readonly columns: number;
}

/** Whole blocks, then what is left. */
function cut(count: number, size: number): { first: number; blocks: number; size: number }[] {
  const whole = Math.floor(count / size);
  const rest = count - whole * size;
  return [
    { first: 0, blocks: whole, size },
    { first: whole * size, blocks: 1, size: rest },
  ].filter((part) => part.blocks > 0 && part.size > 0);
}

class ProductEmitter {
  private readonly areas: ReturnType<typeof productAreas>;

  constructor(
    private readonly f: FunctionBuilder,
    private readonly kernel: ContractKernel,
    private readonly shape: ProductShape,
    private readonly surroundings: KernelSurroundings,
    private readonly packing: number,
  ) {
    this.areas = productAreas(shape);
  }

  emit(): void {
    const { shape } = this;
    const rowParts = cut(shape.rows, shape.tileRows);
    const columnParts = cut(shape.columns, shape.blockColumns);
    const packsOnce = shape.batch === 1 && columnParts.length === 1 && columnParts[0]?.blocks === 1;
    for (const column of columnParts) {
      for (const [index, row] of rowParts.entries()) {
        const part: Part = {
          firstRow: row.first,
          rowBlocks: row.blocks,
          rows: row.size,
          firstColumn: column.first,
          columnBlocks: column.blocks,
          columns: column.size,
        };
        this.part(part, index === 0 || !packsOnce);
      }
    }
  }

  private part(part: Part, packs: boolean): void {
    const strip: PlacedBuffer = { address: this.packing + this.areas.strip, elementBytes: 4 };
    const buffers = [...this.surroundings.buffers, strip];
    emitHookedNest(this.f, this.epilogueNest(part, buffers.length - 1), { ...this.surroundings, buffers }, {
      pinned: 3,
      filled: { buffer: buffers.length - 1, depth: 3 },
      entered: (depth, pointers) => {
        if (depth === 2 && packs) this.packColumns(part, pointers);
        if (depth === 3) this.tiles(part, pointers);
      },
    }); // prettier-ignore
  }

  /** The epilogue as a nest over one part, its finished products read from the strip. */
  private epilogueNest(part: Part, strip: number): LoopKernel {
    const { kernel, shape } = this;
    const access = ({ offset, strides }: Access): Access => {
      const [batch = 0, m = 0, n = 0] = strides;
      const [row, column] = shape.swapped ? [n, m] : [m, n];
      return {
        offset: offset + part.firstRow * row + part.firstColumn * column,
        strides: [batch, shape.blockColumns * column, part.rows * row, row, column],
      };
    };
    const nodes: KernelNode[] = [];
    const push = (node: KernelNode): number => nodes.push(node) - 1;
    const call = (fn: "add" | "mul", x: number, y: number): number =>
      push({ kind: "call", fn, args: [x, y], dtype: "int32" });
    const constant = (value: number): number => push({ kind: "constant", value, dtype: "int32" });
    const coordinate = (axis: number): number => push({ kind: "coordinate", axis, dtype: "int32" });
    const place = (outer: number, size: number, inner: number, first: number): number =>
      call("add", call("add", call("mul", coordinate(outer), constant(size)), coordinate(inner)), constant(first));
    const of: number[] = [];
    for (const node of kernel.epilogue) {
      switch (node.kind) {
        case "load":
          of.push(push({ ...node, access: access(node.access) }));
          break;
        case "constant":
          of.push(push(node));
          break;
        case "reduction":
          of.push(push({ kind: "load", buffer: strip, access: this.stripAccess(part), dtype: node.dtype }));
          break;
        case "coordinate": {
          const alongRows = (node.axis === 1) !== shape.swapped;
          if (node.axis === 0) of.push(coordinate(axes.batch));
          else if (alongRows) of.push(place(axes.rowBlock, part.rows, axes.row, part.firstRow));
          else of.push(place(axes.columnBlock, shape.blockColumns, axes.column, part.firstColumn));
          break;
        }
        case "call":
          of.push(push({ ...node, args: node.args.map((arg) => of[arg] ?? 0) }));
          break;
      }
    }
    const stores = kernel.epilogueStores.map<Store>((store) => ({
      buffer: store.buffer,
      access: access(store.access),
      node: of[store.node] ?? 0,
    }));
    return {
      kind: "loop",
      axes: [shape.batch, part.columnBlocks, part.rowBlocks, part.rows, part.columns],
      reduceAxes: [],
      body: nodes,
      stores,
      reductions: [],
      epilogue: [],
      epilogueStores: [],
      label: kernel.label,
    };
  }

  private stripWidth(part: Part): number {
    return Math.ceil(part.columns / lanes) * lanes;
  }

  private stripAccess(part: Part): Access {
    return { offset: 0, strides: [0, 0, 0, this.stripWidth(part), 1] };
  }

  private sideAddress(side: ProductSide): number {
    return (this.surroundings.buffers[side.buffer]?.address ?? 0) + side.offset * 4;
  }

  /** Sets a fresh pointer to Σ coordinate · bytes. */
  private pointer(pointers: NestPointers, terms: readonly (readonly [axis: number, bytes: number])[]): Local {
    const { f } = this;
    const local = f.local("i32");
    f.i32(0);
    for (const [axis, bytes] of terms) {
      if (bytes === 0) continue;
      pointers.pushCoordinate(axis);
      f.i32(bytes).op("i32.mul").op("i32.add");
    }
    f.set(local);
    return local;
  }

  /** Turns `count` times; `inside` moves its pointers itself. */
  private repeat(count: number, inside: () => void): void {
    const { f } = this;
    if (count === 1) inside();
    if (count <= 1) return;
    const left = f.local("i32");
    f.i32(count).set(left);
    f.loopWhile(
      () => {
        inside();
        f.increase(left, -1);
      },
      () => f.get(left),
    );
  }

  /** Panels of a part's columns: as many wide ones as fit, then one narrower. */
  private panels(part: Part): { first: number; blocks: number; vectors: number; valid: number }[] {
    return cut(part.columns, tileVectors * lanes).map(({ first, blocks, size }) => ({
      first,
      blocks,
      vectors: Math.ceil(size / lanes),
      valid: size,
    }));
  }

  /** Copies the block's columns so that a panel's rows follow each other: packed[panel][k][column in panel]. */
  private packColumns(part: Part, pointers: NestPointers): void {
    const { f, shape } = this;
    const side = shape.columnSide;
    const start = this.sideAddress(side) + part.firstColumn * side.stride * 4;
    const column = this.pointer(pointers, [
      [axes.batch, side.batchStride * 4],
      [axes.columnBlock, shape.blockColumns * side.stride * 4],
    ]);
    const from = f.local("i32");
    const to = f.local("i32");
    f.i32(0).set(to);
    for (const panel of this.panels(part)) {
      this.repeat(panel.blocks, () => {
        f.get(column).set(from);
        this.repeat(shape.k, () => {
          for (let vector = 0; vector < panel.vectors; vector++) {
            f.get(to);
            this.gather(from, start + vector * lanes * side.stride * 4, side.stride, panel.valid - vector * lanes);
            f.memory("v128.store", this.packing + vector * lanes * 4);
          }
          f.increase(from, side.kStride * 4).increase(to, panel.vectors * lanes * 4);
        });
        f.increase(column, panel.vectors * lanes * side.stride * 4);
      });
    }
  }

  /** Pushes four elements `stride` apart, zeros beyond the first `valid`. */
  private gather(from: Local, offset: number, stride: number, valid: number): void {
    const { f } = this;
    if (valid >= lanes && stride === 1) {
      f.get(from).memory("v128.load", offset);
      return;
    }
    const gathered = f.local("v128");
    f.v128([0, 0, 0, 0]).set(gathered);
    for (let lane = 0; lane < Math.min(lanes, valid); lane++) {
      f.get(from)
        .get(gathered)
        .laneMemory("v128.load32_lane", offset + lane * stride * 4, lane)
        .set(gathered);
    }
    f.get(gathered);
  }

  /** All tiles of one block of rows, into the strip. */
  private tiles(part: Part, pointers: NestPointers): void {
    const { f, shape } = this;
    const side = shape.rowSide;
    const rowStart = this.pointer(pointers, [
      [axes.batch, side.batchStride * 4],
      [axes.rowBlock, part.rows * side.stride * 4],
    ]);
    const address = this.sideAddress(side) + part.firstRow * side.stride * 4;
    const source = shape.packRows
      ? { address: this.packRows(part, rowStart, address), stride: 1, kStride: part.rows }
      : { address, stride: side.stride, kStride: side.kStride };
    if (shape.packRows) f.i32(0).set(rowStart);
    const packed = f.local("i32");
    const strip = f.local("i32");
    f.i32(0).set(packed);
    f.i32(0).set(strip);
    for (const panel of this.panels(part)) {
      this.repeat(panel.blocks, () => {
        this.tile(part, panel.vectors, rowStart, source, packed, strip);
        f.increase(strip, panel.vectors * lanes * 4);
      });
    }
  }

  private packRows(part: Part, rowStart: Local, address: number): number {
    const { f, shape } = this;
    const packedRows = this.packing + this.areas.rows;
    const [from, to] = [f.local("i32"), f.local("i32")];
    f.get(rowStart).set(from);
    f.i32(0).set(to);
    this.repeat(shape.k, () => {
      for (let row = 0; row < part.rows; row++) {
        f.get(to).get(from);
        f.memory("f32.load", address + row * shape.rowSide.stride * 4).memory("f32.store", packedRows + row * 4);
      }
      f.increase(from, shape.rowSide.kStride * 4).increase(to, part.rows * 4);
    });
    return packedRows;
  }

  /** One tile of sums in locals; leaves `packed` at the next panel. */
  private tile(
    part: Part,
    vectors: number,
    rowStart: Local,
    source: { readonly address: number; readonly stride: number; readonly kStride: number },
    packed: Local,
    strip: Local,
  ): void {
    const { f, shape } = this;
    const row = f.local("i32");
    const spread = f.local("v128");
    const sums = Array.from({ length: part.rows * vectors }, () => f.local("v128"));
    const columns = Array.from({ length: vectors }, () => f.local("v128"));
    f.get(rowStart).set(row);
    const steps = (count: number): void => {
      for (let step = 0; step < count; step++) {
        for (const [vector, local] of columns.entries()) {
          f.get(packed)
            .memory("v128.load", this.packing + (step * vectors + vector) * lanes * 4)
            .set(local);
        }
        for (let r = 0; r < part.rows; r++) {
          f.get(row)
            .memory("v128.load32_splat", source.address + (r * source.stride + step * source.kStride) * 4)
            .set(spread);
          for (const [vector, column] of columns.entries()) {
            const sum = sums[r * vectors + vector] ?? 0;
            f.get(sum).get(spread).get(column).op("f32x4.mul").op("f32x4.add").set(sum);
          }
        }
      }
      f.increase(row, count * source.kStride * 4).increase(packed, count * vectors * lanes * 4);
    };
    const stripAt = (index: number): number => {
      const [r, vector] = [Math.floor(index / vectors), index % vectors];
      return this.packing + this.areas.strip + (r * this.stripWidth(part) + vector * lanes) * 4;
    };
    const sumOver = (count: number, adds: boolean): void => {
      for (const sum of sums) f.v128([0, 0, 0, 0]).set(sum);
      this.repeat(Math.floor(count / unrolledK), () => steps(unrolledK));
      if (count % unrolledK > 0) steps(count % unrolledK);
      for (const [index, sum] of sums.entries()) {
        f.get(strip).get(sum);
        if (adds) f.get(strip).memory("v128.load", stripAt(index)).op("f32x4.add");
        f.memory("v128.store", stripAt(index));
      }
    };
    const first = Math.min(shape.k, summedK);
    sumOver(first, false);
    this.repeat(Math.floor((shape.k - first) / summedK), () => sumOver(summedK, true));
    if ((shape.k - first) % summedK > 0) sumOver((shape.k - first) % summedK, true);
  }
}

/** Adds the code of a product in tiles; `packing` is free memory of productAreas(shape).end bytes. */
export function emitProduct(
  f: FunctionBuilder,
  kernel: ContractKernel,
  shape: ProductShape,
  surroundings: KernelSurroundings,
  packing: number,
): void {
  new ProductEmitter(f, kernel, shape, surroundings, packing).emit();
}
