/** @file The program: draws and data before the loop, values and effects inside it, what was learnt after it. */
import type { GraphId, Member, MemberId } from "../../document/document";
import { bodiesOf, bodyKey, bodyNames, drawOrder, graphsWithin, membersWithin } from "../../document/regions";
import { writeFunctionClass, writeModuleClass } from "./class-code";
import { CodeWriter, commentText, constantText, numberText, type LineRange } from "./code";
import { drawsOnce, ExportContext, isOptimizer, moduleGraph } from "./context";
import { parameterList } from "./effect-code";
import { writeBodyClass } from "./fields";
import { GraphCode } from "./graph-code";
import { variableName } from "./identifiers";
import { moduleText, optimizerText, tensorText } from "./member-code";
import { Owned, type KnownMember } from "./owned";
import type { PlacedNode, Wiring } from "./wiring";

/** The engine's files as the program sees them. */
const enginePath = "../chainrule/index.js";

/** True for what is computed once, before the loop: it depends on no member, no each-step draw and no effect. */
function isOnce(wiring: Wiring, node: PlacedNode): boolean {
  return !wiring.dependsOn(node.id, (source) => {
    if (source.kind === "call" || source.kind === "effect" || source.kind === "expression") return true;
    if (source.kind === "repeat" || source.kind === "branch") return true;
    return source.kind === "op" && source.draw === "each step";
  });
}

function writeClasses(context: ExportContext, writer: CodeWriter): void {
  for (const [id, definition] of Object.entries(context.document.functions)) {
    writer.gap();
    writeFunctionClass(context, writer, id, definition);
  }
  const written = new Set<string>();
  const write = (id: string): void => {
    if (written.has(id)) return;
    written.add(id);
    for (const member of membersWithin(context.document, id)) {
      const inner = moduleGraph(member);
      if (inner !== null) write(inner);
    }
    for (const body of graphsWithin(context.document, id).slice(1).reverse()) {
      if (written.has(body) || !context.owns(body)) continue;
      written.add(body);
      writer.gap();
      writeBodyClass(context, writer, body);
    }
    writer.gap();
    writeModuleClass(context, writer, id);
  };
  for (const [id, graph] of Object.entries(context.document.graphs)) if (graph.kind === "module") write(id);
}

function memberText(member: Member, context: ExportContext): string {
  if (member.type === "parameter") return tensorText(member, member.attrs["requiresGrad"] !== false, context);
  return member.type === "buffer" ? tensorText(member, false, context) : moduleText(member, context);
}

