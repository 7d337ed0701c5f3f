/** @file PyTorch's answers, as `npm run fixtures` wrote them. */
import fixtures from "./fixtures/torch.json";
import type { PrintedNumber } from "./compare";
import { fingerprint, type PrintedTensor, type TorchCase } from "./cases";

type Numbers = readonly PrintedNumber[];

export interface TorchFixture extends Partial<PrintedTensor> {
  readonly of: string;
  readonly gradFn?: string;
  readonly grads?: Readonly<Record<string, Numbers | null>>;
  readonly state?: Readonly<Record<string, PrintedTensor>>;
  readonly stateGrads?: Readonly<Record<string, Numbers | null>>;
  readonly steps?: readonly Numbers[];
  /** Of a program: its results, and the gradients of what its gradients are contracted to. */
  readonly outs?: readonly PrintedTensor[];
  readonly seconds?: Readonly<Record<string, Numbers | null>>;
}

const table: Readonly<Record<string, TorchFixture>> = fixtures;

/** The fixture of a case; throws where there is none or it was made of another sample. */
export function torchFixture(torchCase: TorchCase): TorchFixture {
  const found = Object.hasOwn(table, torchCase.key) ? table[torchCase.key] : undefined;
  if (found?.of === fingerprint(torchCase)) return found;
  const state = found ? "is of an older sample" : "is missing";
  throw new Error(
    `${torchCase.key}: its PyTorch fixture ${state}, expected one of ${torchCase.python}. Run npm run fixtures.`,
  );
}
