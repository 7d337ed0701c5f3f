/** @file Accesses under chains of views read what copying step by step reads. */
import { expect, test } from "vitest";
import type { ViewMap } from "../ir/op";
import { elementCount, type Shape } from "../ir/shape";
import { contiguousAccess, viewAccess, type ViewedAccess } from "./access";
import { uniforms } from "../random/uniforms";

/** Every coordinate of a shape, row-major. */
function coordinates(shape: Shape): number[][] {
  return shape.reduce<number[][]>((all, extent) => all.flatMap((at) => Array.from({ length: extent }, (_, i) => [...at, i])), [[]]); // prettier-ignore
}

/** What an access reads of the numbers 1, 2, 3, …; 0 where a guard fails. */
function read(access: Exclude<ViewedAccess, null>, shape: Shape): number[] {
  return coordinates(shape).map((at) => {
    if (access === "zero") return 0;
    let element = access.offset;
    for (const [axis, stride] of access.strides.entries()) {
      let coordinate = at[axis] ?? 0;
      for (const guard of access.guards ?? []) {
        if (guard.axis !== axis) continue;
        const inside =
          coordinate >= guard.low && coordinate < guard.high && (coordinate - guard.low) % guard.step === 0;
        if (!inside) return 0;
        coordinate = (coordinate - guard.low) / guard.step;
      }
      element += stride * coordinate;
    }
    return element + 1;
  });
}

/** The view done the slow way, on the elements. */
function copy(elements: readonly number[], view: ViewMap, from: Shape, to: Shape): number[] {
  const at = (coordinate: readonly number[]): number =>
    elements[coordinate.reduce((sum, c, axis) => sum * (from[axis] ?? 1) + c, 0)] ?? 0;
  return coordinates(to).map((c, position) => {
    switch (view.kind) {
      case "identity":
        return at(c);
      case "reshape":
        return elements[position] ?? 0;
      case "permute":
        return at(from.map((_, axis) => c[view.order.indexOf(axis)] ?? 0));
      case "expand":
        return at(from.map((extent, axis) => (extent === 1 ? 0 : (c[axis + to.length - from.length] ?? 0))));
      case "slice":
        return at(c.map((x, axis) => (axis === view.dim ? view.start + x * view.step : x)));
      case "pad": {
        const x = (c[view.dim] ?? 0) - view.start;
        const inside = x >= 0 && x % view.step === 0 && x / view.step < (from[view.dim] ?? 0);
        return inside ? at(c.map((y, axis) => (axis === view.dim ? x / view.step : y))) : 0;
      }
    }
  });
}

function randomView(pick: (count: number) => number, shape: Shape): { readonly view: ViewMap; readonly to: Shape } {
  const rank = shape.length;
  const dim = pick(rank);
  const extent = shape[dim] ?? 1;
  const step = 1 + pick(3);
  switch (rank === 0 ? 4 : pick(5)) {
    case 0: {
      const order = shape.map((_, axis) => (axis + dim) % rank);
      return { view: { kind: "permute", order }, to: order.map((axis) => shape[axis] ?? 1) };
    }
    case 1: {
      const start = pick(extent);
      const count = Math.ceil((extent - start) / step);
      return { view: { kind: "slice", dim, start, step }, to: shape.map((e, axis) => (axis === dim ? count : e)) };
    }
    case 2: {
      const start = pick(3);
      const length = start + (extent - 1) * step + 1 + pick(2);
      return { view: { kind: "pad", dim, start, step }, to: shape.map((e, axis) => (axis === dim ? length : e)) };
    }
    case 3: {
      const merged =
        dim + 1 < rank
          ? [...shape.slice(0, dim), extent * (shape[dim + 1] ?? 1), ...shape.slice(dim + 2)]
          : [...shape, 1];
      const split = extent % 2 === 0 ? [...shape.slice(0, dim), 2, extent / 2, ...shape.slice(dim + 1)] : merged;
      return { view: { kind: "reshape" }, to: pick(2) === 0 ? merged : split };
    }
    default:
      return { view: { kind: "expand" }, to: [2, ...shape] };
  }
}

test("random chains of views read what copies hold", () => {
  let chained = 0;
  for (let seed = 0; seed < 600; seed++) {
    const uniform = uniforms(seed);
    const pick = (count: number): number => Math.floor(uniform() * count);
    let shape: Shape = [1 + pick(4), 1 + pick(5)];
    let access: ViewedAccess = contiguousAccess(shape);
    let elements = Array.from({ length: elementCount(shape) }, (_, i) => i + 1);
    for (let i = 0; i < 5 && access !== null && access !== "zero" && elementCount(shape) < 2000; i++) {
      const { view, to } = randomView(pick, shape);
      access = viewAccess(access, view, shape, to);
      elements = copy(elements, view, shape, to);
      shape = to;
      if (access === null) break;
      expect(read(access, shape), `seed ${seed}, view ${i}`).toEqual(elements);
      if (i > 1) chained++;
    }
  }
  expect(chained).toBeGreaterThan(600);
});
