/** @file Classes: one for each module graph (`extends nn.Module`) and for each custom Function. */
import type { FunctionDefinition, Graph } from "../../document/document";
import { graphsWithin } from "../../document/regions";
import { commentText, constantText, type CodeWriter, type Expression, type NodeKey } from "./code";
import { drawsOnce, ExportError, moduleGraph, type ExportContext } from "./context";
import { ownedFields, writeFields } from "./fields";
import { GraphCode } from "./graph-code";
import { variableName, type Scope } from "./identifiers";
import { Owned } from "./owned";

function summaryComment(writer: CodeWriter, summary: string | undefined): void {
  const text = commentText(summary ?? "");
  if (text !== "") writer.line(`/** ${text} */`);
}

/** `(x: Tensor, y: Tensor)` and the inputs by port. */
function parameters(ports: Graph["inputs"], scope: Scope, nodes: readonly NodeKey[]) {
  const inputs = new Map<string, Expression>();
  const texts = ports.map((port) => {
    const name = scope.take(variableName(port.name));
    inputs.set(port.name, { text: name, nodes });
    return `${name}: Tensor`;
  });
  return { inputs, text: texts.join(", ") };
}

function resultType(count: number, waits: boolean): string {
  const type = count === 1 ? "Tensor" : `[${Array.from({ length: count }, () => "Tensor").join(", ")}]`;
  return waits ? `Promise<${type}>` : type;
}

function writeReturn(code: GraphCode): void {
  const results = code.results();
  const texts = results.map((result) => result.text);
  const text = texts.length === 1 ? (texts[0] ?? "") : `[${texts.join(", ")}]`;
  code.writer.line(
    `return ${text};`,
    results.flatMap((result) => result.nodes),
  );
}

/** The class of a module graph: members and once-draws as fields, forward as a method. */
export function writeModuleClass(context: ExportContext, writer: CodeWriter, id: string): void {
  const graph = context.graph(id);
  const name = context.classNameOf(id, graph.name);
  const start = writer.length + 1;
  context.importName("type Tensor");
  summaryComment(writer, graph.summary);
  writer.block(`class ${name} extends ${context.importName("nn")}.Module {`, () => {
    if (writeFields(context, writer, id)) writer.gap();
    const scope = context.top.inner();
    const { inputs, text } = parameters(graph.inputs, scope, []);
    const waits = context.isAsync(id);
    const head = `${waits ? "async " : ""}forward(${text}): ${resultType(graph.outputs.length, waits)} {`;
    writer.block(head, () => {
      const code = new GraphCode({ context, writer, graph: id, scope, inputs, owned: ownedFields(context, id) });
      code.writeAll();
      writeReturn(code);
    });
    if (graph.summary !== undefined) {
      writer.gap();
      writer.block("summary(): Promise<string> {", () => {
        writer.line(`return ${context.importName("summarize")}(${constantText(graph.summary)}, this.stateDict());`);
      });
    }
  });
  markUsers(context, writer, start, (node) => {
    if (node.kind !== "call") return false;
    return Object.values(context.document.graphs).some((owner) => {
      const member = owner.members[node.member];
      return member !== undefined && moduleGraph(member) === id;
    });
  });
}

/** The class of a custom Function: static forward and backward. */
export function writeFunctionClass(
  context: ExportContext,
  writer: CodeWriter,
  id: string,
  definition: FunctionDefinition,
): void {
  const name = context.classNameOf(id, definition.name);
  const forward = context.graph(definition.forward);
  const backward = context.graph(definition.backward);
  refuseDraws(context, definition);
  context.importName("type Tensor");
  context.importName("type Context");
  const start = writer.length + 1;
  summaryComment(writer, definition.summary);
  writer.block(`class ${name} extends ${context.importName("Function")} {`, () => {
    const scope = context.top.inner();
    const ctx = scope.take("ctx");
    const { inputs, text } = parameters(forward.inputs, scope, []);
    const result = resultType(forward.outputs.length, false);
    writer.block(`static forward(${ctx}: Context, ${text}): ${result} {`, () => {
      const code = new GraphCode({ context, writer, scope, inputs, graph: definition.forward, owned: Owned.ofClass() });
      writeSaved(code, ctx, definition);
      code.writeAll();
      writeReturn(code);
    });
    writer.gap();
    writeBackward(context, writer, definition, backward);
  });
  markUsers(context, writer, start, (node) => node.kind === "apply" && node.function === id);
}

/** The engine draws anew for each node that applies it, which a static forward cannot keep apart. */
function refuseDraws(context: ExportContext, { name, forward, backward }: FunctionDefinition): void {
  const graphs = [forward, backward].flatMap((graph) => graphsWithin(context.document, graph));
  const drawn = graphs.flatMap((graph) => Object.values(context.graph(graph).nodes)).find(drawsOnce);
  if (!drawn) return;
  throw new ExportError(
    `export: node "${drawn.name}" in Function "${name}" draws once a run, expected each step. ` +
      "Let it draw each step, or pass its value in as an input.",
  );
}

function writeSaved(code: GraphCode, ctx: string, definition: FunctionDefinition): void {
  const saved = definition.saved.flatMap((port) => {
    const node = code.wiring.nodes.find((candidate) => candidate.kind === "save" && candidate.as === port.name);
    return node ? [{ node, value: code.required(node, "in") }] : [];
  });
  if (saved.length === 0) return;
  const nodes = saved.flatMap(({ node, value }) => [...value.nodes, code.key(node.id)]);
  code.writer.line(`${ctx}.saveForBackward(${saved.map(({ value }) => value.text).join(", ")});`, nodes);
}

function writeBackward(context: ExportContext, writer: CodeWriter, definition: FunctionDefinition, graph: Graph): void {
  const scope = context.top.inner();
  const ctx = scope.take("ctx");
  const gradPorts = graph.inputs.filter((port) => port.role === "grad");
  const node = (port: string): string =>
    Object.values(graph.nodes).find((candidate) => candidate.kind === "input" && candidate.port === port)?.name ?? port;
  const inputs = new Map<string, Expression>();
  const declare = (port: string): string => {
    const name = scope.take(variableName(node(port)));
    inputs.set(port, { text: name, nodes: [] });
    return name;
  };
  const grads = gradPorts.map((port) => declare(port.name));
  const waited = graph.outputs.length;
  const head = `static backward(${ctx}: Context, ${grads.map((name) => `${name}: Tensor`).join(", ")}): ${resultType(waited, false)} {`;
  writer.block(head, () => {
    const used = new Set(graph.inputs.filter((port) => port.role === "saved").map((port) => port.name));
    const saved = definition.saved.map((port) => (used.has(port.name) ? declare(port.name) : ""));
    if (saved.some((name) => name !== ""))
      writer.line(`const [${saved.join(", ")}] = ${ctx}.savedTensors as [${saved.map(() => "Tensor").join(", ")}];`);
    const code = new GraphCode({ context, writer, scope, inputs, graph: definition.backward, owned: Owned.ofClass() });
    code.writeAll();
    writeReturn(code);
  });
}

/** The nodes that use a class are found in it too. */
function markUsers(
  context: ExportContext,
  writer: CodeWriter,
  start: number,
  uses: (node: Graph["nodes"][string]) => boolean,
): void {
  for (const [graph, { nodes }] of Object.entries(context.document.graphs)) {
    for (const [id, node] of Object.entries(nodes)) {
      if (uses(node)) writer.mark(`${graph}/${id}`, start, writer.length);
    }
  }
}
