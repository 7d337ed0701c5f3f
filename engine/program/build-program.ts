/** @file buildProgram: checks a document, instantiates its members, and gives the program that records its steps. */
import type { ChainruleDocument, FunctionId, PortAddress } from "../document/document";
import { standardLibrary } from "../document/library";
import { finish, type Pieces } from "../ir/pieces";
import { Refusal } from "../ir/refusal";
import type { TensorType } from "../ir/tensor";
import type { SlotId, Value } from "../ir/value";
import { createTape, randomSlots } from "../tape/record";
import { checkPorts } from "./check-ports";
import type { Frame } from "./frame";
import { planGraphs } from "./graph-plan";
import { initialValues } from "./initialize";
import { Instantiator } from "./instantiate";
import type { BuildResult, Program, ProgramOptions, SlotDeclaration, StepTrace } from "./program";
import { Report } from "./report";
import { runGraph } from "./run-graph";
import type { MemberInstance, Scope } from "./scope";
import { statesOfScope } from "./scope";
import { semanticHash } from "./semantic-hash";
import { Step, StepEnded, type StepOptions } from "./step";
import { printSummary } from "./summary";

/** Every scope below one, itself first. */
function allScopes(scope: Scope): readonly Scope[] {
  const ofMember = (instance: MemberInstance): readonly Scope[] => {
    if (instance.kind === "graph") return allScopes(instance.scope);
    return instance.kind === "sequence" ? instance.children.flatMap(ofMember) : [];
  };
  return [
    scope,
    ...[...scope.members.values()].flatMap(({ instance }) => ofMember(instance)),
    ...[...scope.bodies.values()].flatMap(allScopes),
    ...[...scope.functions.values()].flatMap(({ forward, backward }) => [
      ...allScopes(forward),
      ...allScopes(backward),
    ]),
  ];
}

function randomDeclarations(): readonly SlotDeclaration[] {
  const type: TensorType = { dtype: "int32", shape: [] };
  const declare = (slot: SlotId): SlotDeclaration => ({ slot, role: "counter", type, name: slot, requiresGrad: false });
  return [declare(randomSlots.keyLow), declare(randomSlots.keyHigh), declare(randomSlots.counter)];
}

/** The numbers of hyper slots: attributes of optimisers, learning rates of updates. */
function hyperValues(scopes: readonly Scope[]): ReadonlyMap<SlotId, number> {
  const values = new Map<SlotId, number>();
  for (const { members, hyper, plan } of scopes) {
    for (const { instance } of members.values()) {
      if (instance.kind !== "optimizer") continue;
      for (const [name, { slot }] of instance.hyper) values.set(slot, Number(instance.attributes[name]));
    }
    for (const [id, { slot }] of hyper) {
      const node = plan.graph.nodes[id];
      if (node?.kind === "effect" && node.effect.kind === "update") values.set(slot, node.effect.lr ?? 0);
    }
  }
  return values;
}

class DocumentProgram implements Program {
  readonly slots: readonly SlotDeclaration[];
  readonly parameters: readonly SlotDeclaration[];
  readonly hasLoops: boolean;
  private readonly scopes: readonly Scope[];

  constructor(
    private readonly document: ChainruleDocument,
    private readonly root: Scope,
    readonly hash: string,
    slots: readonly SlotDeclaration[],
    private readonly options: ProgramOptions,
  ) {
    this.scopes = allScopes(root);
    const draws = this.scopes.flatMap((scope) => [...scope.draws.values()].flatMap(({ slot }) => slot ?? []));
    this.slots = [...slots, ...draws, ...randomDeclarations()];
    this.hasLoops = this.scopes.some(({ plan }) =>
      Object.values(plan.graph.nodes).some(({ kind }) => kind === "repeat"),
    );
    this.parameters = statesOfScope(root)
      .map(({ slot }) => slot)
      .filter(({ role }) => role === "parameter");
  }

  initialize: Program["initialize"] = (generator) => initialValues(this.root, generator);
  hyper: Program["hyper"] = () => hyperValues(this.scopes);
  summary: Program["summary"] = (values) => printSummary(this.root, values);
  trace: Program["trace"] = (decide, options) => finish(this.traceInPieces(decide, options));
  traceInPieces: Program["traceInPieces"] = (decide, { continueOnError = false, loops } = {}) =>
    this.record({ decide, continueOnError, check: null, ...(loops ? { loops } : {}) });

