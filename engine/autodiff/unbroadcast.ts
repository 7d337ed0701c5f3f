/** @file Un-broadcasting: the one place where a cotangent is brought back to the shape and dtype of its operand. */
import { sameShape, type Shape } from "../ir/shape";
import type { TensorType } from "../ir/tensor";
import type { Value } from "../ir/value";
import { reshape, sum, to } from "../ops";

/**
 * Note [Un-broadcasting]: an operand that was repeated to meet a larger one gets the sum over its copies. So axes that
 * were added in front and axes that were 1 are summed; rules may return the broadcast shape and need not care.
 */
export function unbroadcast(grad: Value, target: TensorType): Value {
  const summed = sameShape(grad.type.shape, target.shape) ? grad : sumTo(grad, target.shape);
  return summed.type.dtype === target.dtype ? summed : to(summed, { dtype: target.dtype });
}

/** Whether a cotangent of shape `from` can be summed down to `target`. */
export function broadcastsFrom(from: Shape, target: Shape): boolean {
  const added = from.length - target.length;
  return added >= 0 && target.every((extent, axis) => extent === 1 || extent === from[axis + added]);
}

function sumTo(grad: Value, target: Shape): Value {
  const { shape } = grad.type;
  const added = shape.length - target.length;
  const dims = shape.flatMap((extent, axis) =>
    axis < added || (target[axis - added] === 1 && extent !== 1) ? [axis] : [],
  );
  const summed = dims.length > 0 ? sum(grad, { dims, keepdim: true }) : grad;
  return sameShape(summed.type.shape, target) ? summed : reshape(summed, { shape: target });
}
