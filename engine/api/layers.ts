/** @file Every module of the registry as a class: nothing here names one. */
import { parseAttributes } from "../ir/attribute";
import { recordWith } from "../ir/recorder";
import type { AttributeSpecs, AttributeValues } from "../ir/op";
import type { Value } from "../ir/value";
import type { Module as Declaration } from "../nn/define-module";
import * as declarations from "../nn/families";
import { modules } from "../nn/registry";
import { currentGenerator } from "./generator";
import { explain } from "./message";
import { Buffer, Module, Parameter } from "./module";
import { runtime } from "./runtime";
import { placesOf, Tensor } from "./tensor";
import { tensorOf } from "./tensor-from-data";

/** A module with one result. */
export abstract class Layer extends Module {
  abstract forward(...inputs: Tensor[]): Tensor;
}

type LayerArguments<A extends AttributeSpecs> = readonly (AttributeValues<A>[keyof A] | Partial<AttributeValues<A>>)[];
type Declared = typeof declarations;

/** The classes of nn: attributes in their declared order, or by name in one object at the end. */
export type Layers = {
  readonly [K in keyof Declared]: Declared[K] extends Declaration<infer A>
    ? { new (...args: LayerArguments<A>): Layer & Record<string, Tensor> }
    : never;
};

function readAttributes(declaration: Declaration, args: readonly unknown[]) {
  const names = Object.keys(declaration.attributes);
  const written: Record<string, unknown> = {};
  args.forEach((argument, i) => {
    const name = names[i];
    if (typeof argument === "object" && argument !== null && !Array.isArray(argument)) Object.assign(written, argument);
    else if (name !== undefined && argument !== undefined) written[name] = argument;
  });
  return parseAttributes(declaration.attributes, written);
}

function layerClass(name: string, declaration: Declaration) {
  const made = class extends Layer {
    readonly #attributes: Readonly<Record<string, unknown>>;

    constructor(...args: readonly unknown[]) {
      super();
      this.#attributes = explain(name, () => readAttributes(declaration, args));
      for (const spec of declaration.state(this.#attributes)) {
        const { dtype, shape } = spec;
        const initial = tensorOf({ dtype, shape, data: spec.initialize(currentGenerator()) });
        const state = spec.kind === "parameter" ? new Parameter(initial) : new Buffer(initial);
        Object.defineProperty(this, spec.name, { value: state, enumerable: true, writable: true });
      }
    }

    forward(...inputs: Tensor[]): Tensor {
      return explain(name, () => {
        runtime.beforeRecording(placesOf([...inputs, ...Object.values(this)]));
        const { segment } = runtime;
        const wired: Record<string, Value> = {};
        declaration.inputs.forEach((input, i) => {
          const found = inputs[i];
          if (!found) throw new TypeError(`${name}: input "${input}" is missing, expected a tensor. Pass it.`);
          wired[input] = found.value();
        });
        const state: Record<string, Value> = {};
        for (const [key, field] of Object.entries(this)) if (field instanceof Tensor) state[key] = field.value();
        const context = { inputs: wired, state, attributes: this.#attributes, training: this.training };
        const value = runtime.record(({ tape }) => recordWith(tape, () => declaration.forward(context)));
        return new Tensor({ kind: "value", segment, value });
      });
    }
  };
  Object.defineProperty(made, "name", { value: name });
  return made;
}

/** Layers one after another, named "0", "1", …. */
export class Sequential extends Module {
  readonly #layers: readonly Callable[];

  constructor(...layers: readonly Callable[]) {
    super();
    this.#layers = layers;
    layers.forEach((layer, i) => Object.defineProperty(this, String(i), { value: layer, enumerable: true }));
  }

  forward(input: Tensor): Tensor {
    return this.#layers.reduce((value, layer) => layer.forward(value), input);
  }
}

/** A module that takes one tensor and gives one. */
export interface Callable extends Module {
  forward(input: Tensor): Tensor;
}

function makeLayers(): Layers {
  const layers: Record<string, unknown> = {};
  for (const [name, declaration] of modules) {
    layers[name] = declaration.container ? Sequential : layerClass(name, declaration);
  }
  // The keys are those of the registry, as the type says.
  return layers as Layers;
}

/** The classes of nn by name. */
export const layers: Layers = makeLayers();
