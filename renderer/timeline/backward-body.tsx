/** @file The card of a backward op: incoming × local = product, the sum that un-broadcasts, and where paths meet. */
import { Info } from "lucide-react";
import { useState } from "react";
import { Formula } from "../inspector/formula";
import { text } from "../text/text";
import { printExtents, printNumber } from "../ui/number-text";
import type { NodeMaths } from "../nodes/node-maths";
import { Segmented } from "../ui/segmented";
import type { Block, BlockInput, Contribution, Timeline, TimelineEntry } from "./blocks";
import { numberOf, Part, printSum, Shown, Sign, type View } from "./card-parts";
import { chainRuleTex, ruleFor } from "./chain-rule";
import type { Names } from "./names";

const words = text.timeline;

/** Incoming × local = product, where the op works element by element: the quotient of two tensors of one shape. */
function localDerivative(incoming: View, product: View): View | null {
  if (incoming.shape.join() !== product.shape.join() || incoming.preview.data.length !== product.preview.data.length)
    return null;
  const data = Float64Array.from(product.preview.data, (value, i) => value / (incoming.preview.data[i] ?? NaN));
  if (data.some((value) => !Number.isFinite(value))) return null;
  const rms = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / Math.max(data.length, 1));
  return { ...product, preview: { ...product.preview, data }, statistics: { ...product.statistics, rms } };
}

/** The addends of an un-broadcast, first and last, and their sum. */
function Unbroadcast({ name, contribution }: { readonly name: string; readonly contribution: Contribution }) {
  const { before, after } = contribution;
  if (before.shape.join() === after.shape.join()) return null;
  const { data } = before.preview;
  const ends =
    data.length > 4 ? [data[0] ?? NaN, data[1] ?? NaN, null, data.at(-2) ?? NaN, data.at(-1) ?? NaN] : [...data];
  const isNumber = after.shape.length === 0;
  return (
    <Part title={words.unbroadcast(name)} aside={`${printExtents(before.shape)} → ${printExtents(after.shape)}`}>
      {isNumber ? (
        <p className="flex flex-wrap gap-x-1.5 font-mono text-small text-text2">
          <span>{printSum(ends)}</span>
          <span>
            = <span className="font-semibold text-text">{printNumber(numberOf(after))}</span>
          </span>
        </p>
      ) : (
        <div className="flex items-center gap-2">
          <Shown title={words.before} view={before} wide />
          <Sign>→</Sign>
          <Shown title={words.after} view={after} wide />
        </div>
      )}
    </Part>
  );
}

interface MeetingProps {
  readonly name: string;
  readonly entry: TimelineEntry;
  /** The edge or op whose contribution this card is about. */
  readonly user: number;
  readonly timeline: Timeline;
  readonly names: Names;
}

/** More paths than this are not written out. */
const mostPaths = 6;

/** a + b = c: what each path adds to the gradient of one value. */
export function Meeting({ name, entry, user, timeline, names }: MeetingProps) {
  const { contributions, gradient } = entry;
  if (gradient === null || contributions.length < 2) return null;
  const here = contributions.findIndex((contribution) => contribution.user === user);
  const shown = contributions.filter((_, i) => i < mostPaths - 1 || i === here);
  const isRms = entry.shape.length > 0;
  const titleOf = (contribution: Contribution): string => {
    const origin = timeline.entries[contribution.user]?.origin;
    const turn = origin === undefined ? null : names.turnOf(origin.path);
    const who = turn ?? names.nameOf(origin ?? null);
    return contribution.user === user ? words.thisOp(who) : who;
  };
  return (
    <Part title={words.meets(contributions.length, name)} {...(isRms ? { aside: "RMS" } : {})}>
      <div className="flex flex-wrap items-end gap-x-2.5 gap-y-2">
        {shown.map((contribution, i) => {
          const number = printNumber(numberOf(contribution.after));
          const isNegative = !isRms && number.startsWith("−");
          return (
            <span key={`${contribution.user}/${contribution.operand}`} className="flex items-end gap-2.5">
              {i > 0 && <span className="font-mono text-text3">{isNegative ? "−" : "+"}</span>}
              <span>
                <span className="block max-w-32 truncate text-caption text-text3">{titleOf(contribution)}</span>
                <span className={contribution.user === user ? "font-mono text-accent" : "font-mono"}>
                  {i > 0 && isNegative ? number.slice(1) : number}
                </span>
              </span>
            </span>
          );
        })}
        {shown.length < contributions.length && <span className="font-mono text-text3">+ …</span>}
        <span className="font-mono text-text3">{isRms ? "→" : "="}</span>
        <span>
          <span className="block max-w-32 truncate text-caption text-text3">{`${name}.grad`}</span>
          <span className="font-mono text-grad">{printNumber(numberOf(gradient))}</span>
        </span>
      </div>
    </Part>
  );
}

