/** @file Checks of what a step does: effects in their order, optimisers, the loss, and what does not reach it. */
import type { ChainruleDocument, Effect, Graph, GraphId, NodeId } from "../document/document";
import { freeNames, parseFormula } from "../document/formula";
import { memberKind, own, visibleMembers, type Library } from "../document/library";
import type { Fix } from "../ir/diagnostic";
import { elementCount } from "../ir/shape";
import type { PortFacts } from "./analysis";
import type { Findings } from "./findings";
import { indexGraph, upstream } from "./graph-index";
import { statesOf, statesOfGraph, statesOfTarget, type State } from "./states";

interface Subject {
  readonly document: ChainruleDocument;
  readonly id: GraphId;
  readonly graph: Graph;
  readonly library: Library;
  readonly findings: Findings;
  readonly outputs: ReadonlyMap<NodeId, Readonly<Record<string, PortFacts | null>>>;
}

/** Reports what a step of this graph would refuse, or do without effect. */
export function checkTraining(subject: Subject): void {
  const effects = effectsOf(subject.graph);
  checkOptimizers(subject);
  let backwards = 0;
  for (const { id, effect } of effects) {
    if (effect.kind === "backward") backwards++;
    checkEffect(subject, id, effect, backwards > 0);
  }
  checkReleased(subject, effects);
  if (subject.id === subject.document.root) {
    checkLoss(subject);
    if (backwards > 0) checkReach(subject, effects);
  }
}

function effectsOf(graph: Graph): readonly { readonly id: NodeId; readonly effect: Effect }[] {
  return graph.effects.flatMap((id) => {
    const node = own(graph.nodes, id);
    return node?.kind === "effect" && !node.flags?.muted ? [{ id, effect: node.effect }] : [];
  });
}

function checkEffect(subject: Subject, id: NodeId, effect: Effect, afterBackward: boolean): void {
  const { document, graph, library, findings } = subject;
  const isOptimizer = (member: string) => {
    const found = visibleMembers(document, subject.id).get(member);
    return found !== undefined && memberKind(found, library).kind === "optimizer";
  };
  if (effect.kind === "optimizerStep" || effect.kind === "zeroGrad") {
    const { optimizer } = effect;
    if (optimizer !== undefined && !isOptimizer(optimizer)) {
      findings.atNode(subject.id, id, { code: "member.notOptimizer", parameters: { member: optimizer } });
    }
  }
  if (afterBackward) return;
  const readsGrad =
    effect.kind === "optimizerStep" ||
    (effect.kind === "update" &&
      namesIn(effect.formula).includes("grad") &&
      !indexGraph(graph).incoming.get(id)?.has("grad"));
  if (readsGrad) findings.atNode(subject.id, id, { code: "effect.noGradient" });
}

function namesIn(formula: string): readonly string[] {
  try {
    return freeNames(parseFormula(formula));
  } catch {
    return [];
  }
}

function checkOptimizers({ document, id, graph, library, findings }: Subject): void {
  for (const [memberId, member] of Object.entries(graph.members)) {
    if (memberKind(member, library).kind !== "optimizer") continue;
    const written = member.attrs["parameters"] ?? "all";
    const targets = written === "all" ? "all" : Array.isArray(written) ? written.map(String) : null;
    if (targets === null) {
      const found = JSON.stringify(written).slice(0, 60);
      const parameters = { attribute: "parameters", found, expected: '"all" or a list of names' };
      findings.atMember(id, memberId, { code: "attribute.invalid", parameters, fixes: [learnAll(memberId)] });
      continue;
    }
    let states: readonly State[] = [];
    try {
      const members = visibleMembers(document, id);
      if (targets === "all") states = statesOfGraph(document, document.root, library);
      for (const target of targets === "all" ? [] : targets) {
        const found = statesOfTarget(document, members, target, library);
        if (found) states = [...states, ...found];
        else
          findings.atMember(id, memberId, {
            code: "target.missing",
            parameters: { target },
            fixes: [learnAll(memberId)],
          });
      }
    } catch {
      continue; // The member itself is reported.
    }
    if (states.some((state) => state.learns)) continue;
    const fixes = targets === "all" ? [] : [learnAll(memberId)];
    findings.atMember(id, memberId, { code: "optimizer.empty", fixes });
  }
}

function learnAll(member: string): Fix {
  const edit = { kind: "setMemberAttribute", member, attribute: "parameters", value: "all" } as const;
  return { title: "Train all parameters", edit };
}

