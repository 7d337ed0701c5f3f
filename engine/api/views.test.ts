/**
 * @file Tensors that share storage, written in place: every program of scripts/fixtures/torch_views.py, line by line, leaves
 * what PyTorch leaves (engine/conformance/fixtures/views.json).
 */
import { beforeAll, describe, expect, it } from "vitest";
import fixtures from "../conformance/fixtures/views.json";
import { noGrad, optim, tensor, torch, useDevice } from ".";
import type { Tensor } from "./tensor";

beforeAll(async () => {
  await useDevice("wasm");
});

function floats(end: number, start = 0): Tensor {
  return torch.arange(start, end, 1, { dtype: "float32" });
}

function grad(of: Tensor): Tensor {
  if (!of.grad) throw new Error("no gradient");
  return of.grad;
}

const programs: { readonly [K in keyof typeof fixtures]: () => readonly Tensor[] } = {
  view_then_write: () => {
    const x = floats(6).reshape([2, 3]).clone();
    const v = x.view([-1]);
    v.add_(1);
    return [x, v];
  },
  write_base: () => {
    const x = floats(6).reshape([2, 3]).clone();
    const v = x.view([-1]);
    x.mul_(2);
    return [x, v];
  },
  slice_write: () => {
    const x = torch.zeros([4, 3]);
    x.select(0, 1).add_(5);
    x.slice({ start: 2, stop: 4 }).mul_(3);
    x.t().select(0, 0).sub_(1);
    return [x];
  },
  chain: () => {
    const x = floats(12).clone();
    const a = x.view([3, 4]);
    const b = a.t();
    const c = b.unsqueeze(0);
    c.add_(1);
    b.select(0, 1).mul_(10);
    x.add_(100);
    return [x, a, b, c];
  },
  noncontig_reshape_copies: () => {
    const x = floats(6).reshape([2, 3]).clone();
    const y = x.t().reshape([-1]);
    y.add_(1);
    return [x, y];
  },
  strided_reshape: () => {
    const x = floats(24).reshape([2, 3, 4]).clone();
    const y = x.permute([1, 0, 2]).slice({ dim: 2, step: 2 }).reshape([3, 2, 2, 1]);
    y.add_(50);
    const z = x.slice({ dim: 1, start: 1 }).reshape([4, -1]);
    z.mul_(0);
    return [x, y, z];
  },
  detach_shares: () => {
    const x = floats(3).clone();
    x.requiresGrad_();
    const h = x.mul(2);
    const d = h.detach();
    d.add_(10);
    h.sum().backward();
    return [h, d, grad(x)];
  },
  detach_of_leaf: () => {
    const x = torch.ones([3]).requiresGrad_();
    const d = x.detach();
    d.mul_(7);
    x.mul(x).sum().backward();
    return [x, d, grad(x)];
  },
  grad_through_slice_write: () => {
    const w = floats(4, 1).requiresGrad_();
    const x = torch.zeros([2, 3]);
    x.select(0, 0).add_(w);
    x.select(0, 1).add_(w.mul(w));
    x.mul(x).sum().backward();
    return [x, grad(w)];
  },
  grad_of_overwritten: () => {
    const w = floats(5, 1).requiresGrad_();
    const h = w.mul(3);
    h.slice({ start: 1, stop: 3 }).mul_(0);
    const v = h.view([2, 2]);
    v.mul(v).sum().backward();
    return [h, v, grad(w)];
  },
  base_write_seen_by_view_grad: () => {
    const w = floats(5, 1).requiresGrad_();
    const h = w.mul(1);
    const v = h.view([2, 2]);
    h.mul_(w.detach());
    v.sum().backward();
    return [v, grad(w)];
  },
  nograd_on_history: () => {
    const w = floats(4, 1).requiresGrad_();
    const h = w.mul(2);
    noGrad(() => h.mul_(100));
    h.sum().backward();
    return [h, grad(w)];
  },
  param_view_nograd: () => {
    const w = torch.ones([4]).requiresGrad_();
    const v = w.view([2, 2]);
    noGrad(() => v.add_(2));
    noGrad(() => w.mul_(2));
    w.mul(w).sum().backward();
    return [w, v, grad(w)];
  },
  optimizer_step_seen_by_view: () => {
    const w = torch.ones([2, 2]).requiresGrad_();
    const v = w.detach().view([-1]);
    const o = new optim.SGD([w], { lr: 0.5 });
    w.mul(w).sum().backward();
    o.step();
    return [w, v];
  },
  same_dtype_to: () => {
    const x = torch.ones([2]);
    const y = x.to("float32");
    y.add_(1);
    const z = x.to("float64");
    z.add_(1);
    return [x, y, z];
  },
  clone_is_alone: () => {
    const x = torch.ones([2]);
    const y = x.clone();
    y.add_(1);
    return [x, y];
  },
  expand_reads: () => {
    const x = torch.ones([1, 2]);
    const e = x.expand([3, 2]);
    x.add_(1);
    return [x, e];
  },
  copy_into_view: () => {
    const x = torch.zeros([3, 2]);
    x.select(1, 1).copy_(tensor([1, 2, 3]));
    return [x];
  },
  ints_and_bools: () => {
    const x = torch.arange(0, 6, 1).clone();
    x.slice({ start: 1, stop: 4 }).mul_(3);
    const b = torch.zeros([4], { dtype: "bool" });
    b.slice({ step: 2 }).logicalOr_(tensor(1, { dtype: "bool" }));
    return [x, b];
  },
  empty_slice: () => {
    const x = torch.ones([3]);
    x.slice({ start: 3, stop: 3 }).add_(1);
    return [x];
  },
  grad_view_accumulates: () => {
    const w = torch.ones([2]).requiresGrad_();
    w.mul(3).sum().backward();
    const g = grad(w).view([2, 1]);
    w.mul(4).sum().backward();
    return [g, grad(w)];
  },
  detached_stays_off_the_graph: () => {
    const w = floats(4, 1).requiresGrad_();
    const h = w.mul(2);
    const d = h.detach();
    const e = d.unsqueeze(0);
    h.add_(1.5);
    const flags = tensor([h, d, e].map((each) => Number(each.requiresGrad)));
    h.mul(e).sum().backward();
    return [h, d, e, grad(w), flags];
  },
  detached_with_a_history_of_its_own: () => {
    const w = floats(4, 1).requiresGrad_();
    const h = w.mul(w);
    const d = h.detach();
    const part = d.slice({ start: 1 });
    d.add_(w);
    h.mul_(2);
    const flags = tensor([h, d, part].map((each) => Number(each.requiresGrad)));
    h.mul(h).sum().add(d.mul(d).sum()).add(part.mul(part).sum()).backward();
    return [h, d, part, grad(w), flags];
  },
  leaf_view_shared: () => {
    const x = torch.ones([2]);
    const y = x.detach().requiresGrad_();
    x.mul_(5);
    y.mul(y).sum().backward();
    return [y, grad(y)];
  },
};

