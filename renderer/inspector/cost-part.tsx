/** @file What a node, several, or a whole graph costs a step. */
import type { Cost } from "@chainrule/engine/analysis";
import { text } from "../text/text";
import { printBytes, printCount } from "../ui/number-text";
import { Fact, Section } from "../ui/section";

const words = text.inspector;

/** Parameters where there are any; operations forward and backward; bytes made, and bytes kept for backward. */
export function CostPart({ cost }: { readonly cost: Cost | undefined }) {
  if (cost === undefined) return null;
  return (
    <Section title={words.cost}>
      {cost.parameters > 0 && <Fact name={words.parameters} value={cost.parameters.toLocaleString("en-US")} />}
      <Fact name={words.flops} value={`${printCount(cost.flops)} + ${printCount(cost.backwardFlops)}`} />
      <Fact name={words.bytesForward} value={printBytes(cost.forwardBytes)} />
      <Fact name={words.bytesSaved} value={printBytes(cost.savedBytes)} />
    </Section>
  );
}
