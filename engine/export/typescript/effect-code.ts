/** @file Effects as statements: backward, updates under noGrad, optimiser steps, in-place ops. */
import { freeNames, parseFormula, type Formula } from "../../document/formula";
import type { Effect, GraphNode, Member, Targets } from "../../document/document";
import { ExportError, moduleGraph } from "./context";
import { formulaText } from "./formula-text";
import { constantText, numberText, plain, type Expression } from "./code";
import type { GraphCode } from "./graph-code";
import { writeInPlace } from "./in-place-code";
import type { KnownMember } from "./owned";
import type { PlacedNode } from "./wiring";

type EffectNode = PlacedNode & { readonly kind: "effect" };

interface Target {
  /** The tensor, or the module whose parameters are meant. */
  readonly code: string;
  readonly single: boolean;
  /** Whether gradients are recorded for it, so that it is updated under noGrad. */
  readonly learns: boolean;
}

function requiresGrad(member: Member): boolean {
  return member.type !== "buffer" && member.attrs["requiresGrad"] !== false;
}

function whole({ member, code }: KnownMember): Target {
  return { code, single: member.type === "parameter" || member.type === "buffer", learns: requiresGrad(member) };
}

/** What a path means: a member by id or name or a parameter below it, else a state_dict name of the root. */
function targetOf(code: GraphCode, path: string): Target {
  const [first = "", ...rest] = path.split(/[./]/);
  const near = code.owned.find(first) ?? code.owned.named(first);
  if (near && rest.length === 0) return whole(near);
  const below = ({ code: owner }: KnownMember, name: string): Target => ({
    code: `${owner}.getParameter(${constantText(name)})`,
    single: true,
    learns: true,
  });
  if (near) return below(near, rest.join("."));
  for (const known of code.owned.all ?? []) {
    if (known.state === path) return whole(known);
    const prefix = known.state === "" ? "" : `${known.state}.`;
    if (path.startsWith(prefix) && code.context.learns(known.member)) return below(known, path.slice(prefix.length));
  }
  throw new ExportError(`export: there is no parameter "${path}". Run check first.`);
}

/** Targets as code. */
function targetsOf(code: GraphCode, targets: Targets): Target[] {
  if (targets !== "all") return targets.map((path) => targetOf(code, path));
  const { all } = code.owned;
  if (all) return all.filter(({ member }) => code.context.learns(member)).map(whole);
  throw new ExportError(
    `export: an effect in graph "${code.wiring.graph.name}" reaches all parameters, expected some by name. Name them.`,
  );
}

/** A list of parameters as code: `model.parameters()`, `[a, b, c, d]`, `[a, ...model.parameters()]`. */
export function parameterList(code: GraphCode, targets: Targets): string {
  const found = targetsOf(code, targets);
  const [only] = found;
  if (found.length === 1 && only && !only.single) return `${only.code}.parameters()`;
  return `[${found.map((target) => (target.single ? target.code : `...${target.code}.parameters()`)).join(", ")}]`;
}

/** `p - lr * grad` → `p.sub_(grad.mul(lr))`; anything else is computed and copied. */
function updateText(formula: Formula, names: (name: string) => Expression, code: GraphCode, node: EffectNode): string {
  const context = {
    node: code.key(node.id),
    name: names,
    importName: (wanted: string) => code.context.importName(wanted),
  };
  const p = names("p").text;
  if (formula.kind === "binary" && formula.left.kind === "name" && formula.left.name === "p") {
    const method = { "+": "add_", "-": "sub_", "*": "mul_", "/": "div_", "**": "pow_" }[formula.operator];
    return `${p}.${method}(${formulaText(formula.right, context).text})`;
  }
  const whole = formulaText(formula, context);
  return `${p}.copy_(${whole.number === true ? `${code.context.importName("tensor")}(${whole.text})` : whole.text})`;
}

