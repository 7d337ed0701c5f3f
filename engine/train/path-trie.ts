/** @file The path trie: decisions of a step, each answer leading on, down to the plan of that path. */

import type { Decision } from "../program/program";
import type { LoadedStep } from "./step-loader";

/** What a fork asks. A read carries the small plan that computes the number. */
export type ForkQuestion =
  | { readonly kind: "draw"; readonly low: number; readonly high: number }
  | { readonly kind: "present"; readonly slot: string }
  | { readonly kind: "read"; readonly prefix: LoadedStep };

export interface Fork<P, Q = ForkQuestion> {
  readonly kind: "fork";
  readonly question: Q;
  readonly children: Map<number, TrieNode<P, Q>>;
}

export interface Leaf<P> {
  readonly kind: "leaf";
  readonly path: P;
  readonly answers: readonly number[];
}

export type TrieNode<P, Q = ForkQuestion> = Fork<P, Q> | Leaf<P>;

/** The question of a decision that needs no plan. */
export function questionOf(decision: Exclude<Decision, { kind: "read" }>): Exclude<ForkQuestion, { kind: "read" }> {
  return decision.kind === "draw"
    ? { kind: "draw", low: decision.low, high: decision.high }
    : { kind: "present", slot: decision.slot };
}

/** Paths by the answers that lead to them. */
export class PathTrie<P, Q = ForkQuestion> {
  private root: TrieNode<P, Q> | null = null;

  /** `forget` is told of each question that nothing asks any more. */
  constructor(private readonly forget: (question: Q) => void = () => undefined) {}

  /** The node that these answers lead to, or null where no step has gone there. */
  find(answers: readonly number[]): TrieNode<P, Q> | null {
    let node = this.root;
    for (const answer of answers) {
      if (node?.kind !== "fork") return null;
      node = this.child(node, answer);
    }
    return node;
  }

  start(): TrieNode<P, Q> | null {
    return this.root;
  }

  child(fork: Fork<P, Q>, answer: number): TrieNode<P, Q> | null {
    return fork.children.get(answer) ?? null;
  }

  /** Makes the way for these answers to these questions (one per answer, or one more whose answer is still open). */
  extend(questions: readonly Q[], answers: readonly number[]): void {
    questions.forEach((question, i) => {
      if (this.find(answers.slice(0, i)) === null) {
        this.place(answers.slice(0, i), { kind: "fork", question, children: new Map() });
      }
    });
  }

  /** Ends the way of these answers in a path. */
  add(path: P, answers: readonly number[]): Leaf<P> {
    const leaf: Leaf<P> = { kind: "leaf", path, answers };
    this.place(answers, leaf);
    return leaf;
  }

  /** Every path there is. */
  leaves(): readonly Leaf<P>[] {
    const found: Leaf<P>[] = [];
    const visit = (node: TrieNode<P, Q> | null): void => {
      if (node?.kind === "leaf") found.push(node);
      else if (node) for (const child of node.children.values()) visit(child);
    };
    visit(this.root);
    return found;
  }

  /** Takes a leaf out, and every fork that then leads nowhere. */
  remove(leaf: Leaf<P>): void {
    for (let depth = leaf.answers.length; depth >= 0; depth--) {
      const answers = leaf.answers.slice(0, depth);
      const node = this.find(answers);
      if (node?.kind === "fork" && node.children.size > 0) return;
      if (node?.kind === "fork") this.forget(node.question);
      if (depth === 0) this.root = null;
      else {
        const parent = this.find(answers.slice(0, -1));
        if (parent?.kind === "fork") parent.children.delete(answers[depth - 1] ?? 0);
      }
    }
  }

  private place(answers: readonly number[], node: TrieNode<P, Q>): void {
    if (answers.length === 0) {
      this.root = node;
      return;
    }
    const parent = this.find(answers.slice(0, -1));
    if (parent?.kind === "fork") parent.children.set(answers[answers.length - 1] ?? 0, node);
  }
}
