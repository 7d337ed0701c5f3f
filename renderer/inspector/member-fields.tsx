/** @file Fields of the member that a node uses. */
import { memberKind, visibleMembers, writtenFields, type GraphId, type GraphNode } from "@chainrule/engine/analysis";
import { useApp } from "../app/app";
import { AttributeField } from "./attribute-field";
import { InitialField } from "./initial-field";

function memberOf(node: GraphNode): string | null {
  if (node.kind === "call") return node.member;
  if (node.kind === "effect" && "optimizer" in node.effect) return node.effect.optimizer ?? null;
  return null;
}

/** The fields of the member a node uses. */
export function MemberFields({ graphId, node }: { readonly graphId: GraphId; readonly node: GraphNode }) {
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
          <AttributeField
            name="shape"
            spec={writtenFields.shape}
            value={member.attrs["shape"] ?? []}
            onChange={(shape) => set("shape", shape)}
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
