/** @file Fields of a member, and of the document itself when nothing is selected. */
import {
  memberKind,
  visibleMembers,
  type ChainruleDocument,
  type GraphId,
  type GraphNode,
} from "@chainrule/engine/analysis";
import { useApp } from "../app/app";
import { text } from "../text/text";
import { Section } from "../ui/section";
import { AttributeField, NumberField, TextField } from "./fields";
import { InitialField } from "./initial-field";

function memberOf(node: GraphNode): string | null {
  if (node.kind === "call") return node.member;
  if (node.kind === "effect" && "optimizer" in node.effect) return node.effect.optimizer ?? null;
  return null;
}

/** The fields of the member a node uses. */
function Fields({ graphId, node }: { readonly graphId: GraphId; readonly node: GraphNode }) {
  const app = useApp();
  const id = memberOf(node);
  const document = app.history.document();
  const member = id === null ? undefined : visibleMembers(document, graphId).get(id);
  if (id === null || member === undefined) return null;
  const owner = Object.entries(document.graphs).find(([, graph]) => graph.members[id] === member)?.[0] ?? graphId;
  const kind = memberKind(member, app.library);
  const specs =
    kind.kind === "module" ? kind.module.attributes : kind.kind === "optimizer" ? kind.optimizer.attributes : {};
  const set = (name: string, value: unknown, merge?: string): void =>
    app.edits.setMemberAttribute(owner, id, name, value, merge);
  return (
    <>
      {(kind.kind === "parameter" || kind.kind === "buffer") && (
        <>
          <TextField
            label="shape"
            mono
            value={JSON.stringify(member.attrs["shape"] ?? [])}
            onChange={(written) => {
              const shape: unknown = parseShape(written);
              if (shape !== null) set("shape", shape);
            }}
          />
          <InitialField owner={owner} member={id} init={member.init ?? { kind: "zeros" }} />
        </>
      )}
      {Object.entries(specs).map(([name, spec]) => (
        <AttributeField
          key={name}
          name={name}
          spec={spec}
          value={member.attrs[name]}
          onChange={(value, merge) => set(name, value, merge)}
        />
      ))}
    </>
  );
}

/** "[64, 3]" or "64, 3" as extents; null where it is neither. */
function parseShape(written: string): readonly number[] | null {
  const parts = written
    .replace(/[[\]\s]/g, "")
    .split(",")
    .filter((part) => part !== "");
  const extents = parts.map(Number);
  return extents.every((extent) => Number.isInteger(extent) && extent >= 0) ? extents : null;
}

/** The document's own settings: shown while nothing is selected. */
function DocumentPart({ document }: { readonly document: ChainruleDocument }) {
  const app = useApp();
  const { training } = document;
  const change = (
    name: string,
    recipe: (draft: { seed: number; training: { steps: number; logEvery: number } }) => void,
    merge?: string,
  ): void => app.edits.change(text.undo.set(name), recipe, merge);
  const whole = (value: number): number => Math.max(1, Math.round(value));
  return (
    <div className="h-full overflow-y-auto" data-testid="document-fields">
      <Section title={text.inspector.document}>
        <TextField
          label={text.inspector.name}
          value={document.name}
          onChange={(name) =>
            app.edits.change(text.undo.rename, (draft) => {
              if (name.trim() !== "") draft.name = name;
            })
          }
        />
        <NumberField
          label={text.bar.seed}
          value={document.seed}
          onChange={(seed, merge) =>
            seed !== null && change("seed", (draft) => void (draft.seed = Math.round(seed)), merge)
          }
        />
        <NumberField
          label={text.inspector.steps}
          value={training.steps}
          onChange={(steps, merge) =>
            steps !== null && change("steps", (draft) => void (draft.training.steps = whole(steps)), merge)
          }
        />
        <NumberField
          label={text.inspector.logEvery}
          value={training.logEvery}
          onChange={(every, merge) =>
            every !== null && change("logEvery", (draft) => void (draft.training.logEvery = whole(every)), merge)
          }
        />
      </Section>
      <p className="p-4 text-small text-text2">{text.inspector.nothing}</p>
    </div>
  );
}

/** The document's part, with the member's fields beside it. */
export const MembersPart = Object.assign(DocumentPart, { Fields });
