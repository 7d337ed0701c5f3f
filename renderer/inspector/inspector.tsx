/** @file The inspector: fields, formula, gradient and cost of what is selected, derived from its declaration. */
import {
  memberKind,
  visibleMembers,
  writtenFields,
  type AttributeSpec,
  type Edge,
  type Graph,
  type GraphId,
  type GraphNode,
  type MemberKind,
  type NodeId,
} from "@chainrule/engine/analysis";
import { useState, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { stateOf } from "../document/edits/nodes";
import { graphsBehind } from "../document/paths";
import { viewNode } from "../nodes/node-view";
import { torchName } from "../palette/declaration-items";
import { edgeKey } from "../overlay/overlay";
import { portKey } from "../session/live-values";
import { text } from "../text/text";
import { Section } from "../ui/section";
import { currentGraph } from "../workspace/workspace";
import { AttributeField } from "./attribute-field";
import { InlineChoice } from "./choice-fields";
import { BranchFields, PortFields, RepeatFields } from "./control-fields";
import { CostPart } from "./cost-part";
import { DocumentPart } from "./document-part";
import { EdgePart } from "./edge-part";
import { FlagRow } from "./flag-row";
import { FlowPart } from "./flow-part";
import { GraphPart } from "./graph-part";
import { FormulaPart } from "./formula-part";
import { MemberFields } from "./member-fields";
import { MemberParameters } from "./member-parameters";
import { NumberField } from "./number-field";
import { PanelHeader } from "./panel-header";
import { RolesPart } from "./roles-part";
import { SeveralPart } from "./several-part";
import { UpdateFields } from "./update-fields";
import { TextField } from "./written-field";
import { readName, readText } from "./written-text";

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
      <TextField label={words.name} value={shownName} read={readName} onChange={(name) => app.edits.rename(id, name)} />
      <TextField
        label={words.label}
        value={node.label ?? ""}
        read={readText}
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
        .map(({ name, default: fallback }) => (
          <NumberField
            key={name}
            label={name}
            value={node.attrs[name] ?? fallback}
            spec={writtenFields.operand}
            onChange={(value, merge) => set(name, value ?? undefined, merge)}
          />
        ))}
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
        read={readText}
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

/** Gradient and values at a port of choice: at first the input whose gradient is known, else what comes out. */
function NodeFlow({ graphId, graph, id, node }: PartProps) {
  const app = useApp();
  const view = viewNode(app.history.document(), graphId, id, node, app.library);
  const output = view.ports.find((port) => port.side === "output" && port.kind !== "order")?.name;
  const step = useSyncExternalStore(
    (listener) => app.overlay.subscribe(listener),
    () => app.overlay.step,
  );
  const wired = graph.edges.filter((edge) => edge.to[0] === id).map((edge) => edge.to[1]);
  const gradientAt = (port: string): number | null =>
    app.overlay.sample(edgeKey(graphId, id, port))?.gradient?.rms ?? null;
  const [chosen, setChosen] = useState<string | null>(null);
  const key = portKey(graphId, id, output ?? "");
  const above = useSyncExternalStore(
    (listener) => app.live.subscribe(key, listener),
    () => app.live.get(key)?.gradient?.statistics.rms ?? null,
  );
  if (step < 0 || (output === undefined && wired.length === 0)) return null;
  const choices = [
    ...wired.map((port) => ({ value: `input ${port}`, label: port })),
    ...(output === undefined ? [] : [{ value: `output ${output}`, label: output }]),
  ];
  const first = wired.find((port) => gradientAt(port) !== null);
  const fallback = first === undefined ? choices.at(-1)?.value : `input ${first}`;
  const at = choices.find(({ value }) => value === chosen)?.value ?? fallback ?? "";
  const [side = "", port = ""] = at.split(" ");
  return (
    <FlowPart
      place={{ kind: side === "input" ? "edge" : "port", graph: graphId, node: id, port }}
      where={<InlineChoice label={words.gradientAt} value={at} options={choices} onChange={setChosen} />}
      above={side === "input" ? above : null}
    />
  );
}

/** What kind of thing a node that is no op is, in a word. */
function kindName(node: GraphNode, member: MemberKind | null): string {
  if (member?.kind === "module") return member.module.category;
  if (member?.kind === "graph") return words.kindOf.module;
  if (member?.kind === "parameter" || member?.kind === "buffer") return words.kindOf[member.kind];
  return words.kindOf[node.kind];
}

/** The edge that is selected, if its graph still has it. */
function useSelectedEdge(graph: Graph | undefined): Edge | undefined {
  const app = useApp();
  const selected = useStore(app.workspace, (state) => state.selectedEdge);
  if (selected === null) return undefined;
  return graph?.edges.find((edge) => edge.to[0] === selected[0] && edge.to[1] === selected[1]);
}

/** The panel. */
export function Inspector() {
  const app = useApp();
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const graphId = useStore(app.workspace, currentGraph);
  const selection = useStore(app.workspace, (state) => state.selection);
  const graph = graphId === null ? undefined : document.graphs[graphId];
  const edge = useSelectedEdge(graph);
  const [id] = selection;
  const node = id === undefined ? undefined : graph?.nodes[id];
  const cost = useStore(app.analysis, (state) =>
    graphId === null || id === undefined ? undefined : state.analysis.graphs.get(graphId)?.costs.get(id),
  );
  if (graph === undefined || graphId === null) return <DocumentPart document={document} />;
  if (edge !== undefined) return <EdgePart key={edge.to.join("/")} document={document} graph={graphId} edge={edge} />;
  if (id === undefined || node === undefined) return <DocumentPart document={document} />;
  if (selection.size > 1) return <SeveralPart document={document} graph={graphId} selection={[...selection]} />;
  const part: PartProps = { graphId, graph, id, node };
  const view = viewNode(document, graphId, id, node, app.library);
  const op = node.kind === "op" ? app.library.op(node.op) : null;
  const member = node.kind === "call" ? visibleMembers(document, graphId).get(node.member) : undefined;
  const declared = member === undefined ? null : memberKind(member, app.library);
  const module = declared?.kind === "module" ? declared.module : null;
  const torch = op?.rules.torch ?? module?.torch;
  const line = [op?.signature.category ?? kindName(node, declared), torch === undefined ? "" : torchName(torch)];
  const [standsFor] = node.kind === "branch" ? [] : graphsBehind(document, graphId, node);
  return (
    <div className="h-full overflow-y-auto" data-testid="inspector" key={id}>
      <PanelHeader glyph={view.glyph} title={view.fullTitle} line={line.filter((word) => word !== "").join(" · ")} />
      <FlagRow nodes={[node]} />
      <Section title={words.fields}>
        <NameFields {...part} />
        <OpFields {...part} />
        <EffectFields {...part} />
        <MemberFields {...part} />
      </Section>
      {standsFor !== undefined && <GraphPart key={standsFor} document={document} id={standsFor} />}
      <FormulaPart {...part} />
      <NodeFlow {...part} />
      {member !== undefined && <MemberParameters name={member.name} />}
      <CostPart cost={cost} />
      <RolesPart />
    </div>
  );
}
