/** @file Test support: the steps whose plans are kept as golden text, small models as a program would record them. */
import { backward } from "../autodiff/walk";
import { parseAttributes } from "../ir/attribute";
import type { DType } from "../ir/dtype";
import { recordWith } from "../ir/recorder";
import type { Shape } from "../ir/shape";
import type { SlotId, Value } from "../ir/value";
import * as op from "../ops/families";
import { Adam } from "../optim/adam";
import { SGD } from "../optim/sgd";
import { createTape } from "../tape/record";
import type { CompileRequest } from "./compile";

interface Update {
  readonly parameter: Value;
  readonly state: Readonly<Record<string, Value>>;
}

/** What a step is written with. */
class Step {
  readonly tape = createTape({ float: "float32" });
  readonly writes: { readonly slot: SlotId; readonly value: Value }[] = [];
  readonly ring: Value[] = [];

  input(slot: SlotId, shape: Shape, dtype: DType = "float32"): Value {
    return this.tape.slot(slot, { dtype, shape }, false);
  }

  parameter(slot: SlotId, shape: Shape): Value {
    return this.tape.slot(slot, { dtype: "float32", shape }, true);
  }

  write(slot: SlotId, value: Value): void {
    this.writes.push({ slot, value });
  }

  /** Gradients of a loss, and what `update` makes of each parameter. */
  train(
    loss: Value,
    parameters: Readonly<Record<SlotId, Value>>,
    update: (p: Value, grad: Value, slot: SlotId) => Value,
  ): void {
    this.ring.push(loss);
    const gradients = backward(this.tape, loss, null);
    this.tape.noGrad(() => {
      for (const [slot, parameter] of Object.entries(parameters)) {
        const grad = gradients.of(parameter);
        if (grad) this.write(slot, update(parameter, grad, slot));
      }
    });
  }

  descend(loss: Value, parameters: Readonly<Record<SlotId, Value>>, rate: number): void {
    this.train(loss, parameters, (p, grad) => op.sub(p, op.mul(grad, rate)));
  }

  private keep(slot: SlotId, { parameter, state }: Update): Value {
    for (const [name, value] of Object.entries(state)) this.write(`${slot}.${name}`, value);
    return parameter;
  }

  adam(loss: Value, parameters: Readonly<Record<SlotId, Value>>): void {
    const attributes = parseAttributes(Adam.attributes, {}) as Parameters<typeof Adam.update>[0]["attributes"];
    this.train(loss, parameters, (parameter, grad, slot) => {
      const state = Object.fromEntries(
        Adam.state(attributes).map(({ name, like }) => [
          name,
          this.input(`${slot}.${name}`, like === "scalar" ? [] : parameter.type.shape),
        ]),
      );
      return this.keep(slot, Adam.update({ parameter, grad, state, hyper: { lr: this.input("lr", []) }, attributes }));
    });
  }

  momentum(loss: Value, parameters: Readonly<Record<SlotId, Value>>): void {
    const attributes = parseAttributes(SGD.attributes, { momentum: 0.9 }) as Parameters<
      typeof SGD.update
    >[0]["attributes"];
    this.train(loss, parameters, (parameter, grad, slot) => {
      const state = Object.fromEntries(
        SGD.state(attributes).map(({ name, like }) => [
          name,
          this.input(`${slot}.${name}`, like === "scalar" ? [] : parameter.type.shape),
        ]),
      );
      return this.keep(slot, SGD.update({ parameter, grad, state, hyper: { lr: this.input("lr", []) }, attributes }));
    });
  }
}

function record(body: (step: Step) => void): () => CompileRequest {
  return () => {
    const step = new Step();
    recordWith(step.tape, () => body(step));
    return { writes: step.writes, given: new Map(), ring: step.ring };
  };
}

function polynomial(step: Step): void {
  const [x, y] = [step.input("x", [2000]), step.input("y", [2000])];
  const parameters = { a: step.parameter("a", []), b: step.parameter("b", []), c: step.parameter("c", []), d: step.parameter("d", []) }; // prettier-ignore
  const { a, b, c, d } = parameters;
  const terms = [a, op.mul(b, x), op.mul(c, op.pow(x, 2)), op.mul(d, op.pow(x, 3))];
  const predicted = terms.reduce((sum, term) => op.add(sum, term));
  step.descend(op.sum(op.pow(op.sub(predicted, y), 2)), parameters, 1e-6);
}

