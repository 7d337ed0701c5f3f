/** @file Repeat as `for`, Branch as `if`. */
import type { RepeatCount } from "../../document/document";
import { numberText, type Expression } from "./code";
import { GraphCode } from "./graph-code";
import { variableName } from "./identifiers";
import type { PlacedNode } from "./wiring";

type RepeatNode = PlacedNode & { readonly kind: "repeat" };
type BranchNode = PlacedNode & { readonly kind: "branch" };

function loopHead(code: GraphCode, node: RepeatNode, index: string, inner: GraphCode["scope"]): string {
  const { count } = node;
  const from = count.kind === "list" ? 0 : (count.from ?? 0);
  const counted = (end: string): string =>
    /^-?[\d.e]+$/.test(end)
      ? `for (let ${index} = ${numberText(from)}; ${index} < ${end}; ${index}++)`
      : `for (let ${index} = ${numberText(from)}, end = ${end}; ${index} < end; ${index}++)`;
  switch (count.kind) {
    case "constant":
      return counted(numberText(from + count.value));
    case "randint":
      inner.take("end");
      return counted(randomText(code, count));
    case "list":
      return `for (const ${index} of [${count.values.map(numberText).join(", ")}])`;
    case "value": {
      inner.take("end");
      const turns = `Math.trunc(await ${code.required(node, "count").text}.item())`;
      return counted(from === 0 ? turns : `${numberText(from)} + ${turns}`);
    }
  }
}

function randomText(code: GraphCode, { low, high }: RepeatCount & { kind: "randint" }): string {
  return `${code.context.importName("randomInt")}(${numberText(low)}, ${numberText(high)})`;
}

/** Variables that the region changes: declared before it, with what goes in. */
function declareCarried(code: GraphCode, node: PlacedNode, ports: readonly string[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const port of ports) {
    const initial = code.required(node, port);
    const name = code.scope.take(variableName(port));
    code.writer.line(`let ${name} = ${initial.text};`, [...initial.nodes, code.key(node.id)]);
    names.set(port, name);
  }
  return names;
}

/** A loop over the body; carried values are variables declared before it. */
export function writeRepeat(code: GraphCode, node: RepeatNode): void {
  const { context, writer } = code;
  const body = context.graph(node.body);
  const carriedPorts = body.inputs.filter((port) => port.role === "carried").map((port) => port.name);
  const passed = body.inputs.filter((port) => port.role === undefined).map((port) => port.name);
  const inputs = new Map<string, Expression>(passed.map((port) => [port, code.required(node, port)]));
  const carried = declareCarried(code, node, carriedPorts);
  // What does not go round has the value of the last turn.
  for (const { name: port } of body.outputs) {
    if (carried.has(port)) continue;
    const name = code.declare(node, body.outputs.length === 1 ? node.name : `${node.name}_${port}`);
    context.importName("type Tensor");
    writer.line(`let ${name}!: Tensor;`, [code.key(node.id)]);
    carried.set(port, name);
  }
  const scope = code.scope.inner();
  const indexPort = body.inputs.find((port) => port.role === "index");
  const index = scope.take(variableName(indexPort?.name ?? "turn"));
  for (const port of carriedPorts) inputs.set(port, { text: carried.get(port) ?? "", nodes: [code.key(node.id)] });
  if (indexPort) inputs.set(indexPort.name, { text: index, nodes: [], number: true });
  writer.block(
    `${loopHead(code, node, index, scope)} {`,
    () => {
      const inner = new GraphCode({
        context, writer, scope, inputs, graph: node.body, owned: code.owned.body(node.id, node.body), frozen: code.isFrozen(node),
      }); // prettier-ignore
      inner.writeAll();
      assign(
        inner,
        body.outputs.map((port) => carried.get(port.name) ?? ""),
      );
    },
    "}",
    [code.key(node.id)],
  );
  for (const [port, name] of carried) code.bind(node.id, port, { text: name, nodes: [code.key(node.id)] });
}

/** Gives the results to their variables, all at once where one reads another. */
function assign(inner: GraphCode, names: readonly string[]): void {
  const results = inner.results();
  const { writer } = inner;
  const readsAnother = results.some((result, i) =>
    names.some((name, j) => i !== j && new RegExp(`\\b${name.replace(/\$/g, "\\$")}\\b`).test(result.text)),
  );
  if (results.length > 1 && readsAnother) {
    const texts = results.map((result) => result.text).join(", ");
    writer.line(
      `[${names.join(", ")}] = [${texts}];`,
      results.flatMap((result) => result.nodes),
    );
    return;
  }
  results.forEach((result, i) => writer.line(`${names[i] ?? ""} = ${result.text};`, result.nodes));
}

/** Two bodies, one of which gives the values. */
export function writeBranch(code: GraphCode, node: BranchNode): void {
  const { context, writer } = code;
  const { inputs: ports, outputs } = context.graph(node.whenTrue);
  const inputs = new Map<string, Expression>(ports.map((port) => [port.name, code.required(node, port.name)]));
  const { condition } = node;
  const test =
    condition.kind === "value"
      ? `await ${code.required(node, "condition").text}.item()`
      : `${context.importName("randomInt")}(0, ${numberText(condition.outOf)}) < ${numberText(condition.under)}`;
  const names = outputs.map((port) =>
    code.declare(node, outputs.length === 1 ? node.name : `${node.name}_${port.name}`),
  );
  context.importName("type Tensor");
  for (const name of names) writer.line(`let ${name}: Tensor;`, [code.key(node.id)]);
  const writeBody = (graph: string) => (): void => {
    const inner = new GraphCode({
      context, writer, graph, inputs, scope: code.scope.inner(), owned: code.owned.body(node.id, graph), frozen: code.isFrozen(node),
    }); // prettier-ignore
    inner.writeAll();
    assign(inner, names);
  };
  const start = writer.length + 1;
  writer.block(`if (${test}) {`, writeBody(node.whenTrue), "} else {");
  writer.block("", writeBody(node.whenFalse));
  writer.mark(code.key(node.id), start, writer.length);
  outputs.forEach((port, i) => code.bind(node.id, port.name, { text: names[i] ?? "", nodes: [code.key(node.id)] }));
}
