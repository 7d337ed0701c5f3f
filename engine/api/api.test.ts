/** @file The API as program code meets it: gradients, refusals with PyTorch's sentences, values across steps, memory. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  AutogradFunction,
  Context,
  fromArray,
  manualSeed,
  nn,
  noGrad,
  optim,
  randomInt,
  tensor,
  torch,
  useDevice,
} from ".";
import { declarationsText } from "./declarations";
import { runtime } from "./runtime";
import type { Tensor } from "./tensor";

beforeAll(async () => {
  await useDevice("wasm");
});

function squarePlusSelf() {
  const x = tensor([[1, 2, 3], [4, 5, 6]], { requiresGrad: true }); // prettier-ignore
  return { x, z: x.pow(2).add(x), ones: torch.ones([2, 3]) };
}

const twoXPlus1 = [[3, 5, 7], [9, 11, 13]]; // prettier-ignore

describe("backward", () => {
  it("gives the gradients and names of the autograd introduction (E19)", async () => {
    const x = torch.ones([2, 2], { requiresGrad: true });
    const out = x.add(2).pow(2).mul(3).mean();
    out.backward();
    expect(await out.item()).toBe(27);
    expect(await x.grad?.tolist()).toEqual([[4.5, 4.5], [4.5, 4.5]]); // prettier-ignore
    expect([out.gradFn, x.gradFn, x.isLeaf, out.isLeaf]).toEqual(["MeanBackward0", null, true, false]);
    expect([x.detach().requiresGrad, noGrad(() => x.pow(2)).requiresGrad]).toEqual([false, false]);
  });

  it("takes a cotangent, and refuses a vector without one (E21)", async () => {
    const { x, z } = squarePlusSelf();
    expect(() => z.backward()).toThrow("grad can be implicitly created only for scalar outputs");
    z.backward(tensor([[1, 0.5, 2], [0, -1, 10]])); // prettier-ignore
    expect(await x.grad?.tolist()).toEqual([[3, 2.5, 14], [0, -11, 130]]); // prettier-ignore
  });

  it("keeps the graph of gradients that were added to earlier ones, when asked for it", async () => {
    const x = tensor([1, 2], { requiresGrad: true });
    x.pow(3).sum().backward();
    x.pow(3).sum().backward(null, { createGraph: true });
    const squares = x.gradient().square().sum();
    x.grad = null;
    squares.backward();
    // d/dx of (3x² + 3x²)², the first 3x² being a number.
    expect(await x.gradient().tolist()).toEqual([72, 576]);
  });

  it("hands zeros to a Function for an output that nothing used, whatever it holds", async () => {
    class Twins extends AutogradFunction {
      static forward(_: Context, input: Tensor): [Tensor, Tensor] {
        return [input.mul(2), input.log()];
      }
      static backward(_: Context, first: Tensor, second: Tensor): Tensor {
        return first.mul(2).add(second);
      }
    }
    const x = tensor([0, 1], { requiresGrad: true });
    Twins.apply(x)[0].sum().backward();
    expect(await x.gradient().tolist()).toEqual([2, 2]);
  });

  it("refuses a second pass unless the graph was kept, and accumulates (E22)", async () => {
    const { x, z, ones } = squarePlusSelf();
    z.backward(ones);
    expect(() => z.backward(ones)).toThrow("Trying to backward through the graph a second time");
    expect(await x.grad?.tolist()).toEqual(twoXPlus1);
    const kept = squarePlusSelf();
    kept.z.backward(kept.ones, { retainGraph: true });
    kept.z.backward(kept.ones);
    expect(await kept.x.gradient().tolist()).toEqual(twoXPlus1.map((row) => row.map((value) => 2 * value)));
  });

  it("refuses what PyTorch refuses", () => {
    const x = torch.ones([2], { requiresGrad: true });
    expect(() => x.add_(1)).toThrow("a leaf Variable that requires grad is being used in an in-place operation");
    expect(() => tensor(1).backward()).toThrow("does not require grad");
    expect(() => tensor([1, 2]).requiresGrad_()).toThrow("only tensors of floating point dtype can require gradients");
    expect(() => torch.ones([2, 3]).mm(torch.ones([2, 3]))).toThrow("mm");
    expect(() => torch.ones([3]).gradient()).toThrow("has none");
  });

  it("asks for one element before it gives a number", async () => {
    await expect(torch.ones([2]).item()).rejects.toThrow("expected one element");
  });
});

describe("values across steps", () => {
  const step = (w: Tensor, loss: Tensor): void => {
    loss.backward();
    noGrad(() => {
      w.sub_(w.gradient().mul(0.1));
      w.grad = null;
    });
  };

  it("are what they were when they were made, however late they are asked for", async () => {
    const w = tensor(1, { requiresGrad: true });
    const seen: Tensor[] = [];
    for (let i = 0; i < 5; i++) {
      const loss = w.mul(w);
      seen.push(w.mul(10), loss);
      step(w, loss);
    }
    const found = await Promise.all(seen.map((value) => value.item()));
    const expected = [1, 0.8, 0.64, 0.512, 0.4096].flatMap((value) => [10 * value, value * value]);
    found.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 5));
  });

  it("go on into later steps", async () => {
    const w = tensor(1, { requiresGrad: true });
    let total = torch.zeros([]);
    let vector = torch.ones([3]);
    for (let i = 0; i < 5; i++) {
      const loss = w.mul(w);
      step(w, loss);
      total = total.add(loss.detach());
      vector = vector.mul(2).add(w.detach());
      if (i === 2) await total.item();
    }
    const squares = [1, 0.8, 0.64, 0.512, 0.4096].map((value) => value * value);
    expect(await total.item()).toBeCloseTo(
      squares.reduce((sum, value) => sum + value),
      4,
    );
    let expected = 1;
    for (let i = 0; i < 5; i++) expected = 2 * expected + 0.8 ** (i + 1);
    for (const value of await vector.toArray()) expect(value).toBeCloseTo(expected, 3);
  });

  it("carry their graph over an update, until the next step begins", async () => {
    const w = tensor(1, { requiresGrad: true });
    const before = w.mul(3);
    step(w, w.mul(w));
    before.mul(w).backward();
    // w was 1 in `before` and is 0.8 now: d(3 w₀ · w)/dw = 3 · 0.8 + 3 · 1
    expect(await w.gradient().item()).toBeCloseTo(5.4, 5);
    expect(await w.item()).toBeCloseTo(0.8, 6);
  });

  it("give no wrong gradient once the next step has begun", () => {
    const w = tensor(1, { requiresGrad: true });
    const before = w.mul(3);
    step(w, w.mul(w));
    w.mul(2);
    expect(() => before.mul(w).backward()).toThrow("made before the last update");
    expect(w.grad).toBeNull();
  });

  it("serve two losses with an optimiser each, in one plan a step", async () => {
    manualSeed(0);
    const w = tensor(1, { requiresGrad: true });
    const v = tensor(2, { requiresGrad: true });
    const [first, second] = [new optim.SGD([w], { lr: 0.1 }), new optim.SGD([v], { lr: 0.1 })];
    const expected = { w: 1, v: 2 };
    const plans: number[] = [];
    for (let i = 0; i < 9; i++) {
      const product = w.mul(v);
      const [left, right] = [product.pow(2), product.add(v)];
      first.zeroGrad();
      second.zeroGrad();
      left.backward(null, { retainGraph: true });
      first.step();
      v.grad = null;
      right.backward();
      second.step();
      const { w: before, v: other } = expected;
      expected.w -= 0.1 * 2 * before * other * other;
      expected.v -= 0.1 * (before + 1);
      if (i % 3 === 2) await w.item();
      if (i % 3 === 2) plans.push(runtime.plans.size);
    }
    expect(await w.item()).toBeCloseTo(expected.w, 5);
    expect(await v.item()).toBeCloseTo(expected.v, 5);
    expect(plans[2]).toBe(plans[1]);
  });

  it("accumulate into the same gradient, so that steps that never clear it share a plan", async () => {
    const w = tensor([1, 2], { requiresGrad: true });
    const plans: number[] = [];
    let early: Tensor | null = null;
    for (let i = 0; i < 9; i++) {
      w.mul(3).sum().backward();
      early ??= w.gradient();
      noGrad(() => w.sub_(w.gradient().mul(0.1)));
      if (i % 3 === 2) await w.toArray();
      if (i % 3 === 2) plans.push(runtime.plans.size);
    }
    expect(await w.gradient().toArray()).toEqual(new Float32Array([27, 27]));
    expect(await early?.toArray()).toEqual(new Float32Array([3, 3]));
    expect(plans[2]).toBe(plans[1]);
  });
});

describe("a loop", () => {
  async function loop(steps: number): Promise<void> {
    manualSeed(1);
    const model = new nn.Sequential(new nn.Linear(8, 16), new nn.ReLU(), new nn.Linear(16, 1));
    const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
    for (let i = 0; i < steps; i++) {
      const x = fromArray(
        Float32Array.from({ length: 32 }, (_, k) => Math.sin(i + k)),
        [4, 8],
      );
      let y = model.forward(x).mul(1 / (1 + i));
      for (let turn = 0, turns = randomInt(0, 3); turn < turns; turn++) y = y.mul(0.5).add(1);
      const loss = y.pow(2).mean();
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      if (i % 20 === 19) await loss.item();
    }
  }

  it("compiles nothing new while batches, numbers and learning rates change, and does not grow", async () => {
    await loop(60);
    const plans = runtime.plans.size;
    const bytes = runtime.bytes();
    await loop(400);
    // A further model has slots of its own: as many plans again, not one for each step.
    expect(runtime.plans.size).toBeLessThan(2 * plans + 12);
    expect(runtime.bytes()).toBeLessThan(4 * bytes + 2 ** 20);
  });
});

describe("the declarations of exported projects", () => {
  it("have every op as a function and a method", () => {
    const text = declarationsText();
    for (const name of Object.keys(torch).filter((op) => op !== "tensor")) {
      expect(text).toContain(`export declare function ${name}(`);
    }
    expect(text).toContain("  pow(exponent?: Operand");
  });
});
