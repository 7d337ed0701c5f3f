/** @file Fields of control flow: how often a Repeat turns, what a Branch asks, the ports of graphs. */
import {
  writtenFields,
  type BranchCondition,
  type GraphId,
  type GraphNode,
  type NodeId,
  type RepeatCount,
} from "@chainrule/engine/analysis";
import { useApp } from "../app/app";
import { text } from "../text/text";
import { ChoiceField } from "./choice-fields";
import { NumberField } from "./number-field";
import { TextField, WrittenField } from "./written-field";
import { readName, readWritten } from "./written-text";

const words = text.inspector;

interface ControlProps {
  readonly graphId: GraphId;
  readonly id: NodeId;
  readonly node: GraphNode;
}

const counts: Readonly<Record<RepeatCount["kind"], RepeatCount>> = {
  constant: { kind: "constant", value: 2 },
  randint: { kind: "randint", low: 0, high: 4 },
  list: { kind: "list", values: [0, 1] },
  value: { kind: "value" },
};
const countKinds = ["constant", "randint", "list", "value"] as const;

const conditions: Readonly<Record<BranchCondition["kind"], BranchCondition>> = {
  randint: { kind: "randint", under: 1, outOf: 2 },
  value: { kind: "value" },
};
const conditionKinds = ["randint", "value"] as const;

/** How often: a number, one drawn each step, a list of turns, or the number at a port. */
export function RepeatFields({ graphId, id, node }: ControlProps) {
  const app = useApp();
  if (node.kind !== "repeat") return null;
  const { count } = node;
  const set = (next: RepeatCount, merge?: string): void =>
    app.edits.change(
      text.undo.set(words.count),
      (draft) => {
        const target = draft.graphs[graphId]?.nodes[id];
        if (target?.kind === "repeat") target.count = structuredClone(next) as typeof target.count;
      },
      merge,
    );
  const whole = (name: "value" | "low" | "high" | "from", value: number) => (
    <NumberField
      key={name}
      label={name}
      value={value}
      spec={writtenFields[name === "value" ? "turns" : name]}
      onChange={(next, merge) => set({ ...count, [name]: next } as RepeatCount, merge)}
    />
  );
  return (
    <>
      <ChoiceField
        label={words.count}
        value={count.kind}
        options={countKinds.map((kind) => ({ value: kind, label: words.counts[kind] }))}
        onChange={(kind) => set(counts[kind])}
      />
      {count.kind === "constant" && whole("value", count.value)}
      {count.kind === "randint" && whole("low", count.low)}
      {count.kind === "randint" && whole("high", count.high)}
      {count.kind === "list" ? (
        <WrittenField
          label="values"
          mono
          printed={count.values.join(", ")}
          read={(written) => readWritten("values", writtenFields.turnList, written)}
          onChange={(values) => set({ kind: "list", values })}
        />
      ) : (
        whole("from", count.from ?? 0)
      )}
    </>
  );
}

/** What decides: a number drawn each step, or a value. */
export function BranchFields({ graphId, id, node }: ControlProps) {
  const app = useApp();
  if (node.kind !== "branch") return null;
  const { condition } = node;
  const set = (next: BranchCondition, merge?: string): void =>
    app.edits.change(
      text.undo.set(words.condition),
      (draft) => {
        const target = draft.graphs[graphId]?.nodes[id];
        if (target?.kind === "branch") target.condition = next;
      },
      merge,
    );
  return (
    <>
      <ChoiceField
        label={words.condition}
        value={condition.kind}
        options={conditionKinds.map((kind) => ({ value: kind, label: words.conditions[kind] }))}
        onChange={(kind) => set(conditions[kind])}
      />
      {condition.kind === "randint" &&
        (["under", "outOf"] as const).map((name) => (
          <NumberField
            key={name}
            label={name}
            value={condition[name]}
            spec={writtenFields[name]}
            onChange={(next, merge) => set({ ...condition, [name]: next }, merge)}
          />
        ))}
    </>
  );
}

/** The name of a graph's port, wherever it shows. */
export function PortFields({ graphId, id, node }: ControlProps) {
  const app = useApp();
  if (node.kind !== "input" && node.kind !== "output") return null;
  return (
    <TextField
      label={words.port}
      value={node.port}
      read={readName}
      onChange={(name) => app.edits.renamePort(graphId, id, name)}
    />
  );
}