function rawNetwork(step: Step): void {
  const [x, y] = [step.input("x", [64, 1000]), step.input("y", [64, 10])];
  const parameters = { w1: step.parameter("w1", [1000, 100]), w2: step.parameter("w2", [100, 10]) };
  const predicted = op.mm(op.clamp(op.mm(x, parameters.w1), { min: 0 }), parameters.w2);
  step.descend(op.sum(op.pow(op.sub(predicted, y), 2)), parameters, 1e-6);
}

function layers(step: Step, middle: number): readonly [Value, Record<SlotId, Value>] {
  const [x, y] = [step.input("x", [64, 1000]), step.input("y", [64, 10])];
  const parameters: Record<SlotId, Value> = {};
  const linear = (name: string, input: Value, from: number, to: number): Value => {
    const weight = (parameters[`${name}.weight`] ??= step.parameter(`${name}.weight`, [to, from]));
    const bias = (parameters[`${name}.bias`] ??= step.parameter(`${name}.bias`, [to]));
    return op.add(op.matmul(input, op.t(weight)), bias);
  };
  let hidden = op.relu(linear("0", x, 1000, 100));
  for (let turn = 0; turn < middle; turn++) hidden = op.clamp(linear("1", hidden, 100, 100), { min: 0 });
  const loss = op.mseLoss(linear("2", hidden, 100, 10), y, { reduction: "sum" });
  return [loss, parameters];
}

/** Each step by name. */
export const exampleSteps = {
  "polynomial (E03)": record(polynomial),
  "two matrices (E11)": record(rawNetwork),
  "linear layers with Adam (E15)": record((step) => step.adam(...layers(step, 0))),
  "shared layer twice with momentum (E17)": record((step) => step.momentum(...layers(step, 2))),
  "polynomial of a Linear (E05)": record((step) => {
    const [x, y] = [step.input("x", [2000, 3]), step.input("y", [2000])];
    const parameters = { weight: step.parameter("weight", [1, 3]), bias: step.parameter("bias", [1]) };
    const predicted = op.flatten(op.add(op.matmul(x, op.t(parameters.weight)), parameters.bias), {
      startDim: 0,
      endDim: 1,
    });
    step.descend(op.mseLoss(predicted, y, { reduction: "sum" }), parameters, 1e-6);
  }),
  softmax: record((step) => step.write("out", op.softmax(step.input("x", [32, 100]), { dim: 1 }))),
  "cross entropy": record((step) => {
    const w = step.parameter("w", [50, 10]);
    const logits = op.mm(step.input("x", [32, 50]), w);
    step.descend(op.crossEntropy(logits, step.input("label", [32], "int64")), { w }, 0.1);
  }),
  "layer norm": record((step) => {
    const x = step.input("x", [32, 100]);
    const centred = op.sub(x, op.mean(x, { dims: [1], keepdim: true }));
    const variance = op.mean(op.square(centred), { dims: [1], keepdim: true });
    step.write("out", op.div(centred, op.sqrt(op.add(variance, 1e-5))));
  }),
  "slices and their gradient": record((step) => {
    const x = step.parameter("x", [6, 8]);
    const part = op.slice(op.slice(x, { dim: 1, start: 1, step: 2 }), { dim: 0, start: 2, stop: 5 });
    step.descend(op.sum(op.square(part)), { x }, 0.1);
  }),
  "slots exchanged and turned": record((step) => {
    const [a, b, c] = [step.input("a", [4, 4]), step.input("b", [4, 4]), step.input("c", [4, 4])];
    step.write("a", b);
    step.write("b", a);
    step.write("c", op.t(c));
  }),
  "batched product of views": record((step) => {
    const [a, b] = [step.input("a", [8, 16, 24]), step.input("b", [8, 32, 24])];
    step.write("out", op.tanh(op.bmm(a, op.transpose(b, { dim0: 1, dim1: 2 }))));
  }),
  "least squares (E23)": record((step) => {
    const [x, y] = [step.input("x", [3, 3]), step.input("y", [3, 2])];
    const w = step.parameter("w", [3, 2]);
    step.descend(op.square(op.norm(op.sub(op.mm(x, w), y))), { w }, 0.25);
  }),
} satisfies Record<string, () => CompileRequest>;
