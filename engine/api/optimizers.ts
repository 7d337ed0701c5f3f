/** @file Every optimiser of the registry as a class: nothing here names one. */
import { parseAttributes } from "../ir/attribute";
import { recordWith } from "../ir/recorder";
import type { AttributeValues } from "../ir/op";
import { elementCount } from "../ir/shape";
import { allocateHost } from "../ir/tensor";
import type { Value } from "../ir/value";
import type { Optimizer as Declaration } from "../optim/define-optimizer";
import * as declarations from "../optim/families";
import { optimizers as registry } from "../optim/registry";
import { explain } from "./message";
import { runtime } from "./runtime";
import type { Tensor } from "./tensor";
import { tensorOf } from "./tensor-from-data";

/** What changes parameters by their gradients. */
export interface Optimizer {
  /** One step over every parameter that has a gradient; ends the step. */
  step(): void;
  /** Gradients of its parameters become null (PyTorch 2's default). */
  zeroGrad(): void;
  /** Attributes; those that the declaration names as hyperparameters may be changed between steps. */
  readonly settings: Record<string, unknown>;
}

type Declared = typeof declarations;

/** The classes of optim by name. */
export type Optimizers = {
  readonly [K in keyof Declared]: Declared[K] extends Declaration<infer A>
    ? { new (parameters: Iterable<Tensor>, settings?: Partial<AttributeValues<A>>): Optimizer }
    : never;
};

function optimizerClass(name: string, declaration: Declaration) {
  const made = class implements Optimizer {
    readonly settings: Record<string, unknown>;
    readonly #parameters: readonly Tensor[];
    readonly #state = new Map<Tensor, Readonly<Record<string, Tensor>>>();

    constructor(parameters: Iterable<Tensor>, settings: Readonly<Record<string, unknown>> = {}) {
      this.#parameters = [...parameters];
      this.settings = { ...explain(name, () => parseAttributes(declaration.attributes, settings)) };
      explain(name, () => declaration.state(this.settings));
      if (this.#parameters.length === 0) {
        throw new Error(
          `${name}: optimizer got an empty parameter list, expected at least one. Pass model.parameters().`,
        );
      }
    }

    zeroGrad(): void {
      for (const parameter of this.#parameters) parameter.grad = null;
    }

    step(): void {
      explain(name, () => runtime.withoutGrad(() => this.#parameters.forEach((parameter) => this.#update(parameter))));
      runtime.endStep();
    }

    #stateOf(parameter: Tensor): Readonly<Record<string, Tensor>> {
      const known = this.#state.get(parameter);
      if (known) return known;
      const state: Record<string, Tensor> = {};
      for (const spec of declaration.state(this.settings)) {
        const shape = spec.like === "parameter" ? parameter.shape : [];
        state[spec.name] = tensorOf({
          dtype: parameter.dtype,
          shape,
          data: allocateHost(parameter.dtype, elementCount(shape)),
        });
      }
      this.#state.set(parameter, state);
      return state;
    }

    #update(parameter: Tensor): void {
      const { grad } = parameter;
      if (!grad) return;
      const state = this.#stateOf(parameter);
      const written = runtime.record(({ tape }) =>
        recordWith(tape, () => {
          const values: Record<string, Value> = {};
          for (const [key, tensor] of Object.entries(state)) values[key] = tensor.value();
          const hyper: Record<string, Value> = {};
          for (const key of declaration.hyper) hyper[key] = tape.literal(Number(this.settings[key]), true);
          return declaration.update({
            parameter: parameter.value(),
            grad: grad.value(),
            state: values,
            hyper,
            attributes: this.settings,
          });
        }),
      );
      parameter.replace(written.parameter);
      for (const [key, value] of Object.entries(written.state)) state[key]?.replace(value);
    }
  };
  Object.defineProperty(made, "name", { value: name });
  return made;
}

function makeOptimizers(): Optimizers {
  const made: Record<string, unknown> = {};
  for (const [name, declaration] of registry) made[name] = optimizerClass(name, declaration);
  // The keys are those of the registry, as the type says.
  return made as Optimizers;
}

/** The classes of optim by name. */
export const optimizers: Optimizers = makeOptimizers();
