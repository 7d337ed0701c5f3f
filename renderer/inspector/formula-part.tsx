/** @file What a node computes: a sentence, its formula forward, and those of its gradients. */
import { memberKind, visibleMembers, type GraphId, type GraphNode } from "@chainrule/engine/analysis";
import { useApp } from "../app/app";
import { text } from "../text/text";
import { Section } from "../ui/section";
import { equationsOf, Formula } from "./formula";

const words = text.inspector;

function Line({ name, tex }: { readonly name: string; readonly tex: string }) {
  return (
    <div className="flex min-h-7 items-center gap-3">
      <span className="w-13 shrink-0 text-caption text-text3">{name}</span>
      <span className="min-w-0 flex-1">
        <Formula tex={tex} />
      </span>
    </div>
  );
}

/** Nothing for nodes that are declared without a formula. */
export function FormulaPart({ node, graphId }: { readonly node: GraphNode; readonly graphId: GraphId }) {
  const app = useApp();
  const document = app.history.document();
  const member = node.kind === "call" ? visibleMembers(document, graphId).get(node.member) : undefined;
  const kind = member === undefined ? null : memberKind(member, app.library);
  const signature = node.kind === "op" ? app.library.op(node.op)?.signature : undefined;
  const forward = signature?.formula ?? (kind?.kind === "module" ? kind.module.formula : undefined);
  const summary = signature?.summary ?? (kind?.kind === "module" ? kind.module.summary : undefined);
  if (forward === undefined) return null;
  const gradients = signature === undefined ? [] : equationsOf(signature.gradientFormula);
  return (
    <Section title={words.formula}>
      {summary !== undefined && <p className="mb-2 text-small text-text2">{summary}</p>}
      <div className="rounded-node bg-field px-3 py-1.5">
        <Line name={words.forward} tex={forward} />
        {gradients.map((tex, i) => (
          <Line key={tex} name={i === 0 ? words.gradient : ""} tex={tex} />
        ))}
      </div>
    </Section>
  );
}
