/** @file The initial value of a parameter or buffer member. */
import type { Initializer } from "../document/document";
import { attribute } from "../ir/attribute";
import type { DType } from "../ir/dtype";
import { flatten, nestedShape } from "../ir/nested-numbers";
import { refuse } from "../ir/refusal";
import { elementCount, sameShape, type Shape } from "../ir/shape";
import { convertTo, tensorData, type TensorData } from "../ir/tensor";
import type { TorchGenerator } from "../random/torch-generator";

const content = attribute.tensor();

/** The shape a member has where its attributes do not say: that of its written content. */
export function initialShape(init: Initializer | undefined, written: unknown): Shape {
  if (written !== undefined) return attribute.shape().parse(written, "shape");
  return init?.kind === "constant" ? nestedShape(content.parse(init.value, "value"), "value") : [];
}

/**
 * A function that makes the value, drawing what PyTorch draws; refuses content that does not fit the shape. `declared`
 * is the member's dtype, `dtype` the one it is kept in: float64 in a float64 run.
 */
export function initialValue(
  init: Initializer | undefined,
  declared: DType,
  dtype: DType,
  shape: Shape,
): (generator: TorchGenerator) => TensorData {
  const count = elementCount(shape);
  // Draws are float32 first, whatever they are kept in: Note [Creation in float64].
  const drawn = (draw: (generator: TorchGenerator) => ArrayLike<number>) => (generator: TorchGenerator) =>
    tensorData(dtype, shape, draw(generator));
  switch (init?.kind) {
    case "constant": {
      const nested = content.parse(init.value, "value");
      const found = nestedShape(nested, "value");
      if (found.length > 0 && !sameShape(found, shape)) refuse("member.content", { found, expected: shape });
      const written = flatten(nested);
      const numbers = written.map((number) => convertTo(declared, number));
      return () =>
        tensorData(dtype, shape, found.length > 0 ? numbers : new Array<number>(count).fill(numbers[0] ?? 0));
    }
    case "ones":
      return () => tensorData(dtype, shape, new Array<number>(count).fill(1));
    case "randn":
      return drawn((generator) => generator.randn(count));
    case "rand":
      return drawn((generator) => generator.rand(count));
    case "uniform": {
      const { low, high } = init;
      if (!(low <= high)) {
        refuse("attribute.invalid", { attribute: "low", found: `${low} to ${high}`, expected: "low ≤ high" });
      }
      return drawn((generator) => generator.uniform(low, high, count));
    }
    case "zeros":
    case undefined:
      return () => tensorData(dtype, shape, []);
  }
}
