/** @file Parameters, those of modules too: value, the way it came, gradient and update ratio. */
import { visibleMembers, type ChainruleDocument, type NodeId } from "@chainrule/engine/analysis";
import { useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { learningRate } from "../overlay/update-ratio";
import type { ParameterStatistics } from "../session/parameters";
import { textWidth } from "../nodes/text-width";
import { text } from "../text/text";
import { MiddleText } from "../ui/middle-text";
import { printExtents, printNumber } from "../ui/number-text";
import { classNames } from "../ui/class-names";
import { Empty } from "../ui/section";
import { select } from "../workspace/workspace";
import { Trail } from "./trail";

const words = text.training;

/** The node of the root that a state_dict name leads through: "model.first.weight" belongs to the one that calls model. */
function nodeOf(document: ChainruleDocument, name: string): NodeId | null {
  const [first] = name.split(".");
  const members = visibleMembers(document, document.root);
  const calls = Object.entries(document.graphs[document.root]?.nodes ?? {});
  const found = calls.find(([, node]) => node.kind === "call" && members.get(node.member)?.name === first);
  return found?.[0] ?? null;
}

/** Where every parameter is a number the numbers are shown, else the RMS of each. */
function figure(showsRms: boolean, statistics: ParameterStatistics["value"]): string {
  return printNumber(showsRms ? statistics.rms : statistics.mean);
}

const box = "border-b border-line px-1.5 first:pl-3 last:pr-3";
const cell = `${box} h-6 text-right font-mono text-[11.5px] whitespace-nowrap select-text`;
const head = `${box} sticky top-0 z-10 h-7 bg-panel font-normal whitespace-nowrap text-text3`;
/** As wide as a number can be: charts beside the table keep their width while numbers change. */
const numberHead = `${head} w-[72px] text-right`;
/** Pixels around a name: padding, diamond, gap. */
const aroundName = 36;
/** A name longer than this gives way in its middle. */
const widestName = 260;

function Row({
  row,
  rate,
  steps,
  trail,
  showsRms,
}: {
  readonly row: ParameterStatistics;
  readonly rate: number | null;
  readonly steps: readonly number[];
  readonly trail: readonly number[];
  /** Of parameters that are not all numbers, with their shapes. */
  readonly showsRms: boolean;
}) {
  const app = useApp();
  const { name, shape, value, gradient } = row;
  const ratio = rate === null || gradient === null || !(value.rms > 0) ? null : (rate * gradient.rms) / value.rms;
  const isBad = gradient !== null && gradient.nan + gradient.inf > 0;
  const show = (): void => {
    const document = app.history.document();
    const node = nodeOf(document, name);
    if (node === null) return;
    app.workspace.setState({ path: [{ graph: document.root, through: null }] });
    select(app.workspace, [node]);
  };
  return (
    <tr className="hover:bg-hover" onClick={show}>
      <td className={`${box} max-w-0`}>
        <span className="flex items-center gap-2">
          <span className="text-[8px] text-member">◆</span>
          <MiddleText text={name} />
        </span>
      </td>
      {showsRms && <td className={`${cell} text-tick text-text3`}>{printExtents(shape)}</td>}
      <td className={cell}>{figure(showsRms, value)}</td>
      <td className={`${cell} w-14 @max-[780px]/training:hidden`}>
        <Trail steps={steps} values={trail} />
      </td>
      <td className={classNames(cell, isBad && "text-err")}>
        {gradient === null ? <span className="text-text3">–</span> : figure(showsRms, gradient)}
      </td>
      <td className={classNames(cell, ratio !== null && ratio >= 1 && "text-warn")}>
        {ratio === null ? <span className="text-text3">–</span> : printNumber(ratio)}
      </td>
    </tr>
  );
}

/** Every parameter of the document, in PyTorch's order. */
export function ParameterTable() {
  const app = useApp();
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const { rows, steps, trails } = useStore(app.engine.parameters);
  if (rows.length === 0) return <Empty sentence={words.noParameters} />;
  const rate = learningRate(document);
  const longest = Math.max(...rows.map(({ name }) => textWidth(name, "label")));
  const showsRms = !rows.every(({ shape }) => shape.every((extent) => extent === 1));
  return (
    <div className="min-w-0 overflow-y-auto">
      <table className="w-full border-separate border-spacing-0 text-small" data-testid="parameters">
        <thead>
          <tr>
            <th
              className={`${head} text-left`}
              style={{ width: Math.ceil(Math.min(longest, widestName)) + aroundName }}
            >
              {words.parameter}
            </th>
            {showsRms && <th className={`${head} text-right`}>{words.shape}</th>}
            <th className={numberHead}>{showsRms ? words.valueRms : words.value}</th>
            <th className={`${head} @max-[780px]/training:hidden`}>
              <span className="sr-only">{words.trail}</span>
            </th>
            <th className={numberHead}>{showsRms ? words.gradRms : words.grad}</th>
            <th className={numberHead} title={words.ratioMeaning}>
              {words.ratio}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <Row
              key={row.name}
              row={row}
              rate={rate}
              showsRms={showsRms}
              steps={steps}
              trail={trails.length === rows.length ? (trails[i] ?? []) : []}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}
