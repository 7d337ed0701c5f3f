/** @file nn.Module and nn.Parameter: what a model is made of. Names are PyTorch's state_dict names. */
import { runtime } from "./runtime";
import { Tensor } from "./tensor";
import { tensorOf } from "./tensor-from-data";

/** A tensor that learns: a leaf that requires a gradient, found by parameters() of the module that holds it. */
export class Parameter extends Tensor {
  /** From a tensor of the same content; computed tensors are cut off from what made them. */
  constructor(from: Tensor, requiresGrad = true) {
    const { segment } = runtime;
    const source = from.initial();
    if (source) super({ kind: "storage", storage: tensorOf(source, requiresGrad).ownStorage() });
    else if (requiresGrad) super({ kind: "value", segment, value: segment.tape.leaf(from.value()) });
    else super({ kind: "value", segment, value: segment.tape.detach(from.value()) });
  }
}

/** A tensor of a module that is saved with it and does not learn. */
export class Buffer extends Tensor {
  constructor(from: Tensor) {
    const { segment } = runtime;
    const source = from.initial();
    if (source) super({ kind: "storage", storage: tensorOf(source).ownStorage() });
    else super({ kind: "value", segment, value: segment.tape.detach(from.value()) });
  }
}

/** Base of all modules: parameters and modules that are fields are found by their names. */
export class Module {
  training = true;

  /** Parameters by state_dict name: its own first, then those of its modules, each once. */
  *namedParameters(prefix = "", seen = new Set<Tensor>()): Generator<[string, Parameter]> {
    for (const [name, field] of Object.entries(this)) {
      if (!(field instanceof Parameter) || seen.has(field)) continue;
      seen.add(field);
      yield [prefix + name, field];
    }
    for (const [name, child] of this.namedChildren()) yield* child.namedParameters(`${prefix}${name}.`, seen);
  }

  parameters(): Parameter[] {
    return [...this.namedParameters()].map(([, parameter]) => parameter);
  }

  /** The parameter of this state_dict name; throws where there is none. */
  getParameter(name: string): Parameter {
    for (const [known, parameter] of this.namedParameters()) if (known === name) return parameter;
    const known = [...this.namedParameters()].map(([other]) => other).join(", ");
    throw new Error(`getParameter: there is no "${name}", expected one of: ${known}. Choose one of these.`);
  }

  /** The modules that are its fields, by name. */
  namedChildren(): [string, Module][] {
    return Object.entries(this).filter((entry): entry is [string, Module] => entry[1] instanceof Module);
  }

  /** Parameters and buffers by PyTorch's names. */
  stateDict(prefix = ""): Record<string, Tensor> {
    const state: Record<string, Tensor> = {};
    for (const [name, field] of Object.entries(this)) {
      if (field instanceof Parameter || field instanceof Buffer) state[prefix + name] = field;
    }
    for (const [name, child] of this.namedChildren()) Object.assign(state, child.stateDict(`${prefix}${name}.`));
    return state;
  }

  /** Gradients of all its parameters become null. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.grad = null;
  }

  train(on = true): this {
    this.training = on;
    for (const [, child] of this.namedChildren()) child.train(on);
    return this;
  }

  eval(): this {
    return this.train(false);
  }
}
