/** @file What a node computes: a sentence, its formula forward, and those of its gradients. */
import type { GraphId, GraphNode } from "@chainrule/engine/analysis";
import { useApp } from "../app/app";
import { mathsOf } from "../nodes/node-maths";
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
  const maths = mathsOf(app.library, app.history.document(), graphId, node);
  if (maths === null) return null;
  return (
    <Section title={words.formula}>
      <p className="mb-2 text-small text-text2">{maths.summary}</p>
      <div className="rounded-node bg-field px-3 py-1.5">
        <Line name={words.forward} tex={maths.formula} />
        {equationsOf(maths.gradientFormula).map((tex, i) => (
          <Line key={tex} name={i === 0 ? words.gradient : ""} tex={tex} />
        ))}
      </div>
    </Section>
  );
}
