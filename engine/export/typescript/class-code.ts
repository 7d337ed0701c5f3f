/** @file Classes: one for each module graph (`extends nn.Module`) and for each custom Function. */
import type { FunctionDefinition, Graph, Member } from "../../document/document";
import { commentText, constantText, type CodeWriter, type Expression, type NodeKey } from "./code";
import { moduleGraph, type ExportContext } from "./context";
import { collectDraws, fieldText, GraphCode, type Members } from "./graph-code";
import { fieldName, variableName, type Scope } from "./identifiers";
import { membersInOrder, moduleText, tensorText } from "./member-code";

function summaryComment(writer: CodeWriter, summary: string | undefined): void {
  const text = commentText(summary ?? "");
  if (text !== "") writer.line(`/** ${text} */`);
}

/** Members that are fields of `this`. */
function fieldMembers(graph: Graph): Members {
  const known = Object.entries(graph.members).map(([id, member]) => ({ id, member, code: fieldText(member.name) }));
  return {
    find: (id) => known.find((entry) => entry.id === id) ?? null,
    named: (name) => known.find((entry) => entry.member.name === name) ?? null,
    all: known,
  };
}

const noMembers: Members = { find: () => null, named: () => null, all: [] };

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

function fieldValue(member: Member, context: ExportContext): string {
  if (member.type === "parameter") {
    const learns = member.attrs["requiresGrad"] === false ? ", false" : "";
    return `new ${context.importName("nn")}.Parameter(${tensorText(member, false, context)}${learns})`;
  }
  if (member.type === "buffer") return `new ${context.importName("nn")}.Buffer(${tensorText(member, false, context)})`;
  return moduleText(member, context);
}

/** The class of a module graph: members and once-draws as fields, forward as a method. */
export function writeModuleClass(context: ExportContext, writer: CodeWriter, id: string): void {
  const graph = context.graph(id);
  const name = context.classNameOf(id, graph.name);
  const start = writer.length + 1;
  context.importName("type Tensor");
  summaryComment(writer, graph.summary);
  writer.block(`class ${name} extends ${context.importName("nn")}.Module {`, () => {
    for (const [member, { name: field }] of membersInOrder(graph).map(([key, value]) => [key, value] as const)) {
      const owner = graph.members[member];
      if (owner) writer.line(`${fieldName(field)} = ${fieldValue(owner, context)};`);
    }
    const given = new Map<NodeKey, Expression>();
    const draws = collectDraws(context, id);
    for (const { graph: owner, node } of draws) {
      const field = fieldName(node.name);
      const drawing = new GraphCode({ context, writer, graph: owner, scope: context.top.inner(), members: noMembers, inputs: new Map() }); // prettier-ignore
      if (node.kind === "op") writer.line(`${field} = ${drawing.opText(node).text};`, [`${owner}/${node.id}`]);
      given.set(`${owner}/${node.id}`, { text: `this.${field}`, nodes: [`${owner}/${node.id}`] });
    }
    if (membersInOrder(graph).length + draws.length > 0) writer.gap();
    const scope = context.top.inner();
    const { inputs, text } = parameters(graph.inputs, scope, []);
    const waits = context.isAsync(id);
    const head = `${waits ? "async " : ""}forward(${text}): ${resultType(graph.outputs.length, waits)} {`;
    writer.block(head, () => {
      const code = new GraphCode({ context, writer, graph: id, scope, inputs, given, members: fieldMembers(graph) });
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
      const code = new GraphCode({ context, writer, scope, inputs, graph: definition.forward, members: noMembers });
      writeSaved(code, ctx, definition);
      code.writeAll();
      writeReturn(code);
    });
    writer.gap();
    writeBackward(context, writer, definition, backward);
  });
  markUsers(context, writer, start, (node) => node.kind === "apply" && node.function === id);
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
    const code = new GraphCode({ context, writer, scope, inputs, graph: definition.backward, members: noMembers });
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