interface BackwardProps {
  readonly block: Block;
  readonly timeline: Timeline;
  readonly names: Names;
  readonly maths: NodeMaths | null;
}

/** What a node hands to one of its edges: all of it, where it uses that several times. */
function contributionOf(edge: TimelineEntry | undefined): Contribution | undefined {
  const [first, ...more] = edge?.contributions ?? [];
  if (first === undefined || more.length === 0 || edge?.gradient == null) return first;
  return { ...first, before: edge.gradient, after: edge.gradient };
}

/** The inputs that learn, one at a time. */
export function BackwardBody({ block, timeline, names, maths }: BackwardProps) {
  const learning = block.inputs.filter((input) => timeline.entries[input.edge]?.gradient != null);
  const [port, setPort] = useState(learning[0]?.port ?? "");
  const input: BlockInput | undefined = learning.find((candidate) => candidate.port === port) ?? learning[0];
  const entry = timeline.entries[block.entry];
  const incoming = entry?.gradient ?? null;
  if (incoming === null || entry === undefined) return null;
  const contribution = input === undefined ? undefined : contributionOf(timeline.entries[input.edge]);
  const source = input === undefined ? undefined : timeline.entries[input.source];
  const sourceName = names.nameOf(source?.origin ?? null);
  const still = block.inputs.filter((candidate) => timeline.entries[candidate.edge]?.gradient == null);
  // Of an op that works element by element the quotient is the derivative.
  const local =
    contribution !== undefined && maths?.isElementwise === true ? localDerivative(incoming, contribution.before) : null;
  const operands = maths?.operands ?? [];
  const operandNames = operands.map((operand) => {
    const wired = block.inputs.find((each) => each.port === operand);
    const from = wired === undefined ? undefined : timeline.entries[wired.source]?.origin;
    return from?.node == null ? null : names.nameOf(from);
  });
  const sums = contribution !== undefined && contribution.before.shape.join() !== contribution.after.shape.join();
  return (
    <>
      {input !== undefined && (
        <div className="grid grid-cols-[auto_auto] items-center justify-center gap-x-6 px-4 py-3.5">
          <Formula
            tex={chainRuleTex({ name: sourceName, adds: (source?.contributions.length ?? 0) > 1, sums })}
            display
          />
          {maths !== null && (
            <Formula tex={ruleFor(maths.gradientFormula, operands.indexOf(input.port), operandNames)} display />
          )}
        </div>
      )}
      {learning.length > 1 && (
        <div className="px-4 pb-3 text-center">
          <Segmented
            label={words.input}
            value={input?.port ?? ""}
            options={learning.map((each) => ({ value: each.port, label: `∂ ${each.port}` }))}
            onChange={setPort}
          />
        </div>
      )}
      <div className="flex items-center gap-2 border-t border-line px-4 py-3">
        <Shown title={words.incoming} view={incoming} wide={local === null} />
        {local !== null && (
          <>
            <Sign>×</Sign>
            <Shown title={words.local} view={local} />
          </>
        )}
        {contribution !== undefined && (
          <>
            <Sign>{local === null ? "→" : "="}</Sign>
            <Shown title={words.product} view={contribution.before} wide={local === null} />
          </>
        )}
      </div>
      {contribution !== undefined && source !== undefined && (
        <Unbroadcast name={sourceName} contribution={contribution} />
      )}
      {source !== undefined && input !== undefined && (
        <Meeting name={sourceName} entry={source} user={input.edge} timeline={timeline} names={names} />
      )}
      {still.map((each) => (
        <p key={each.port} className="flex items-center gap-2 border-t border-line px-4 py-2 text-caption text-text3">
          <Info size={12} className="shrink-0" aria-hidden />
          {words.noGradient(each.port, names.nameOf(timeline.entries[each.source]?.origin ?? null))}
        </p>
      ))}
    </>
  );
}