  /** One step; a refused effect ends it early, unless it is to go on. */
  *record(options: StepOptions): Pieces<StepTrace> {
    const tape = createTape({ float: this.options.float });
    const step = new Step(tape, this.root, standardLibrary, options);
    const frame: Frame = {
      step,
      scope: this.root,
      path: [],
      phase: "forward",
      inputs: new Map(),
      frozen: false,
      values: new Map(),
      outputs: new Map(),
      saved: new Map(),
      run: runGraph,
    };
    try {
      yield* runGraph(frame);
    } catch (error) {
      if (!(error instanceof StepEnded)) throw error;
    }
    return step.finish(this.lossOf(frame, this.document.training.loss));
  }

  private lossOf(frame: Frame, address: PortAddress | null): Value | null {
    return address ? (frame.values.get(address[0])?.get(address[1]) ?? null) : null;
  }
}

/** Decisions of the trace that checks a document: no gradients from before, and every body entered. */
const checkingDecisions: StepOptions["decide"] = (decision) => {
  if (decision.kind === "present") return 0;
  return decision.kind === "draw" ? decision.high - 1 : 1;
};

function checkLoss(document: ChainruleDocument, trace: StepTrace, report: Report): void {
  const { loss } = document.training;
  const graph = document.graphs[document.root];
  if (!loss || !graph || report.failed) return;
  const place = { graph: document.root, node: loss[0], port: loss[1] };
  const where = `loss "${graph.nodes[loss[0]]?.name ?? loss[0]}"`;
  if (!trace.loss) {
    if (!Object.hasOwn(graph.nodes, loss[0]))
      report.refuse(place, where, "loss.missing", { node: loss[0], port: loss[1] });
    return;
  }
  const { shape } = trace.loss.type;
  if (shape.some((extent) => extent !== 1)) report.refuse(place, where, "loss.shape", { shape });
}

interface Checked {
  readonly root: Scope;
  readonly hash: string;
  readonly slots: readonly SlotDeclaration[];
  /** The checking trace; null where it could not be made. */
  readonly trace: StepTrace | null;
}

/** Plans, instantiates and traces a document once, noting what is wrong; null without a root graph. */
function checkDocument(document: ChainruleDocument, options: ProgramOptions, report: Report): Checked | null {
  const plans = planGraphs(document, standardLibrary, report);
  const instantiator = new Instantiator({ document, plans, library: standardLibrary, options, report });
  const root = instantiator.root();
  if (!root) return null;
  instantiator.addOptimizers(root);
  const check = { document, root, library: standardLibrary, report };
  for (const scope of allScopes(root)) checkPorts(check, scope);
  const hash = semanticHash(document, plans, standardLibrary, options.float);
  const { slots } = instantiator;
  const checking = new DocumentProgram(document, root, hash, slots, options);
  try {
    const trace = finish(checking.record({ decide: checkingDecisions, continueOnError: true, check: report }));
    checkLoss(document, trace, report);
    return { root, hash, slots, trace };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    report.refuse({ graph: document.root }, `document "${document.name}"`, error.code, error.parameters);
    return { root, hash, slots, trace: null };
  }
}

/** The program of a document, or what is wrong with it. Never throws on a user's document. */
export function buildProgram(document: ChainruleDocument, options: ProgramOptions): BuildResult {
  const report = new Report();
  const checked = checkDocument(document, options, report);
  const { diagnostics } = report;
  if (!checked || report.failed) return { ok: false, diagnostics };
  // Made only now, because the checking trace settled the types of draws.
  const program = new DocumentProgram(document, checked.root, checked.hash, checked.slots, options);
  return { ok: true, program, diagnostics };
}

/** The types that reach the inputs of each Function where it is first applied, even in a document that is not whole. */
export function wiredTypes(document: ChainruleDocument): ReadonlyMap<FunctionId, ReadonlyMap<string, TensorType>> {
  const found = new Map<FunctionId, Map<string, TensorType>>();
  const checked = checkDocument(document, { float: "float32", resources: new Map() }, new Report());
  for (const { graph, edge, value } of checked?.trace?.edges ?? []) {
    const node = document.graphs[graph]?.nodes[edge.to[0]];
    if (node?.kind !== "apply") continue;
    const types = found.get(node.function) ?? new Map<string, TensorType>();
    if (!types.has(edge.to[1])) types.set(edge.to[1], { dtype: value.type.dtype, shape: value.type.shape });
    found.set(node.function, types);
  }
  return found;
}
