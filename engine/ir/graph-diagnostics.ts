/** @file Diagnostics about a graph: wires, members, effects, names, and what a step would refuse. */
import type { DiagnosticDeclaration } from "./diagnostic";

export const graphDiagnostics = {
  "op.unknown": { severity: "error", text: 'there is no op "{op}", expected one that is declared. Choose another op.' },
  "node.unknown": {
    severity: "error",
    text: "this version does not know the node, expected a kind it knows. Update Chainrule, or remove the node.",
  },
  "node.failed": {
    severity: "error",
    text: "the node cannot be analysed ({problem}), expected a type. Report it with this document, and remove the node.",
  },
  "operand.missing": {
    severity: "error",
    text: "{operand} is not connected, expected a value. Connect an edge to it.",
  },
  "port.unknown": {
    severity: "error",
    text: 'there is no port "{port}", expected one of: {known}. Connect the edge to one of these.',
  },
  "edge.dangling": {
    severity: "error",
    text: "the edge from {from} to {to} ends at a missing node, expected two nodes. Remove it.",
  },
  "port.twice": {
    severity: "error",
    text: "{port} has more than one edge, expected one. Remove the others.",
  },
  "graph.cycle": {
    severity: "error",
    text: "{nodes} wait for each other, expected no cycle. Remove an edge, or carry the value round in a Repeat.",
  },
  "graph.missing": {
    severity: "error",
    text: 'there is no graph "{graph}", expected one of this document. Choose another.',
  },
  "graph.recursive": {
    severity: "error",
    text: "the module contains itself ({graphs}), expected an end. Remove one of these members.",
  },
  "graph.unfolds": {
    severity: "error",
    text: "the document unfolds to more than {limit} graphs, or {depth} levels, expected fewer. Use modules in fewer places.",
  },
  "member.missing": {
    severity: "error",
    text: 'there is no member "{member}", expected one of this graph or of those around it. Choose another, or remove the node.',
  },
  "member.type": {
    severity: "error",
    text: 'there is no member type "{type}", expected parameter, buffer, nn.…, optim.… or a module of this document. Choose another.',
  },
  "member.notCallable": {
    severity: "error",
    text: "{type} has no value and is not called, expected a parameter, a buffer or a module. Use an effect for it.",
  },
  "member.content": {
    severity: "error",
    text: "the initial value has shape {found}, expected {expected}. Change the value, or the shape.",
  },
  "function.missing": {
    severity: "error",
    text: 'there is no Function "{function}", expected one of this document. Choose another, or remove the node.',
  },
  "function.noGradient": {
    severity: "warning",
    text: "backward of {function} gives no gradient for {input}, expected one. Connect an output of that name, or detach the input.",
  },
  "function.members": {
    severity: "error",
    text: "the graphs of {function} own the member {member}, expected none. Pass it in as an input.",
  },
  "name.taken": { severity: "error", text: "the name {name} is taken, expected one that is free. Rename one of them." },
  "name.invalid": {
    severity: "error",
    text: "the name {name} cannot be a variable, expected letters, digits and _. Rename it.",
  },
  "draws.missing": {
    severity: "warning",
    text: "it draws random numbers but is not in the order of draws, expected it there. It would be drawn last.",
  },
  "effect.unlisted": {
    severity: "error",
    text: "the effect is not in the order of effects, expected it there. Put it in its place.",
  },
  "effect.order": {
    severity: "error",
    text: "it reads what {later} gives, which happens later, expected it to come after. Move it.",
  },
  "effect.noGradient": {
    severity: "warning",
    text: "no backward happens before it, expected a gradient. Put a Backward first, or connect grad.",
  },
  "effect.optimizer": {
    severity: "error",
    text: '"{member}" is no optimiser, expected a member of a type such as optim.SGD. Choose one.',
  },
  "target.missing": {
    severity: "error",
    text: 'there is no parameter "{target}", expected a member, a leaf, or a state_dict name. Choose another.',
  },
  "optimizer.empty": {
    severity: "error",
    text: "optimizer got an empty parameter list, expected parameters that require a gradient. Add one, or name others.",
  },
  "inPlace.shape": {
    severity: "error",
    text: "the result has shape {found}, expected that of the value it changes, {expected}. Use the op that is not in place.",
  },
  "update.shape": {
    severity: "error",
    text: "the formula gives {parameter} the shape {found}, expected its own, {expected}. Change the formula.",
  },
  "repeat.range": {
    severity: "error",
    text: "randint({low}, {high}) has nothing to draw from, expected low below high. Change the bounds.",
  },
  "repeat.carried": {
    severity: "error",
    text: 'the body carries "{port}" out but not in, expected an input of that name. Add it, or give the output no role.',
  },
  "loss.port": {
    severity: "error",
    text: "the loss names a port that does not exist ({port}), expected a value of the root graph. Choose the loss again.",
  },
  "loss.shape": {
    severity: "error",
    text: "the loss has shape {shape}, expected a single number. Reduce it with sum or mean.",
  },
  "loss.unreached": {
    severity: "hint",
    text: "{count} does not reach a loss, so it does not train.",
  },
  "memory.budget": {
    severity: "warning",
    text: "a step needs about {needed}, expected at most {budget}. The most is in {largest}: make it smaller.",
  },
} as const satisfies Record<string, DiagnosticDeclaration>;