describe("as in PyTorch", () => {
  it.each(Object.entries(programs))("%s", async (name, program) => {
    const expected = fixtures[name as keyof typeof fixtures];
    const found = await Promise.all(program().map(async (each) => Array.from(await each.toArray(), Number)));
    expect(found).toEqual(expected.map((list) => list.map(Number)));
  });
});

it("a view of a leaf is not written while gradients are recorded, nor are elements that several places repeat", () => {
  const w = torch.ones([2]).requiresGrad_();
  expect(() => w.view([2, 1]).add_(1)).toThrow(
    "a view of a leaf Variable that requires grad is being used in an in-place",
  );
  expect(() => torch.ones([1, 2]).expand([2, 2]).add_(1)).toThrow("Write to a clone.");
});

it("a leaf that shares another's elements stays a leaf while those are written, in later steps too", async () => {
  const x = torch.ones([2]);
  const leaves = [x.detach().requiresGrad_(), x.view([2, 1]).requiresGrad_()];
  const weight = torch.ones([1], { requiresGrad: true });
  const optimizer = new optim.SGD([weight], { lr: 0.5 });
  for (let step = 1; step <= 3; step++) {
    x.add_(1);
    for (const leaf of leaves) {
      leaf.grad = null;
      leaf.mul(leaf).mul(weight.detach()).sum().backward();
      expect(await grad(leaf).toArray()).toEqual(Float32Array.from([1, 1], (one) => 2 * (one + step)));
    }
    weight.mul(weight).sum().backward();
    optimizer.step();
    noGrad(() => weight.copy_(torch.ones([1])));
  }
});

it("a view made before the loop reads each step's parameter, and writes reach it in later steps", async () => {
  const w = torch.ones([2, 2], { requiresGrad: true });
  const row = w.detach().select(0, 0);
  const seen: unknown[] = [];
  const optimizer = new optim.SGD([w], { lr: 0.25 });
  for (let step = 0; step < 3; step++) {
    optimizer.zeroGrad();
    w.mul(w).sum().backward();
    optimizer.step();
    row.mul_(2);
    seen.push(await row.tolist());
  }
  expect(seen).toEqual([[1, 1], [1, 1], [1, 1]]); // prettier-ignore
  expect(await w.tolist()).toEqual([[1, 1], [0.125, 0.125]]); // prettier-ignore
});
