/** @file The registry of nn modules, by export name. */
import type { Module } from "./define-module";
import * as families from "./families";

function isModule(candidate: unknown): candidate is Module {
  return typeof candidate === "object" && candidate !== null && "isModule" in candidate;
}

/** Every module there is, by name: "Linear". */
export const modules: ReadonlyMap<string, Module> = new Map(
  Object.entries(families).flatMap(([name, candidate]) => (isModule(candidate) ? [[name, candidate] as const] : [])),
);

/** The module of that name, with or without "nn." in front, or undefined. */
export function moduleNamed(name: string): Module | undefined {
  return modules.get(name.startsWith("nn.") ? name.slice("nn.".length) : name);
}