function writeUpdate(code: GraphCode, node: EffectNode, effect: Effect & { kind: "update" }): void {
  const formula = parseFormula(effect.formula);
  const wiredGrad = code.input(node.id, "grad");
  const targets = targetsOf(code, effect.targets);
  const [only] = targets;
  const key = code.key(node.id);
  const name =
    (p: string, grad: string) =>
    (wanted: string): Expression => {
      if (wanted === "p") return plain(p);
      if (wanted === "grad") return wiredGrad ?? plain(grad);
      if (wanted === "lr") return { text: numberText(effect.lr ?? 0), nodes: [], number: true };
      const wired = code.input(node.id, wanted) ?? code.owned.named(wanted);
      if (wired && "text" in wired) return wired;
      if (wired) return plain(wired.code);
      throw new ExportError(`export: "${wanted}" in "${node.name}" is neither wired nor a member. Run check first.`);
    };
  if (wiredGrad && targets.length === 1 && only?.single === true) {
    const text = updateText(formula, name(only.code, wiredGrad.text), code, node);
    const start = code.writer.length + 1;
    if (only.learns) code.writer.line(`${code.context.importName("noGrad")}(() => ${text});`, [key]);
    else code.writer.line(`${text};`, [key]);
    if (effect.thenClear === true) code.writer.line(`${only.code}.grad = null;`, [key]);
    for (const from of wiredGrad.nodes) code.writer.mark(from, start, start);
    return;
  }
  const p = code.scope.inner().take("p");
  code.writer.block(
    `${code.context.importName("noGrad")}(() => {`,
    () =>
      code.writer.block(`for (const ${p} of ${parameterList(code, effect.targets)}) {`, () => {
        const text = updateText(formula, name(p, `${p}.grad`), code, node);
        code.writer.line(`if (${p}.grad) ${text};`);
        if (effect.thenClear === true) code.writer.line(`${p}.grad = null;`);
      }),
    "});",
    [key],
  );
}

/** Whether the effect reaches only some of the leaves below its value. */
function narrows(code: GraphCode, node: EffectNode, targets: readonly string[]): boolean {
  const source = code.wiring.source(node.id, "value");
  if (!source) return false;
  const { all } = code.owned;
  if (!all) return true;
  return all.some(({ member, state }) => {
    if (targets.includes(member.name) || targets.includes(state) || !code.context.learns(member)) return false;
    const reads = (inner: GraphNode): boolean =>
      (inner.kind === "call" && code.context.isMember(inner.member, member)) ||
      (inner.kind === "expression" && freeNames(parseFormula(inner.formula)).includes(member.name));
    return code.wiring.dependsOn(source[0], (candidate) => code.context.finds(candidate, reads));
  });
}

function writeBackward(code: GraphCode, node: EffectNode, effect: Effect & { kind: "backward" }): void {
  const value = code.required(node, "value");
  const cotangent = code.input(node.id, "cotangent");
  const targets = effect.targets ?? "all";
  const options = [
    ...(effect.retainGraph === true ? ["retainGraph: true"] : []),
    ...(targets !== "all" && narrows(code, node, targets) ? [`inputs: ${parameterList(code, targets)}`] : []),
  ];
  const first = cotangent?.text ?? (options.length > 0 ? "null" : "");
  const written = options.length > 0 ? `, { ${options.join(", ")} }` : "";
  const key = code.key(node.id);
  code.writer.line(`${value.text}.backward(${first}${written});`, [key, ...value.nodes, ...(cotangent?.nodes ?? [])]);
  for (const target of new Set([...(targets === "all" ? [] : targets), ...code.wiring.outputs(node.id)])) {
    const users = code.wiring.usersOf(node.id, target);
    const [user] = users;
    if (!user) continue;
    const [found] = targetsOf(code, [target]);
    const name = code.declare(node, user.kind === "reroute" ? user.name : `grad_${target}`);
    const readers = users.filter((reader) => reader.kind === "reroute").map((reader) => code.key(reader.id));
    code.writer.line(`const ${name} = ${found?.code ?? ""}.gradient();`, [key, ...readers]);
    code.bind(node.id, target, { text: name, nodes: [key] });
  }
}

function writeZeroGrad(code: GraphCode, node: EffectNode, effect: Effect & { kind: "zeroGrad" }): void {
  const key = code.key(node.id);
  if (effect.optimizer !== undefined) {
    code.writer.line(`${optimizerOf(code, node, effect.optimizer)}.zeroGrad();`, [key]);
    return;
  }
  for (const target of targetsOf(code, effect.targets ?? "all")) {
    code.writer.line(target.single ? `${target.code}.grad = null;` : `${target.code}.zeroGrad();`, [key]);
  }
}

function optimizerOf(code: GraphCode, node: EffectNode, id: string): string {
  const found = code.owned.find(id);
  if (found && moduleGraph(found.member) === null) return found.code;
  throw new ExportError(`export: effect "${node.name}" names an optimiser that is not there. Run check first.`);
}

/** One effect's statements. */
export function writeEffect(code: GraphCode, node: EffectNode): void {
  const { effect } = node;
  switch (effect.kind) {
    case "backward":
      return writeBackward(code, node, effect);
    case "update":
      return writeUpdate(code, node, effect);
    case "optimizerStep":
      code.writer.line(`${optimizerOf(code, node, effect.optimizer)}.step();`, [code.key(node.id)]);
      return;
    case "zeroGrad":
      return writeZeroGrad(code, node, effect);
    case "inPlace":
      return writeInPlace(code, node, effect);
  }
}
