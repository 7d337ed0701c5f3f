/** @file The inspector: fields, formula, gradient and cost of what is selected, derived from its declaration. */
import {
  memberKind,
  visibleMembers,
  type AttributeSpec,
  type Graph,
  type GraphId,
  type GraphNode,
  type NodeId,
} from "@chainrule/engine/analysis";
import { useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { stateOf } from "../document/edits/nodes";
import { viewNode } from "../nodes/node-view";
import { torchName } from "../palette/items";
import { Histogram } from "../overlay/histogram";
import { StatisticsFacts } from "../overlay/statistics-facts";
import { portKey } from "../session/live-values";
import { text } from "../text/text";
import { printBytes, printExtents, printNumber } from "../ui/number-text";
import { Empty, Fact, Section } from "../ui/section";
import { currentGraph } from "../workspace/workspace";
import { BranchFields, PortFields, RepeatFields } from "./control-fields";
import { AttributeField, NumberField, TextField } from "./fields";
import { Formula } from "./formula";
import { MembersPart } from "./members-part";
import { RolesPart } from "./roles-part";
import { UpdateFields } from "./update-fields";

const words = text.inspector;

interface PartProps {
  readonly graphId: GraphId;
  readonly graph: Graph;
  readonly id: NodeId;
  readonly node: GraphNode;
}

function NameFields({ graphId, graph, id, node }: PartProps) {
  const app = useApp();
  const state = stateOf(graph, id);
  const shownName = (state === null ? undefined : graph.members[state]?.name) ?? node.name;
  return (
    <>
      <TextField label={words.name} value={shownName} onChange={(name) => app.edits.rename(id, name)} />
      <TextField
        label={words.label}
        value={node.label ?? ""}
        onChange={(label) =>
          app.edits.change(text.undo.set(words.label), (draft) => {
            const target = draft.graphs[graphId]?.nodes[id];
            if (target === undefined) return;
            if (label === "") delete target.label;
            else target.label = label;
          })
        }
      />
    </>
  );
}

function OpFields({ graphId, graph, id, node }: PartProps) {
  const app = useApp();
  if (node.kind !== "op") return null;
  const signature = app.library.op(node.op)?.signature;
  if (signature === undefined) return null;
  const wired = new Set(graph.edges.filter((edge) => edge.to[0] === id).map((edge) => edge.to[1]));
  const set = (name: string, value: unknown, merge?: string): void =>
    app.edits.setAttribute(graphId, id, name, value, merge);
  return (
    <>
      {signature.operands
        .filter((spec) => spec.scalar && !wired.has(spec.name))
        .map((spec) => {
          const written = node.attrs[spec.name];
          return (
            <NumberField
              key={spec.name}
              label={spec.name}
              value={typeof written === "number" ? written : (spec.default ?? null)}
              onChange={(value, merge) => set(spec.name, value ?? undefined, merge)}
            />
          );
        })}
      {Object.entries(signature.attributes).map(([name, spec]: [string, AttributeSpec<unknown>]) => (
        <AttributeField
          key={name}
          name={name}
          spec={spec}
          value={node.attrs[name]}
          onChange={(value, merge) => set(name, value, merge)}
        />
      ))}
    </>
  );
}

function EffectFields(part: PartProps) {
  const { graphId, id, node } = part;
  const app = useApp();
  if (node.kind === "expression") {
    return (
      <TextField
        label={text.inspector.formula}
        value={node.formula}
        mono
        onChange={(formula) =>
          app.edits.change(text.undo.set(words.formula), (draft) => {
            const target = draft.graphs[graphId]?.nodes[id];
            if (target?.kind === "expression") target.formula = formula;
          })
        }
      />
    );
  }
  return (
    <>
      <RepeatFields {...part} />
      <BranchFields {...part} />
      <PortFields {...part} />
      <UpdateFields {...part} />
    </>
  );
}

function FormulaPart({ node, graphId }: PartProps) {
  const app = useApp();
  const document = app.history.document();
  const member = node.kind === "call" ? visibleMembers(document, graphId).get(node.member) : undefined;
  const kind = member === undefined ? null : memberKind(member, app.library);
  const signature = node.kind === "op" ? app.library.op(node.op)?.signature : undefined;
  const forward = signature?.formula ?? (kind?.kind === "module" ? kind.module.formula : undefined);
  const summary = signature?.summary ?? (kind?.kind === "module" ? kind.module.summary : undefined);
  if (forward === undefined) return null;
  return (
    <Section title={words.formula}>
      {summary !== undefined && <p className="mb-2 text-small text-text2">{summary}</p>}
      <div className="rounded-node bg-field px-3 py-2">
        <div className="flex items-center gap-3">
          <span className="w-14 shrink-0 text-caption text-text3">{words.forward}</span>
          <Formula tex={forward} />
        </div>
        {signature !== undefined && (
          <div className="mt-1 flex items-center gap-3">
            <span className="w-14 shrink-0 text-caption text-text3">{words.gradient}</span>
            <Formula tex={signature.gradientFormula} />
          </div>
        )}
      </div>
    </Section>
  );
}

function LivePart({ graphId, id, node }: PartProps) {
  const app = useApp();
  const view = viewNode(app.history.document(), graphId, id, node, app.library);
  const port = view.ports.find((candidate) => candidate.side === "output")?.name ?? "";
  const key = portKey(graphId, id, port);
  const live = useSyncExternalStore(
    (listener) => app.live.subscribe(key, listener),
    () => app.live.get(key),
  );
  if (live === null) return null;
  return (
    <>
      {live.gradient !== null && (
        <Section
          title={`${words.gradientAt} ${port}`}
          aside={
            <span className="font-mono text-caption text-text3">{`${live.gradient.dtype} ${printExtents(live.gradient.shape)}`}</span>
          }
        >
          <Histogram histogram={live.gradient.histogram} width={248} height={72} />
          <div className="mt-2">
            <StatisticsFacts view={live.gradient} />
          </div>
        </Section>
      )}
      {live.value !== null && (
        <Section
          title={words.values}
          aside={
            <span className="font-mono text-caption text-text3">{`${live.value.dtype} ${printExtents(live.value.shape)}`}</span>
          }
        >
          <StatisticsFacts view={live.value} />
        </Section>
      )}
    </>
  );
}

function CostPart({ graphId, id }: PartProps) {
  const app = useApp();
  const cost = useStore(app.analysis, (state) => state.analysis.graphs.get(graphId)?.costs.get(id));
  if (cost === undefined) return null;
  return (
    <Section title={words.cost}>
      {cost.parameters > 0 && <Fact name={text.training.parameters} value={printNumber(cost.parameters)} />}
      <Fact name="FLOPs" value={`${printNumber(cost.flops)} + ${printNumber(cost.backwardFlops)}`} />
      <Fact name={words.bytesForward} value={printBytes(cost.forwardBytes)} />
      <Fact name={words.bytesSaved} value={printBytes(cost.savedBytes)} />
    </Section>
  );
}

/** What kind of thing a node that is no op is, in a word. */
function kindName(node: GraphNode, module: { readonly category: string } | null): string {
  if (module !== null) return module.category;
  return node.kind === "call" ? text.inspector.member : node.kind;
}

/** The panel. */
export function Inspector() {
  const app = useApp();
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const graphId = useStore(app.workspace, currentGraph);
  const selection = useStore(app.workspace, (state) => state.selection);
  const graph = graphId === null ? undefined : document.graphs[graphId];
  const [id] = selection;
  const node = id === undefined ? undefined : graph?.nodes[id];
  if (graph === undefined || graphId === null || id === undefined || node === undefined)
    return <MembersPart document={document} />;
  if (selection.size > 1) return <Empty sentence={words.several(selection.size)} />;
  const part: PartProps = { graphId, graph, id, node };
  const view = viewNode(document, graphId, id, node, app.library);
  const op = node.kind === "op" ? app.library.op(node.op) : null;
  const member = node.kind === "call" ? visibleMembers(document, graphId).get(node.member) : undefined;
  const declared = member === undefined ? null : memberKind(member, app.library);
  const module = declared?.kind === "module" ? declared.module : null;
  const torch = op?.rules.torch ?? module?.torch;
  return (
    <div className="h-full overflow-y-auto" data-testid="inspector" key={id}>
      <header className="flex items-center gap-3 border-b border-line px-3.5 py-3">
        <span className="flex size-9 shrink-0 items-center justify-center rounded-node border border-line2 bg-raised font-mono text-small">
          {view.glyph}
        </span>
        <div className="min-w-0">
          <h2 className="truncate text-title font-semibold" title={view.fullTitle}>
            {view.fullTitle}
          </h2>
          <p className="truncate text-small text-text3">
            {[op?.signature.category ?? kindName(node, module), torch === undefined ? "" : torchName(torch)]
              .filter((part) => part !== "")
              .join(" · ")}
          </p>
        </div>
      </header>
      <Section title={words.fields}>
        <NameFields {...part} />
        <OpFields {...part} />
        <EffectFields {...part} />
        <MembersPart.Fields {...part} />
      </Section>
      <RolesPart />
      <FormulaPart {...part} />
      <LivePart {...part} />
      <CostPart {...part} />
    </div>
  );
}
