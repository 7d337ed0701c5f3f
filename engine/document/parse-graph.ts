/** @file Reads one graph, record by record: a bad record costs only itself. */
import type { z } from "zod";
import { printFound, type Damage, type Path } from "./damage";
import type { Graph, GraphNode, Member } from "./document";
import { maxEdgesPerGraph, maxMembersPerGraph, maxNodesPerGraph } from "./limits";
import { isIdentifier, toIdentifier } from "./names";
import { asRecord, entriesOf, itemsOf } from "./raw";
import {
  edgeSchema,
  fieldSchemas,
  frameSchema,
  graphHeaderSchema,
  memberSchema,
  nodeSchemaOf,
  noteSchema,
  portSchema,
} from "./schema";

const fields = new Set([
  "kind", "name", "summary", "inputs", "outputs", "members", "draws", "effects", "nodes", "edges", "notes", "frames",
]); // prettier-ignore

/** The graph, and whether it holds a node type that this version does not know. */
export function readGraph(value: unknown, path: Path, damage: Damage): { graph: Graph; foreign: boolean } {
  const raw = asRecord(value) ?? {};
  for (const key of Object.keys(raw)) if (!fields.has(key)) damage.report("document.unknownField", [...path, key]);
  const header = damage.read(
    graphHeaderSchema,
    {
      kind: raw["kind"],
      name: raw["name"],
      ...(raw["summary"] === undefined ? {} : { summary: raw["summary"] }),
    },
    path,
  );
  const items = <T>(key: string, schema: z.ZodType<T>, limit: number): readonly T[] =>
    itemsOf(raw[key], [...path, key], damage, limit).flatMap((item, i) => {
      const read = damage.read(schema, item, [...path, key, i]);
      return read === null ? [] : [read];
    });
  const members: Record<string, Member> = {};
  for (const [id, member] of entriesOf(raw["members"] ?? {}, [...path, "members"], damage, maxMembersPerGraph)) {
    const read = damage.read(memberSchema, member, [...path, "members", id]);
    if (read) members[id] = read;
  }
  const nodes: Record<string, GraphNode> = {};
  let foreign = false;
  for (const [id, node] of entriesOf(raw["nodes"] ?? {}, [...path, "nodes"], damage, maxNodesPerGraph)) {
    const read = readNode(id, node, [...path, "nodes", id], damage);
    nodes[id] = read.node;
    foreign ||= read.foreign;
  }
  return {
    foreign,
    graph: {
      ...(header ?? { kind: "model", name: toIdentifier(String(path[path.length - 1])) }),
      inputs: items("inputs", portSchema, maxMembersPerGraph),
      outputs: items("outputs", portSchema, maxMembersPerGraph),
      members,
      draws: items("draws", fieldSchemas.id, maxNodesPerGraph + maxMembersPerGraph),
      effects: items("effects", fieldSchemas.id, maxNodesPerGraph),
      nodes,
      edges: items("edges", edgeSchema, maxEdgesPerGraph),
      notes: items("notes", noteSchema, maxNodesPerGraph),
      frames: items("frames", frameSchema, maxNodesPerGraph),
    },
  };
}

/** A node that cannot be read stays in its place as `unknown`, with its JSON as it was. */
function readNode(id: string, raw: unknown, path: Path, damage: Damage): { node: GraphNode; foreign: boolean } {
  const record = asRecord(raw) ?? {};
  const schema = nodeSchemaOf(record["kind"]);
  const read = schema ? damage.read(schema, raw, path) : null;
  if (read) return { node: read, foreign: false };
  const foreign = schema === null && typeof record["kind"] === "string";
  if (foreign) damage.report("document.unknownNode", path, { found: printFound(record["kind"]) });
  else if (schema === null)
    damage.report("document.invalid", [...path, "kind"], {
      expected: "a kind of node",
      found: printFound(record["kind"]),
    });
  const name = record["name"];
  const position = asRecord(record["position"]) ?? {};
  const coordinate = (axis: "x" | "y") => (typeof position[axis] === "number" ? position[axis] : 0);
  return {
    foreign,
    node: {
      kind: "unknown",
      name: typeof name === "string" && isIdentifier(name) ? name : toIdentifier(id),
      position: { x: coordinate("x"), y: coordinate("y") },
      raw,
    },
  };
}
