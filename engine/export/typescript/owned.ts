/** @file What one instance of a graph owns, as code: its members and once-draws, and the same for each body in it. */
import type { GraphId, Member, MemberId, NodeId } from "../../document/document";
import { bodyKey } from "../../document/regions";
import type { Expression } from "./code";

/** A member and the code that reads it. */
export interface KnownMember {
  readonly member: Member;
  readonly code: string;
  /** Its name in the root's state_dict; empty for the only model. In a class: from there. */
  readonly state: string;
}

/** Filled while members and draws are written. A body sees what the graphs around it own. */
export class Owned {
  /** Once-draws by node. */
  readonly draws = new Map<NodeId, Expression>();
  private readonly members = new Map<MemberId, KnownMember>();
  private readonly bodies = new Map<string, Owned>();

  private constructor(
    private readonly around: Owned | null,
    private readonly isRoot: boolean,
  ) {}

  /** Of the root, from which effects reach everything. */
  static ofRoot(): Owned {
    return new Owned(null, true);
  }

  /** Of a class, which sees no more than itself. */
  static ofClass(): Owned {
    return new Owned(null, false);
  }

  /** Of a body that a node owns: two nodes that own the same graph each have one. */
  body(node: NodeId, body: GraphId): Owned {
    const key = bodyKey(node, body);
    const known = this.bodies.get(key) ?? new Owned(this, false);
    this.bodies.set(key, known);
    return known;
  }

  add(id: MemberId, known: KnownMember): void {
    this.members.set(id, known);
  }

  find(id: MemberId): KnownMember | null {
    return this.members.get(id) ?? this.around?.find(id) ?? null;
  }

  named(name: string): KnownMember | null {
    const own = [...this.members.values()].find(({ member }) => member.name === name);
    return own ?? this.around?.named(name) ?? null;
  }

  /** Everything below the root, which is what effects mean by "all"; null in a class, from where it is not seen. */
  get all(): readonly KnownMember[] | null {
    if (this.around) return this.around.all;
    return this.isRoot ? this.below() : null;
  }

  private below(): KnownMember[] {
    return [...this.members.values(), ...[...this.bodies.values()].flatMap((body) => body.below())];
  }
}
