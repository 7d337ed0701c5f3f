/** @file Decides how a product of matrices is cut into tiles: which side lies along vectors, tile sizes, what is packed. */
import type { ContractKernel } from "../../compile/plan";
import { lanes } from "./loop-shape";

/** The widest tile: rows × columns whose sums stay in registers (ten of sixteen) along with what they are made of. */
const tileRows = 5;
export const tileVectors = 2;
const tileColumns = tileVectors * lanes;
/** Packed columns of the second operand should stay in the second-level cache. */
const packedBytes = 1 << 20;
/** Where rows of the first operand are strided, a column of tiles should read them from the first-level cache. */
const stridedRows = 256;

/** One side of a product: C[row, column] = Σₖ rows[row, k] · columns[k, column]. */
export interface ProductSide {
  readonly buffer: number;
  readonly offset: number;
  readonly batchStride: number;
  /** Elements from one row (or column) to the next, and from one k to the next. */
  readonly stride: number;
  readonly kStride: number;
}

export interface ProductShape {
  /** True when tile rows run along n and vectors along m. */
  readonly swapped: boolean;
  readonly rows: number;
  readonly columns: number;
  readonly k: number;
  readonly batch: number;
  readonly rowSide: ProductSide;
  readonly columnSide: ProductSide;
  readonly tileRows: number;
  /** Columns packed and worked on together, a multiple of the tile's unless all of them. */
  readonly blockColumns: number;
  readonly packRows: boolean;
}

function padded(count: number): number {
  return Math.ceil(count / lanes) * lanes;
}

/** Whole tiles where some height allows it, the highest otherwise. */
function chooseTileRows(rows: number): number {
  for (const height of [tileRows, tileRows - 1]) if (rows % height === 0) return height;
  return Math.min(rows, tileRows);
}

/** The shape of a product in tiles, or null for one too thin to gain by them, or of another dtype than float32. */
export function chooseProductShape(kernel: ContractKernel): ProductShape | null {
  const { m, n, k, batch, a, b } = kernel;
  const strides = [...a.strides, ...b.strides];
  const guarded = [
    ...kernel.epilogue.flatMap((node) => (node.kind === "load" ? [node] : [])),
    ...kernel.epilogueStores,
  ];
  if (kernel.dtype !== "float32" || Math.min(m, n, k) < lanes || batch === 0 || m * n * k < 1024) return null;
  if (strides.some((stride) => stride < 0) || guarded.some(({ access }) => (access.guards ?? []).length > 0))
    return null;
  const aSide = { ...a, batchStride: a.strides[0], stride: a.strides[1], kStride: a.strides[2] };
  const bSide = { ...b, batchStride: b.strides[0], stride: b.strides[2], kStride: b.strides[1] };
  const swapped = padded(n) / n > (1.1 * padded(m)) / m;
  const [rows, columns] = swapped ? [n, m] : [m, n];
  const [rowSide, columnSide] = swapped ? [bSide, aSide] : [aSide, bSide];
  const fitting = Math.max(1, Math.floor(packedBytes / (4 * k * tileColumns))) * tileColumns;
  const blockColumns = Math.min(columns, fitting);
  return {
    swapped,
    rows,
    columns,
    k,
    batch,
    rowSide,
    columnSide,
    tileRows: chooseTileRows(rows),
    blockColumns,
    packRows: rowSide.kStride !== 1 && k > stridedRows && blockColumns > 3 * tileColumns,
  };
}

/** Bytes of the packed columns, of one strip of finished tiles, and of packed rows, one after the other. */
export function productAreas(shape: ProductShape): {
  readonly strip: number;
  readonly rows: number;
  readonly end: number;
} {
  const width = padded(shape.blockColumns);
  const strip = shape.k * width * 4;
  const rows = strip + shape.tileRows * width * 4;
  return { strip, rows, end: rows + (shape.packRows ? shape.tileRows * shape.k * 4 : 0) };
}
