/** @file The gradient and the values at one port of a node, or on an edge: histogram and statistics. */
import type { Place } from "@chainrule/engine/session";
import type { ReactNode } from "react";
import { Histogram } from "../overlay/histogram";
import { StatisticsFacts } from "../overlay/statistics-facts";
import { text } from "../text/text";
import { printExtents } from "../ui/number-text";
import { Section, TypeTag } from "../ui/section";
import { usePlaceView } from "./place-view";

const words = text.inspector;

interface FlowPartProps {
  readonly place: Place;
  /** Stands after "Gradient at": a word, or a choice of ports. */
  readonly where: ReactNode;
  /** RMS of the gradient that came in from above, to compare with. */
  readonly above: number | null;
}

/** Nothing before the first step. */
export function FlowPart({ place, where, above }: FlowPartProps) {
  const view = usePlaceView(place);
  if (view === null || view.value === null) return null;
  const { value, gradient } = view;
  const tag = `${value.dtype} ${printExtents(value.shape)}`;
  const isOne = value.shape.every((extent) => extent === 1);
  const heading = (
    <span className="flex items-center gap-1.5">
      {words.gradientAt} {where}
    </span>
  );
  return (
    <>
      <Section title={heading} aside={<TypeTag>{tag}</TypeTag>}>
        {gradient === null ? (
          <p className="text-small text-text3">{text.edges.noGradient}</p>
        ) : (
          <>
            {!isOne && (
              <div className="mb-2">
                <Histogram histogram={gradient.histogram} width={248} height={68} />
              </div>
            )}
            <StatisticsFacts
              view={gradient}
              of="gradient"
              upstream={above !== null && above > 0 ? gradient.statistics.rms / above : null}
            />
          </>
        )}
      </Section>
      <Section title={words.values} aside={<TypeTag>{tag}</TypeTag>}>
        {gradient === null && !isOne && (
          <div className="mb-2">
            <Histogram histogram={value.histogram} width={248} height={52} />
          </div>
        )}
        <StatisticsFacts view={value} of="value" />
      </Section>
    </>
  );
}