/** `model.stateDict()`, `{ a, b, ...layer.stateDict("layer.") }`: what learns, by the engine's names. */
function stateText(learning: readonly KnownMember[]): string {
  const [only] = learning;
  if (learning.length === 1 && only?.state === "") return `${only.code}.stateDict()`;
  const entries = learning.map(({ member, code, state }) => {
    if (member.type !== "parameter") {
      return `...${code}.stateDict(${state === "" ? "" : constantText(`${state}.`)})`;
    }
    if (state === code) return code;
    return `${/^[A-Za-z_]\w*$/.test(state) ? state : constantText(state)}: ${code}`;
  });
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

class ProgramCode {
  private readonly owned = Owned.ofRoot();
  private readonly run: string;
  private readonly step: string;
  private readonly code: GraphCode;
  private readonly root: string;

  constructor(
    private readonly context: ExportContext,
    private readonly writer: CodeWriter,
  ) {
    this.root = context.document.root;
    this.run = context.top.take("run");
    this.step = context.top.take("step");
    this.code = this.codeOf(this.root, this.owned);
  }

  write(): void {
    const { context, writer, run } = this;
    const { training, seed } = context.document;
    const defaults = `{ seed: ${numberText(seed)}, steps: ${training.steps}, logEvery: ${training.logEvery}, device: ${constantText(training.device)}${training.stopOnNaN ? "" : ", stopOnNaN: false"} }`;
    writer.gap();
    writer.line(`const ${run} = await ${context.importName("startRun")}(${defaults});`);
    writer.line(`${context.importName("manualSeed")}(${run}.seed);`);
    writer.gap();
    this.writeOwned(this.root, this.owned, "");
    this.writeOptimizers(this.root, this.owned);
    writer.gap();
    const { wiring } = this.code;
    const once = (node: PlacedNode): boolean => isOnce(wiring, node);
    this.code.writeStage(-1, once);
    writer.gap();
    this.writeLoop((node) => !once(node));
    writer.gap();
    const all = this.owned.all ?? [];
    const summaries = all.filter(({ member }) => {
      const inner = moduleGraph(member);
      return inner !== null && context.graph(inner).summary !== undefined;
    });
    const summary = summaries.map(({ code }) => `, await ${code}.summary()`)[0] ?? "";
    writer.line(`await ${run}.finish(${stateText(all.filter(({ member }) => context.learns(member)))}${summary});`);
  }

  private codeOf(graph: GraphId, owned: Owned): GraphCode {
    const { context, writer } = this;
    return new GraphCode({ context, writer, graph, scope: context.top, owned, inputs: new Map() });
  }

  /** The members and once-draws of a graph and of its bodies, as variables in the order in which the engine draws. */
  private writeOwned(id: GraphId, owned: Owned, prefix: string): void {
    const { context } = this;
    const graph = context.graph(id);
    const code = id === this.root ? this.code : this.codeOf(id, owned);
    const names = bodyNames(graph);
    const model = id === this.root ? context.onlyModel() : null;
    for (const key of drawOrder(graph)) {
      const member = graph.members[key];
      if (member && !isOptimizer(member)) {
        this.writeMember(code, key, member, memberText(member, context), key === model ? "" : prefix + member.name);
      }
      const node = code.wiring.node(key);
      if (!node) continue;
      if (node.kind === "op" && drawsOnce(node)) {
        const made = code.define(node, code.opText(node));
        owned.draws.set(key, made);
        code.bind(key, "out", made);
      }
      for (const body of bodiesOf(node)) {
        const name = names.get(bodyKey(key, body)) ?? node.name;
        this.writeOwned(body, owned.body(key, body), `${prefix}${name}.`);
      }
    }
  }

  /** Once every parameter is there. */
  private writeOptimizers(id: GraphId, owned: Owned): void {
    const { context } = this;
    const graph = context.graph(id);
    const code = id === this.root ? this.code : this.codeOf(id, owned);
    for (const [key, member] of Object.entries(graph.members)) {
      if (!isOptimizer(member)) continue;
      const targets = member.attrs["parameters"];
      const names = Array.isArray(targets) ? targets.filter((name) => typeof name === "string") : "all";
      this.writeMember(code, key, member, optimizerText(member, parameterList(code, names), context), member.name);
    }
    for (const [key, node] of Object.entries(graph.nodes)) {
      for (const body of bodiesOf(node)) this.writeOptimizers(body, owned.body(key, body));
    }
  }

  private writeMember(code: GraphCode, id: MemberId, member: Member, text: string, state: string): void {
    const name = this.context.top.take(variableName(member.name));
    this.writer.line(`const ${name} = ${text};`, this.context.callersOf(code.graph, id));
    code.owned.add(id, { member, code: name, state });
  }

  private writeLoop(included: (node: PlacedNode) => boolean): void {
    const { context, writer, run } = this;
    const { loss } = context.document.training;
    const { step } = this;
    const { wiring } = this.code;
    const lossStage = loss ? wiring.stage(loss[0]) : -1;
    writer.block(`for (let ${step} = 0; ${step} < ${run}.steps; ${step}++) {`, () => {
      if (context.drawsTensors(this.root)) writer.line(`${run}.beginStep();`);
      this.code.writeAll(included, (stage) => {
        if (loss && stage === lossStage) {
          const value = this.code.value(loss);
          writer.line(`await ${run}.log(${step}, ${value.text});`, value.nodes);
        }
        if (stage === -1) writer.gap();
      });
    });
  }
}

function writeImports(context: ExportContext): string[] {
  const names = [...context.importedNames].sort((a, b) => {
    const [left, right] = [a.replace("type ", ""), b.replace("type ", "")];
    return left < right ? -1 : left > right ? 1 : 0;
  });
  const line = `import { ${names.join(", ")} } from "${enginePath}";`;
  if (line.length <= 100) return [line, ""];
  return ["import {", ...names.map((name) => `  ${name},`), `} from "${enginePath}";`, ""];
}

function writeProgram(context: ExportContext): { readonly text: string; readonly ranges: readonly LineRange[] } {
  const writer = new CodeWriter();
  writeClasses(context, writer);
  new ProgramCode(context, writer).write();
  const header = [`/** ${commentText(context.document.name) || "A Chainrule document"}: exported by Chainrule. */`];
  return writer.finish("src/main.ts", [...header, ...writeImports(context)]);
}

/** The program of a document. Twice: the second time no variable takes the name of an import. */
export function programCode(document: ExportContext["document"]): ReturnType<typeof writeProgram> {
  const first = new ExportContext(document, []);
  writeProgram(first);
  return writeProgram(new ExportContext(document, first.importedNames));
}
