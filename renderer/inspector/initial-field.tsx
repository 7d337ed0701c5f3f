/** @file How a parameter or buffer begins: zeros, ones, random, or a number. */
import { writtenFields, type GraphId, type Initializer, type MemberId } from "@chainrule/engine/analysis";
import { useApp } from "../app/app";
import { text } from "../text/text";
import { ChoiceField } from "./choice-fields";
import { NumberField } from "./number-field";

const words = text.inspector;

const starts = {
  randn: { kind: "randn" },
  rand: { kind: "rand" },
  uniform: { kind: "uniform", low: -1, high: 1 },
  zeros: { kind: "zeros" },
  ones: { kind: "ones" },
  constant: { kind: "constant", value: 0 },
} as const satisfies Record<Initializer["kind"], Initializer>;
const kinds = ["randn", "rand", "uniform", "zeros", "ones", "constant"] as const;

interface InitialFieldProps {
  readonly owner: GraphId;
  readonly member: MemberId;
  readonly init: Initializer;
}

/** The choice, and its numbers. */
export function InitialField({ owner, member, init }: InitialFieldProps) {
  const app = useApp();
  const set = (next: Initializer, merge?: string): void =>
    app.edits.change(
      text.undo.set(words.initial),
      (draft) => {
        const target = draft.graphs[owner]?.members[member];
        if (target !== undefined) target.init = next as NonNullable<typeof target.init>;
      },
      merge,
    );
  return (
    <>
      <ChoiceField
        label={words.begins}
        value={init.kind}
        options={kinds.map((kind) => ({ value: kind, label: words.beginnings[kind] }))}
        onChange={(kind) => set(starts[kind])}
      />
      {init.kind === "constant" && typeof init.value === "number" && (
        <NumberField
          label={words.initial}
          value={init.value}
          spec={writtenFields.initial}
          onChange={(value, merge) => set({ kind: "constant", value }, merge)}
        />
      )}
      {init.kind === "uniform" &&
        (["low", "high"] as const).map((name) => (
          <NumberField
            key={name}
            label={name}
            value={init[name]}
            spec={writtenFields.initial}
            onChange={(value, merge) => set({ ...init, [name]: value }, merge)}
          />
        ))}
    </>
  );
}
