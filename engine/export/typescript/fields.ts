/** @file The fields of a class: a graph's members, its once-draws, and an object for each body that owns any. */
import type { GraphId, MemberId, NodeId } from "../../document/document";
import { bodiesOf, bodyKey, bodyNames, drawOrder } from "../../document/regions";
import type { CodeWriter, NodeKey } from "./code";
import { drawsOnce, ExportError, isOptimizer, type ExportContext } from "./context";
import { GraphCode } from "./graph-code";
import { fieldName } from "./identifiers";
import { fieldText } from "./member-code";
import { Owned } from "./owned";

/** What nn.Module and the classes written here answer to already. */
const inherited = new Set([
  "constructor", "eval", "forward", "getParameter", "namedChildren", "namedParameters", "parameters", "stateDict",
  "summary", "train", "training", "zeroGrad",
]); // prettier-ignore

interface Fields {
  readonly members: ReadonlyMap<MemberId, string>;
  readonly draws: ReadonlyMap<NodeId, string>;
  /** By bodyKey; bodies that own nothing have none. */
  readonly bodies: ReadonlyMap<string, string>;
}

/** Names of members and bodies are those of the state_dict; once-draws take what is left. */
function fieldsOf(context: ExportContext, id: GraphId): Fields {
  const graph = context.graph(id);
  const taken = new Set(inherited);
  const take = (name: string): string => {
    const field = fieldName(name);
    if (taken.has(field)) {
      throw new ExportError(`export: "${name}" in graph "${graph.name}" cannot be the name of a field. Rename it.`);
    }
    taken.add(field);
    return field;
  };
  const members = new Map(Object.entries(graph.members).map(([key, { name }]) => [key, take(name)]));
  const names = bodyNames(graph);
  const bodies = new Map<string, string>();
  const draws = new Map<NodeId, string>();
  for (const [key, node] of Object.entries(graph.nodes)) {
    for (const body of bodiesOf(node)) {
      if (context.owns(body)) bodies.set(bodyKey(key, body), take(names.get(bodyKey(key, body)) ?? node.name));
    }
  }
  for (const [key, node] of Object.entries(graph.nodes)) {
    if (!drawsOnce(node)) continue;
    let name = fieldName(node.name);
    for (let count = 2; taken.has(name); count++) name = `${fieldName(node.name)}${count}`;
    taken.add(name);
    draws.set(key, name);
  }
  return { members, draws, bodies };
}

/** What an instance of a graph owns where its fields are those of `object`. */
export function ownedFields(context: ExportContext, id: GraphId, object = "this", into = Owned.ofClass()): Owned {
  const graph = context.graph(id);
  const fields = fieldsOf(context, id);
  for (const [key, field] of fields.members) {
    const member = graph.members[key];
    if (member) into.add(key, { member, code: `${object}.${field}`, state: member.name });
  }
  for (const [key, field] of fields.draws) into.draws.set(key, { text: `${object}.${field}`, nodes: [`${id}/${key}`] });
  for (const [key, node] of Object.entries(graph.nodes)) {
    for (const body of bodiesOf(node)) {
      const field = fields.bodies.get(bodyKey(key, body));
      if (field !== undefined) ownedFields(context, body, `${object}.${field}`, into.body(key, body));
    }
  }
  return into;
}

/** Writes the fields of a graph's class in the order in which the engine draws; false where there is none. */
export function writeFields(context: ExportContext, writer: CodeWriter, id: GraphId): boolean {
  const graph = context.graph(id);
  const wiring = context.wiring(id);
  const fields = fieldsOf(context, id);
  const start = writer.length;
  for (const key of drawOrder(graph)) {
    const member = graph.members[key];
    if (member && isOptimizer(member)) {
      throw new ExportError(
        `export: optimiser "${member.name}" lies in module "${graph.name}", expected in the root. Move it there.`,
      );
    }
    const field = fields.members.get(key);
    if (member && field !== undefined) {
      writer.line(`${field} = ${fieldText(member, context)};`, context.callersOf(id, key));
    }
    const node = wiring.node(key);
    if (!node) continue;
    const places: readonly NodeKey[] = [`${id}/${key}`];
    const drawn = fields.draws.get(key);
    if (drawn !== undefined && node.kind === "op") {
      const drawing = new GraphCode({ context, writer, graph: id, scope: context.top.inner(), owned: Owned.ofClass(), inputs: new Map() }); // prettier-ignore
      writer.line(`${drawn} = ${drawing.opText(node).text};`, places);
    }
    for (const body of bodiesOf(node)) {
      const name = fields.bodies.get(bodyKey(key, body));
      if (name === undefined) continue;
      writer.line(`${name} = new ${context.classNameOf(body, context.graph(body).name)}();`, places);
    }
  }
  return writer.length > start;
}

/** The class of what a body owns: a module without a forward, whose names continue those around it. */
export function writeBodyClass(context: ExportContext, writer: CodeWriter, id: GraphId): void {
  const name = context.classNameOf(id, context.graph(id).name);
  writer.block(`class ${name} extends ${context.importName("nn")}.Module {`, () => void writeFields(context, writer, id)); // prettier-ignore
}