/** A second backward through a graph that an earlier one released: PyTorch refuses it. */
function checkReleased(
  { id: graphId, graph, findings, outputs }: Subject,
  effects: readonly { readonly id: NodeId; readonly effect: Effect }[],
): void {
  const index = indexGraph(graph);
  const grown = (id: NodeId) =>
    Object.values(outputs.get(id) ?? {}).some((facts) => facts?.requiresGrad && facts.gradFn);
  const released = new Map<NodeId, NodeId>();
  for (const { id, effect } of effects) {
    if (effect.kind !== "backward") continue;
    const edge = index.incoming.get(id)?.get("value");
    if (!edge) continue;
    const passed = [...upstream(index, [edge.from[0]])].filter(grown);
    const shape = own(outputs.get(edge.from[0]) ?? {}, edge.from[1])?.type.shape;
    const refused = !index.incoming.get(id)?.has("cotangent") && shape !== undefined && elementCount(shape) !== 1;
    const by = passed.flatMap((node) => released.get(node) ?? [])[0];
    if (by !== undefined) {
      const earlier = own(graph.nodes, by)?.name ?? by;
      const edit = { kind: "setAttribute", node: by, attribute: "retainGraph", value: true } as const;
      const fixes: Fix[] = [{ title: `Set retainGraph on ${earlier}`, edit }];
      findings.atNode(graphId, id, { code: "backward.released", severity: "warning", fixes }, { port: "value" });
    } else if (!effect.retainGraph && !refused) for (const node of passed) released.set(node, id);
  }
}

function checkLoss({ document, id, graph, findings, outputs }: Subject): void {
  const { loss } = document.training;
  if (!loss) return;
  const facts = outputs.get(loss[0]);
  if (own(facts ?? {}, loss[1])?.type.shape === undefined) {
    // What needs a muted node's value is left out in silence, the loss too.
    const muted = [...upstream(indexGraph(graph), [loss[0]])].find((node) => own(graph.nodes, node)?.flags?.muted);
    if (muted !== undefined) return findings.atNode(id, muted, { code: "loss.muted" });
  }
  if (!own(graph.nodes, loss[0])) {
    findings.atGraph(id, { code: "loss.missing", parameters: { node: loss[0], port: loss[1] } });
  } else if (facts && Object.keys(facts).length > 0 && !Object.hasOwn(facts, loss[1])) {
    findings.atNode(id, loss[0], { code: "loss.missing", parameters: { node: loss[0], port: loss[1] } });
  } else {
    const shape = facts && own(facts, loss[1])?.type.shape;
    if (shape && elementCount(shape) !== 1) findings.atNode(id, loss[0], { code: "loss.shape", parameters: { shape } });
  }
}

/** One hint for each group of connected nodes that holds parameters and reaches no backward. */
function checkReach(subject: Subject, effects: readonly { readonly id: NodeId; readonly effect: Effect }[]): void {
  const { document, id, graph, library, findings } = subject;
  const index = indexGraph(graph);
  const roots = effects.filter(({ effect }) => effect.kind === "backward").map((each) => each.id);
  const reached = upstream(index, roots);
  const members = visibleMembers(document, id);
  const learners = Object.entries(graph.nodes).filter(([nodeId, node]) => {
    if (node.kind !== "call" || reached.has(nodeId) || node.flags?.muted) return false;
    const member = members.get(node.member);
    try {
      return member !== undefined && statesOf(document, member, library).some((state) => state.learns);
    } catch {
      return false;
    }
  });
  const seen = new Set<NodeId>();
  for (const [start] of learners) {
    if (seen.has(start)) continue;
    const group = connected(index, start, reached);
    for (const each of group) seen.add(each);
    const count = learners.filter(([each]) => group.has(each)).length;
    const frame = graph.frames.find(({ position, size }) => {
      const at = own(graph.nodes, start)?.position;
      if (!at) return false;
      const inside = (value: number, low: number, length: number) => value >= low && value <= low + length;
      return inside(at.x, position.x, size.width) && inside(at.y, position.y, size.height);
    });
    const parameters =
      count === 1 ? { count: "1 node does", it: "it does" } : { count: `${count} nodes do`, it: "they do" };
    const finding = { code: "loss.unreached", parameters } as const;
    if (frame) findings.add({ graph: id, node: start }, frame.title, finding);
    else findings.atNode(id, start, finding);
  }
}

/** The nodes joined to one by edges in either direction, without those already reached. */
function connected(
  index: ReturnType<typeof indexGraph>,
  start: NodeId,
  reached: ReadonlySet<NodeId>,
): ReadonlySet<NodeId> {
  const group = new Set([start]);
  for (const id of group) {
    const before = [...(index.incoming.get(id)?.values() ?? [])].map((edge) => edge.from[0]);
    const after = (index.outgoing.get(id) ?? []).map((edge) => edge.to[0]);
    for (const next of [...before, ...after]) if (!reached.has(next)) group.add(next);
  }
  return group;
}
