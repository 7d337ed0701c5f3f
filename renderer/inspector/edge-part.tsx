/** @file The inspector of an edge: what flows along it and back, and how large a step it makes of a parameter. */
import type { ChainruleDocument, Edge, GraphId } from "@chainrule/engine/analysis";
import { useApp } from "../app/app";
import { nodeName } from "../nodes/node-name";
import { edgeKey } from "../overlay/overlay";
import { updateRatio } from "../overlay/update-ratio";
import { text } from "../text/text";
import { Button } from "../ui/button";
import { printExtents, printNumber } from "../ui/number-text";
import { Fact, Section } from "../ui/section";
import { select } from "../workspace/workspace";
import { FlowPart } from "./flow-part";
import { PanelHeader } from "./panel-header";

const words = text.inspector;

/** From, to, type, gradient and values. */
export function EdgePart({
  document,
  graph,
  edge,
}: {
  readonly document: ChainruleDocument;
  readonly graph: GraphId;
  readonly edge: Edge;
}) {
  const app = useApp();
  const name = (id: string): string => nodeName(document, graph, id, app.library) ?? id;
  const [from, to] = [edge.from[0], edge.to[0]];
  const findings = app.analysis.getState().findings(graph);
  const type = findings.get(to)?.types.get(`input${edge.to[1]}`);
  const sample = app.overlay.sample(edgeKey(graph, to, edge.to[1]));
  const broadcast = app.analysis.getState().analysis.graphs.get(graph)?.broadcasts.get(to)?.[edge.to[1]];
  const ratio = updateRatio(document, graph, edge, sample);
  return (
    <div className="h-full overflow-y-auto" data-testid="edge-inspector">
      <PanelHeader
        glyph="→"
        title={`${name(from)} → ${name(to)}`}
        line={[words.edge, type === undefined ? "" : `${type.dtype} ${printExtents(type.shape)}`]
          .filter((part) => part !== "")
          .join(" · ")}
      />
      <Section title={words.ends}>
        <Fact name={words.from} value={`${name(from)} · ${edge.from[1]}`} />
        <Fact name={words.to} value={`${name(to)} · ${edge.to[1]}`} />
        {broadcast !== undefined && (
          <Fact name={words.broadcast} value={`${printExtents(broadcast.from)} → ${printExtents(broadcast.to)}`} />
        )}
        {ratio !== null && (
          <Fact name={text.training.ratio} value={printNumber(ratio)} {...(ratio >= 1 ? { tone: "warn" } : {})} />
        )}
        <div className="mt-2 flex flex-wrap gap-1.5">
          <Button onClick={() => select(app.workspace, [from])}>{words.showSource}</Button>
          <Button onClick={() => select(app.workspace, [to])}>{words.showTarget}</Button>
        </div>
      </Section>
      <FlowPart
        place={{ kind: "edge", graph, node: to, port: edge.to[1] }}
        where={<span className="font-normal text-text3">{words.thisEdge}</span>}
        above={null}
      />
      {app.overlay.step < 0 && <p className="p-4 text-small text-text3">{text.canvas.noGradientsText}</p>}
    </div>
  );
}
