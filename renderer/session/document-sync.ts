/** @file Keeps the engine's document in step with the one on screen: edits as patches, whole again where it has something else. */
import { isLookOnly, type ChainruleDocument } from "@chainrule/engine/analysis";
import { patchedHash, type Reply } from "@chainrule/engine/session";
import type { DocumentChange, DocumentHistory } from "../document/history";
import { messageOf, type EngineLink } from "./engine-link";

/** Who must know what the engine has. */
interface SyncListener {
  /** Another document is on screen. */
  replaced(): void;
  /** An edit changes what values mean. */
  meant(): void;
  /** The engine has the whole document, under this session. */
  opened(session: string): Promise<void>;
  /** The engine has edits that change what values mean. */
  followed(): void;
}

/** One document at a time, in the order of its edits. */
export class DocumentSync {
  private known: { readonly revision: number; readonly hash: string } | null = null;
  private readonly unsent: DocumentChange[] = [];
  private sending: Promise<void> = Promise.resolve();
  private sentOff: Promise<void> = Promise.resolve();
  private before: ChainruleDocument;
  /** The revision at which the document on screen was opened. */
  private replacedAt = 0;
  /** The revision that last changed what values mean. */
  private meantAt = 0;
  private broken = false;

  constructor(
    private readonly history: DocumentHistory,
    private readonly link: EngineLink,
    private readonly listener: SyncListener,
    private readonly tell: (words: string) => void,
  ) {
    this.before = history.document();
    history.subscribe((change) => this.follow(change));
  }

  /** What the engine has cannot run: its values are those of the last program that could, or of the part that is whole. */
  get isBroken(): boolean {
    return this.broken;
  }

  /** Everything so far is sent and answered. */
  get sent(): Promise<void> {
    return this.sending;
  }

  /** The edits so far are on their way: what is asked from now on is answered for the document with them. */
  get posted(): Promise<void> {
    return this.sentOff;
  }

  /** Whether values of a revision mean what the document means now. */
  isCurrent(revision: number): boolean {
    return revision >= this.meantAt;
  }

  /** The engine that had the document is gone. */
  forget(): void {
    this.known = null;
  }

  /** Opens the document with an engine that has just come; rejects with what is wrong. */
  open(): Promise<void> {
    const opening = this.sending.then(() => this.openDocument());
    this.sending = opening.catch(() => undefined);
    return opening;
  }

  /** Does something behind what is being sent; its failure is its own affair. */
  after(work: () => Promise<void>): void {
    this.sending = this.sending.then(work).catch(() => undefined);
  }

  private async openDocument(): Promise<void> {
    const revision = this.history.revision();
    const { session } = this.link;
    const reply = await this.link.call("open", { revision, document: this.history.document() });
    // Another document that came meanwhile is opened next, under a session of its own.
    if (session !== this.link.session) return;
    this.known = { revision, hash: reply.hash };
    this.broken = hasErrors(reply.diagnostics);
    await this.listener.opened(session);
  }

  private follow(change: DocumentChange): void {
    const { before } = this;
    this.before = change.document;
    const meant = change.patches.filter(({ path }) => path[0] !== "name");
    const isCosmetic = !change.replaced && isLookOnly(before, change.document, meant);
    if (!isCosmetic) this.meantAt = change.revision;
    if (change.replaced) {
      const close = this.link.renew();
      this.replacedAt = change.revision;
      this.listener.replaced();
      this.sending = this.sending.then(close);
    } else if (!isCosmetic) this.listener.meant();
    this.unsent.push(change);
    this.sentOff = new Promise((posted) => {
      const sent = this.sending.then(() => this.send(posted));
      this.sending = sent.catch((error: unknown) => this.tell(messageOf(error))).finally(posted);
    });
  }

  /** Sends every edit that waits in one go, so that a drag never runs ahead of the engine. */
  private async send(posted: () => void): Promise<void> {
    // An edit that still waited when another document came belongs to a session that is gone.
    const changes = this.unsent.splice(0).filter((change) => change.revision >= this.replacedAt);
    const { known } = this;
    const news = changes.filter((change) => known === null || change.revision > known.revision);
    const last = news.at(-1);
    if (!this.link.isOpen || last === undefined) return;
    if (known === null || news.some((change) => change.replaced)) return this.openDocument();
    const patches = news.flatMap((change) => change.patches.map((patch) => ({ ...patch, path: [...patch.path] })));
    const hash = patchedHash(known.hash, patches);
    const replying = this.link.call("patch", { base: known, revision: last.revision, hash, patches });
    posted();
    const reply = await replying;
    if (reply.outcome !== "applied") return this.openDocument();
    this.known = { revision: last.revision, hash: reply.hash };
    this.broken = hasErrors(reply.diagnostics);
    if (this.meantAt > known.revision) this.listener.followed();
  }
}

function hasErrors(diagnostics: Reply<"open">["diagnostics"]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}
