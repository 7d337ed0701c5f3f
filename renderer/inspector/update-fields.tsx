/** @file Fields of an Update and a Zero grad: formula, rate, whose parameters, and whether gradients are cleared after. */
import {
  visibleMembers,
  writtenFields,
  type GraphId,
  type GraphNode,
  type NodeId,
  type Targets,
} from "@chainrule/engine/analysis";
import { useApp } from "../app/app";
import { text } from "../text/text";
import { FlagField } from "./choice-fields";
import { NumberField } from "./number-field";
import { TextField } from "./written-field";
import { readText } from "./written-text";

const words = text.inspector;

interface UpdateProps {
  readonly graphId: GraphId;
  readonly id: NodeId;
  readonly node: GraphNode;
}

/** "all", or names and paths of parameters; a first name is looked up among the members, so that renaming keeps it. */
function readTargets(written: string, idOf: ReadonlyMap<string, string>): Targets {
  const parts = written.split(/[\s,]+/).filter((part) => part !== "");
  if (parts.length === 0 || (parts.length === 1 && parts[0] === "all")) return "all";
  return parts.map((part) => {
    const [first = "", ...rest] = part.split(".");
    return [idOf.get(first) ?? first, ...rest].join(".");
  });
}

/** Nothing for other nodes. */
export function UpdateFields({ graphId, id, node }: UpdateProps) {
  const app = useApp();
  if (node.kind !== "effect") return null;
  const { effect } = node;
  const isUpdate = effect.kind === "update";
  if (!isUpdate && (effect.kind !== "zeroGrad" || effect.optimizer !== undefined)) return null;
  const members = visibleMembers(app.history.document(), graphId);
  const idOf = new Map([...members].map(([member, { name }]) => [name, member]));
  const change = (
    name: string,
    recipe: (target: { formula?: string; lr?: number; thenClear?: boolean; targets?: unknown }) => void,
    merge?: string,
  ): void =>
    app.edits.change(
      text.undo.set(name),
      (draft) => {
        const target = draft.graphs[graphId]?.nodes[id];
        if (target?.kind === "effect") recipe(target.effect as Parameters<typeof recipe>[0]);
      },
      merge,
    );
  const targets = effect.targets ?? "all";
  const shown =
    targets === "all"
      ? "all"
      : targets
          .map((path) => {
            const [first = "", ...rest] = path.split(".");
            return [members.get(first)?.name ?? first, ...rest].join(".");
          })
          .join(" ");
  return (
    <>
      {isUpdate && (
        <>
          <TextField
            label="formula"
            value={effect.formula}
            mono
            read={readText}
            onChange={(formula) => change("formula", (target) => void (target.formula = formula))}
          />
          <NumberField
            label="lr"
            value={effect.lr}
            spec={writtenFields.lr}
            onChange={(lr, merge) =>
              change(
                "lr",
                (target) => {
                  if (lr === null) delete target.lr;
                  else target.lr = lr;
                },
                merge,
              )
            }
          />
        </>
      )}
      <TextField
        label={words.targets}
        value={shown}
        mono
        read={readText}
        onChange={(written) =>
          change(words.targets, (target) => {
            const read = readTargets(written, idOf);
            target.targets = read === "all" ? "all" : [...read];
          })
        }
      />
      {isUpdate && (
        <FlagField
          label={words.thenClear}
          value={effect.thenClear === true}
          onChange={(on) =>
            change(words.thenClear, (target) => {
              if (on) target.thenClear = true;
              else delete target.thenClear;
            })
          }
        />
      )}
    </>
  );
}
