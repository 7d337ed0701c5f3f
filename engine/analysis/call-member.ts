/** @file What using a member gives: a parameter's type, or the result of calling a module. */
import type { Member } from "../document/document";
import { own } from "../document/library";
import { parseAttributes } from "../ir/attribute";
import { refuse } from "../ir/refusal";
import type { Value } from "../ir/value";
import type { Evaluated } from "./evaluate-node";
import type { Interpreter, Scope, Values } from "./interpreter";
import { stateOf } from "./states";

const depthLimit = 100;

/** Reads a parameter or calls a module, as a node of this scope does. Call in recordWith. */
export function callMember(
  run: Interpreter,
  scope: Scope,
  node: { readonly member: string; readonly flags?: { readonly frozen?: boolean } },
  inputs: Values,
): Evaluated {
  const found = run.member(scope, node.member);
  if (!found) return refuse("member.missing", { member: node.member });
  const instance = `${found.scope.instance}/${node.member}`;
  return use(run, found.member, instance, inputs, node.flags?.frozen === true, 0);
}

function use(
  run: Interpreter,
  member: Member,
  instance: string,
  inputs: Values,
  frozen: boolean,
  depth: number,
): Evaluated {
  const kind = run.kindOf(member);
  switch (kind.kind) {
    case "parameter":
    case "buffer": {
      const { type, learns } = stateOf(member);
      if (frozen) return { outputs: { out: run.stand(type) } };
      return { outputs: { out: run.tape.slot(instance, type, learns) } };
    }
    case "graph":
      if (!own(run.document.graphs, kind.graph)) refuse("graph.missing", { graph: kind.graph });
      return withCost(run.walk(kind.graph, inputs, null, instance));
    case "module": {
      const { module } = kind;
      if (module.container) {
        if (depth > depthLimit) refuse("graph.unfolds", { limit: depthLimit, depth });
        let value: Value | null = own(inputs, module.inputs[0] ?? "input") ?? null;
        (member.children ?? []).forEach((child, i) => {
          const inner = run.kindOf(child);
          const port =
            inner.kind === "module"
              ? inner.module.inputs[0]
              : inner.kind === "graph"
                ? firstInput(run, inner.graph)
                : undefined;
          if (port === undefined) refuse("member.type", { type: child.type });
          if (!value) return;
          const { outputs } = use(run, child, `${instance}/${i}`, { [port]: value }, frozen, depth + 1);
          value = Object.values(outputs)[0] ?? null;
        });
        return { outputs: { out: value } };
      }
      const attributes = parseAttributes(module.attributes, member.attrs);
      const known = module.inputs.flatMap((name) => {
        const value = own(inputs, name);
        return value ? [[name, value] as const] : [];
      });
      const state = module.state(attributes).map((spec) => {
        const type = { dtype: spec.dtype, shape: spec.shape };
        const value = frozen
          ? run.stand(type)
          : run.tape.slot(`${instance}/${spec.name}`, type, spec.kind === "parameter");
        return [spec.name, value] as const;
      });
      if (known.length < module.inputs.length) return { outputs: { out: null } };
      const out = module.forward({
        inputs: Object.fromEntries(known),
        state: Object.fromEntries(state),
        attributes,
        training: true,
      });
      return { outputs: { out } };
    }
    case "optimizer":
      return refuse("member.notCallable", { member: member.name });
    case "unknown":
      return refuse("member.type", { type: member.type });
  }
}

function firstInput(run: Interpreter, graph: string): string | undefined {
  return own(run.document.graphs, graph)?.inputs[0]?.name;
}

function withCost({ outputs, cost }: { outputs: Values; cost: NonNullable<Evaluated["cost"]> }): Evaluated {
  return { outputs, cost };
}
