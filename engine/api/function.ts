/** @file Custom Functions: a forward and a backward of one's own (torch.autograd.Function). */
import { runtime } from "./runtime";
import { placesOf, Tensor } from "./tensor";

/** What forward hands to backward. */
export class Context {
  private saved: readonly Tensor[] = [];
  /** Whether each tensor input needs a gradient. */
  needsInputGrad: readonly boolean[] = [];

  /** Keeps tensors for backward. */
  saveForBackward(...tensors: readonly Tensor[]): void {
    this.saved = tensors;
  }

  /** What saveForBackward kept, in its order. */
  get savedTensors(): readonly Tensor[] {
    return this.saved;
  }
}

/** Gradients of the tensor inputs in order; null where none flows. */
export type InputGradients = Tensor | null | readonly (Tensor | null)[];

interface FunctionClass<Args extends readonly unknown[], Result extends Tensor | readonly Tensor[]> {
  readonly name: string;
  forward(ctx: Context, ...args: Args): Result;
  backward(ctx: Context, ...grads: readonly Tensor[]): InputGradients;
}

type ArgumentsOf<F> = F extends (ctx: Context, ...args: infer Args) => unknown ? Args : never;
type ResultOf<F> = F extends (...args: never) => infer Result ? Result : never;

/** Base of a custom Function: extend it with static forward and backward, then call apply. */
// oxlint-disable-next-line typescript/no-extraneous-class -- static forward and backward, as PyTorch has them
export class AutogradFunction {
  /** Runs forward off the tape, and ties its results to the inputs by backward. */
  static apply<C extends { readonly forward: (ctx: Context, ...args: never) => unknown }>(
    this: C,
    ...args: ArgumentsOf<C["forward"]>
  ): ResultOf<C["forward"]> {
    // A class with forward but no fitting backward is refused below, by name.
    return applyFunction(
      this as unknown as FunctionClass<readonly unknown[], Tensor | readonly Tensor[]>,
      args,
    ) as ResultOf<C["forward"]>;
  }
}

function applyFunction(
  definition: FunctionClass<readonly unknown[], Tensor | readonly Tensor[]>,
  args: readonly unknown[],
): Tensor | readonly Tensor[] {
  const inputs = args.filter((argument) => argument instanceof Tensor);
  runtime.beforeRecording(placesOf(inputs));
  const { segment } = runtime;
  const ctx = new Context();
  ctx.needsInputGrad = inputs.map((input) => input.requiresGrad);
  const inputValues = inputs.map((input) => input.value());
  const result = runtime.withoutGrad(() => definition.forward(ctx, ...args));
  const results: readonly Tensor[] = result instanceof Tensor ? [result] : result;
  const backward = (grads: readonly (Tensor | null)[], made: readonly Tensor[]): readonly (Tensor | null)[] => {
    const all = made.map((output, i) => grads[i] ?? output.zerosLike());
    const found = definition.backward(ctx, ...all);
    const list: readonly (Tensor | null)[] = Array.isArray(found) ? found : [found as Tensor | null];
    if (list.length !== inputs.length) {
      throw new Error(
        `${definition.name}: backward returned ${list.length} gradients, expected one for each of the ${inputs.length} tensors ` +
          "of forward. Return null where none flows.",
      );
    }
    return list;
  };
  const outputs = runtime.record(({ tape }) =>
    tape.boundary({
      name: `${definition.name}Backward`,
      inputs: inputValues,
      inner: results.map((output) => output.value()),
      saved: ctx.savedTensors.map((tensor) => tensor.value()),
      backward: (grads) => {
        const wrapped = grads.map((grad) => grad && new Tensor({ kind: "value", segment, value: grad }));
        return backward(wrapped, results).map((grad) => grad && grad.value());
      },
    }),
  );
  const tensors = outputs.map((value) => new Tensor({ kind: "value", segment, value }));
  const [first] = tensors;
  return result instanceof Tensor && first ? first : tensors;
}
