/** @file Training loops written as PyTorch code, against PyTorch's own losses. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  AutogradFunction,
  Context,
  manualSeed,
  nn,
  noGrad,
  optim,
  randomInt,
  Tensor,
  tensor,
  torch,
  useDevice,
} from ".";
import { runtime } from "./runtime";

beforeAll(async () => {
  await useDevice("reference");
});

/** Losses of E03, E04, E07 at step 99 and 199, seed 0, from reference/torch_examples.json. */
function near(found: number, expected: number): void {
  expect(Math.abs(found - expected) / Math.abs(expected)).toBeLessThan(1e-4);
}

function sine() {
  const x = torch.linspace(-Math.PI, Math.PI, 2000);
  return { x, y: x.sin() };
}

type Four = [Tensor, Tensor, Tensor, Tensor];

function cubic([a, b, c, d]: Four, x: Tensor): Tensor {
  return a
    .add(b.mul(x))
    .add(c.mul(x.pow(2)))
    .add(d.mul(x.pow(3)));
}

class Legendre3 extends AutogradFunction {
  static forward(ctx: Context, x: Tensor): Tensor {
    ctx.saveForBackward(x);
    return x.pow(3).mul(5).sub(x.mul(3)).mul(0.5);
  }
  static backward(ctx: Context, grad: Tensor): Tensor {
    const [x] = ctx.savedTensors;
    if (!x) throw new Error("nothing saved");
    return grad.mul(1.5).mul(x.pow(2).mul(5).sub(1));
  }
}

class DynamicNet extends nn.Module {
  input_linear = new nn.Linear(1000, 100);
  middle_linear = new nn.Linear(100, 100);
  output_linear = new nn.Linear(100, 10);
  forward(x: Tensor): Tensor {
    let h = this.input_linear.forward(x).clamp(0);
    for (let turn = 0, turns = randomInt(0, 4); turn < turns; turn++) h = this.middle_linear.forward(h).clamp(0);
    return this.output_linear.forward(h);
  }
}

function descend(parameters: readonly Tensor[], lr: number): void {
  noGrad(() => {
    for (const p of parameters) {
      if (p.grad) p.sub_(p.grad.mul(lr));
      p.grad = null;
    }
  });
}

describe("a training loop gives PyTorch's losses", () => {
  it("with a manual update (E03)", async () => {
    manualSeed(0);
    const abcd = [0, 1, 2, 3].map(() => torch.randn([], { requiresGrad: true })) as Four;
    const { x, y } = sine();
    const losses: Tensor[] = [];
    for (let step = 0; step < 200; step++) {
      const loss = cubic(abcd, x).sub(y).pow(2).sum();
      losses.push(loss);
      loss.backward();
      descend(abcd, 1e-6);
    }
    near(await losses[99]!.item(), 3238.300537109375);
    near(await losses[199]!.item(), 2245.867431640625);
  });

  it("without autograd, on plain tensors (E01)", async () => {
    manualSeed(0);
    const [a, b, c, d] = [0, 1, 2, 3].map(() => torch.randn([])) as Four;
    const { x, y } = sine();
    let last = 0;
    for (let step = 0; step < 200; step++) {
      const yPred = cubic([a, b, c, d], x);
      const g = yPred.sub(y).mul(2);
      const grads = [g.sum(), g.mul(x).sum(), g.mul(x.pow(2)).sum(), g.mul(x.pow(3)).sum()];
      if (step === 199) last = await yPred.sub(y).pow(2).sum().item();
      [a, b, c, d].forEach((p, i) => p.sub_(grads[i]!.mul(1e-6)));
    }
    near(last, 2245.867431640625);
  });

  it("with a custom Function (E04)", async () => {
    const [a, b, c, d] = [0, -1, 0, 0.3].map((value) => tensor(value, { requiresGrad: true })) as Four;
    const { x, y } = sine();
    let last = 0;
    for (let step = 0; step < 100; step++) {
      const loss = a
        .add(b.mul(Legendre3.apply(c.add(d.mul(x)))))
        .sub(y)
        .pow(2)
        .sum();
      if (step === 99) last = await loss.item();
      loss.backward();
      descend([a, b, c, d], 5e-6);
    }
    near(last, 209.95835876464844);
  });

  it("with a graph that changes each step, one set of weights and momentum (E17)", async () => {
    await useDevice("wasm");
    manualSeed(0);
    const x = torch.randn([64, 1000]);
    const y = torch.randn([64, 10]);
    const model = new DynamicNet();
    const criterion = new nn.MSELoss({ reduction: "sum" });
    const optimizer = new optim.SGD(model.parameters(), { lr: 1e-4, momentum: 0.9 });
    const found: number[] = [];
    const plans: number[] = [];
    for (let step = 0; step < 100; step++) {
      const loss = criterion.forward(model.forward(x), y);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      if (step % 50 === 49) found.push(await loss.item());
      if (step % 50 === 49) plans.push(runtime.plans.size);
    }
    near(found[0]!, 78.150246);
    near(found[1]!, 9.4120026);
    expect(plans[1]).toBeLessThanOrEqual((plans[0] ?? 0) + 2);
    expect([...model.namedParameters()].map(([name]) => name)).toEqual([
      "input_linear.weight", "input_linear.bias", "middle_linear.weight", "middle_linear.bias",
      "output_linear.weight", "output_linear.bias",
    ]); // prettier-ignore
  });
});
