/** @file The engine as the window knows it: keeps the document in step with it, runs it, and takes up work after it dies. */
import { isLookOnly, type ChainruleDocument } from "@chainrule/engine/analysis";
import {
  EngineClient,
  patchedHash,
  sampleWidth,
  type CallName,
  type CallOptions,
  type CheckpointPayload,
  type Place,
  type Reply,
  type Request,
} from "@chainrule/engine/session";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { DocumentChange, DocumentHistory } from "../document/history";
import type { Overlay } from "../overlay/overlay";
import type { Connect, EngineConnection } from "./connection";
import { text } from "../text/text";
import { portKey, type LiveValues } from "./live-values";
import { createParameters, extendTrails, forgetParameters, type Parameters } from "./parameters";
import { RunFeed, type RunNews } from "./run-feed";
import { extendCurve, idleEngine, noLosses, type EngineState } from "./run-state";
import { readSample, sampleOfViews } from "./samples";

const checkpointEveryMs = 2000;
const samplesPerSecond = 15;
/** Places whose statistics are made at once between runs. */
const mostAtRest = 400;
/** Between two rounds of previews: four a second. */
const previewPauseMs = 240;
/** After an edit between runs, until its pictures are asked for: a run that comes with it goes first. */
const previewAfterMs = 150;

/** What a live retrain asks for; the rest the engine knows. */
export type RetrainRequest = Pick<
  Request<"retrain">,
  "steps" | "goOn" | "limitMs" | "places" | "maxElements" | "adopt"
>;

/** One session with an engine that may be started again at any time. */
export class Engine {
  readonly state: StoreApi<EngineState> = createStore<EngineState>(() => idleEngine);
  readonly parameters: Parameters = createParameters();
  private readonly feed = new RunFeed((news) => this.takeNews(news));
  private client: EngineClient | null = null;
  private connection: EngineConnection | null = null;
  private session = crypto.randomUUID();
  private known: { readonly revision: number; readonly hash: string } | null = null;
  private readonly unsent: DocumentChange[] = [];
  private sending: Promise<void> = Promise.resolve();
  /** The edits so far are on their way: what is asked from now on is answered for the document with them. */
  private posted: Promise<void> = Promise.resolve();
  private before: ChainruleDocument;
  /** The revision at which the document on screen was opened. */
  private replacedAt = 0;
  private checkpoint: CheckpointPayload | null = null;
  private places: readonly Place[] = [];
  private layout = -1;
  /** The places that the engine samples; it refuses those of a graph that cannot run yet. */
  private sampled: readonly Place[] | null = null;
  private previews: readonly Place[] = [];
  private previewing = false;
  private wantsPreviews = false;
  private previewTimer: ReturnType<typeof setTimeout> | null = null;
  /** The revision that last changed what values mean. */
  private meantAt = 0;
  /** What the engine has cannot run: its values are those of the last program that could. */
  private isBroken = false;
  private running = false;
  /** What is on screen comes from a live retrain: nothing of it grows stale, and the session's own values wait. */
  private isRetraining = false;

  constructor(
    private readonly history: DocumentHistory,
    private readonly overlay: Overlay,
    private readonly live: LiveValues,
    private readonly connect: Connect,
    private readonly tell: (words: string) => void,
  ) {
    this.before = history.document();
    history.subscribe((change) => this.follow(change));
  }

  /** Connects and opens the document; called again by itself when the engine dies. */
  async start(): Promise<void> {
    try {
      const connection = await this.connect();
      const client = new EngineClient(connection.port);
      this.connection = connection;
      this.client = client;
      connection.onGone((why) => void this.recover(why));
      await client.hello("window");
      this.listen(client);
      const { devices, auto } = await client.call("devices", {});
      this.state.setState({ connection: "ready", devices, auto });
      const opening = this.sending.then(() => this.openDocument());
      this.sending = opening.catch(() => undefined);
      await opening;
    } catch (error) {
      this.state.setState({ connection: "failed", why: messageOf(error) });
    }
  }

  /** Ends this life of the engine and begins another from the last checkpoint. */
  async recover(why: string): Promise<void> {
    if (this.state.getState().connection === "restarting") return;
    const wasRunning = this.running;
    this.running = false;
    this.overlay.setRunning(false);
    this.state.setState({ connection: "restarting", why });
    this.client?.fail(text.engine.ended(why));
    this.connection?.close();
    this.client = null;
    this.known = null;
    await this.start();
    const { checkpoint } = this;
    if (this.state.getState().connection !== "ready") {
      if (wasRunning)
        this.state.setState((state) => ({ run: "failed", failure: { message: state.why ?? why, where: null } }));
      return;
    }
    const restored = checkpoint === null ? null : await this.attempt(this.call("restore", { checkpoint }));
    this.tell(text.engine.restarted(why, restored?.step ?? 0));
    if (wasRunning) void this.run();
    else void this.refreshPreviews();
  }

  private listen(client: EngineClient): void {
    const mine = (payload: { readonly session: string }): boolean => payload.session === this.session;
    client.on("status", (status) => {
      if (!mine(status)) return;
      this.feed.flush();
      const { state: run, step, steps, stepsPerSecond, seed, bytes, paths, kernels, ranMs, device, why } = status;
      this.running = run === "running" || run === "compiling";
      this.overlay.setRunning(this.running);
      this.state.setState((state) => ({
        run, step, steps, stepsPerSecond, seed, bytes, paths, kernels, ranMs, device, why,
        failure: run !== "failed" ? null : why === null ? state.failure : { message: why, where: null },
      })); // prettier-ignore
    });
    client.on("losses", (event) => {
      // A program that names no loss tells NaN for each step: nothing to show, and nothing wrong.
      if (!mine(event) || this.history.document().training.loss === null) return;
      this.feed.add(({ steps, losses }) => {
        steps.push(...event.steps);
        losses.push(...event.losses);
      });
    });
    client.on("sample", (sample) => {
      // An edit makes a newer layout of the same places; an older one is of places watched before.
      const isOurs = sample.layout >= this.layout && sample.data.length === this.places.length * sampleWidth;
      if (mine(sample) && isOurs) this.takeSample(sample.step, sample.data);
    });
    client.on("parameterNumbers", (event) => {
      if (mine(event)) this.feed.add(({ numbers }) => numbers.push(event));
    });
    client.on("checkpoint", (event) => {
      if (mine(event)) this.checkpoint = event.checkpoint;
    });
    client.on("error", (event) => {
      if (!mine(event)) return;
      this.tell(event.failure.message);
      const { where } = event;
      this.state.setState(({ failure }) => (failure === null ? {} : { failure: { ...failure, where } }));
    });
    client.on("deviceLost", (event) => {
      if (mine(event)) this.tell(event.recovered ? text.engine.deviceRecovered(event.why) : event.why);
    });
  }

  private call<N extends CallName>(
    name: N,
    payload: Omit<Request<N>, "session">,
    options: CallOptions<N> = {},
  ): Promise<Reply<N>> {
    if (this.client === null) return Promise.reject(new Error(text.engine.notConnected));
    return this.client.call(name, { ...payload, session: this.session } as Request<N>, options);
  }

  private takeNews({ steps, losses, numbers, progress }: RunNews): void {
    if (numbers.length > 0) extendTrails(this.parameters, numbers);
    this.state.setState((state) => ({
      ...(steps.length === 0 ? {} : { curve: extendCurve(state.curve, steps, losses) }),
      ...progress,
    }));
  }

  /** A call whose failure is told to the person instead of thrown. */
  private async attempt<T>(calling: Promise<T>): Promise<T | null> {
    try {
      return await calling;
    } catch (error) {
      this.tell(messageOf(error));
      return null;
    }
  }

  private async openDocument(): Promise<void> {
    const revision = this.history.revision();
    const { session } = this;
    const reply = await this.call("open", { revision, document: this.history.document() });
    // Another document that came meanwhile is opened next, under a session of its own.
    if (session !== this.session) return;
    this.known = { revision, hash: reply.hash };
    this.isBroken = hasErrors(reply.diagnostics);
    await this.call("setCheckpointing", { everyMs: checkpointEveryMs });
    if (session === this.session) await this.sample();
    this.previewAtRest();
  }

  /** Sends edits one after another; whole again where the engine has something else. */
  private follow(change: DocumentChange): void {
    const { before } = this;
    this.before = change.document;
    const meant = change.patches.filter(({ path }) => path[0] !== "name");
    const isCosmetic = !change.replaced && isLookOnly(before, change.document, meant);
    if (!isCosmetic) this.meantAt = change.revision;
    if (change.replaced) {
      const old = this.session;
      this.session = crypto.randomUUID();
      this.replacedAt = change.revision;
      this.checkpoint = null;
      this.forgetResults();
      this.sending = this.sending.then(() => this.forget(old));
    } else if (!isCosmetic && !this.isRetraining) {
      this.state.setState({ isStale: true });
      this.live.markStale(this.live.keys());
    }
    this.unsent.push(change);
    this.posted = new Promise((posted) => {
      const sent = this.sending.then(() => this.send(posted));
      this.sending = sent.catch((error: unknown) => this.tell(messageOf(error))).finally(posted);
    });
  }

  /** Lets the engine free what it held for a document that is no longer open. */
  private async forget(session: string): Promise<void> {
    await this.client?.call("close", { session }).catch(() => undefined);
  }

  /** Sends every edit that waits in one go, so that a drag never runs ahead of the engine. */
  private async send(posted: () => void): Promise<void> {
    // An edit that still waited when another document came belongs to a session that is gone.
    const changes = this.unsent.splice(0).filter((change) => change.revision >= this.replacedAt);
    const { known } = this;
    const news = changes.filter((change) => known === null || change.revision > known.revision);
    const last = news.at(-1);
    if (this.client === null || last === undefined) return;
    if (known === null || news.some((change) => change.replaced)) return this.openDocument();
    const patches = news.flatMap((change) => change.patches.map((patch) => ({ ...patch, path: [...patch.path] })));
    const hash = patchedHash(known.hash, patches);
    const replying = this.call("patch", { base: known, revision: last.revision, hash, patches });
    posted();
    const reply = await replying;
    if (reply.outcome !== "applied") return this.openDocument();
    this.known = { revision: last.revision, hash: reply.hash };
    this.isBroken = hasErrors(reply.diagnostics);
    if (this.meantAt > known.revision) this.previewAtRest();
  }

  private forgetResults(): void {
    this.overlay.clear();
    this.live.clear();
    this.feed.clear();
    forgetParameters(this.parameters);
    this.state.setState({
      curve: noLosses, ghost: noLosses, step: 0, run: "idle", failure: null, isStale: false, retrainMs: null,
    }); // prettier-ignore
  }

  isStale(): boolean {
    return this.state.getState().isStale;
  }

  /** Trains until the document's steps are done. */
  async run(): Promise<void> {
    await this.settle();
    this.state.setState({ isStale: false });
    const startsOver = this.state.getState().run === "done" || this.state.getState().run === "stopped";
    if (startsOver) this.state.setState((state) => ({ ghost: state.curve, curve: noLosses }));
    const ended = await this.attempt(
      this.call("run", {}, { onProgress: (made) => this.feed.add((news) => (news.progress = made)) }),
    );
    if (ended?.message != null) this.tell(ended.message);
    // The last sample of a run is of some step before its end.
    await this.sampleAtRest();
    void this.refreshPreviews();
  }

  async pause(): Promise<void> {
    await this.attempt(this.call("pause", {}));
    void this.refreshPreviews();
  }

  async stop(): Promise<void> {
    await this.attempt(this.call("stop", {}));
  }

  async stepOnce(): Promise<void> {
    await this.settle();
    this.state.setState({ isStale: false });
    const ended = await this.attempt(this.call("stepOnce", {}));
    if (ended?.message != null) this.tell(ended.message);
    void this.refreshPreviews();
  }

  async reset(seed?: number): Promise<void> {
    await this.attempt(this.call("reset", seed === undefined ? {} : { seed }));
    this.checkpoint = null;
    this.forgetResults();
    this.previewAtRest();
  }

  chooseDevice(device: Request<"chooseDevice">["device"]): Promise<unknown> {
    return this.attempt(this.call("chooseDevice", { device }));
  }

  /** The tape of the next step, op by op; rejects with what is wrong. */
  async timeline(): Promise<Reply<"timeline">> {
    await this.sending;
    return this.call("timeline", { maxElements: 4096 });
  }

  fetch(place: Place, maxElements: number): Promise<Reply<"fetch"> | null> {
    return this.attempt(this.call("fetch", { place, maxElements }));
  }

  /** The same for what is looked at again and again: where it fails, nothing is shown, and nothing said. */
  look(place: Place, maxElements: number): Promise<Reply<"fetch"> | null> {
    return this.call("fetch", { place, maxElements }).catch(() => null);
  }

  /** The files of the exported project; rejects with what is wrong. */
  async exportTypescript(): Promise<Reply<"export">["files"]> {
    await this.sending;
    return (await this.call("export", { to: "typescript" })).files;
  }

  /** The program as TypeScript with the lines of each node; null where it cannot be written. */
  code(): Promise<Reply<"code"> | null> {
    return this.sending.then(() => this.call("code", { to: "typescript" })).catch(() => null);
  }

  gradcheck(name: string): Promise<Reply<"gradcheck"> | null> {
    return this.attempt(this.call("gradcheck", { function: name }));
  }

  /** Trains beside the session, right behind what was edited; null where it cannot. */
  async retrain(request: RetrainRequest): Promise<Reply<"retrain"> | null> {
    await this.posted;
    const watch = this.places.length > mostAtRest ? [] : [...this.places];
    return this.call("retrain", { ...request, places: [...request.places], watch }).catch(() => null);
  }

  /** Shows a retrain's curve, gradients and values as if the session had made them. */
  showRetrained({ step, steps, losses, sample, views }: Reply<"retrain">, places: readonly Place[]): void {
    this.state.setState((state) => ({ curve: extendCurve(state.curve, steps, losses), isStale: false }));
    if (sample.length === this.places.length * sampleWidth) {
      const read = readSample(this.places, sample);
      this.overlay.update(step - 1, read.samples, read.counts);
    }
    this.takeViews(step - 1, places, views, false);
  }

  /** The curve so far stays as a ghost; what is on screen from now on does not grow stale. */
  beginRetraining(): void {
    this.isRetraining = true;
    this.state.setState(({ curve }) => ({ ghost: curve }));
  }

  endRetraining(): void {
    this.isRetraining = false;
    void this.refreshPreviews();
  }

  get isRunning(): boolean {
    return this.running;
  }

  /** What the overlay watches: every edge of the graph on the canvas. */
  watch(places: readonly Place[]): void {
    this.places = places;
    this.sending = this.sending.then(() => this.sample()).catch(() => undefined);
  }

  /** Ports whose pictures the nodes show. */
  watchPreviews(places: readonly Place[]): void {
    this.previews = places;
    if (this.overlay.step < 0) this.previewAtRest();
    else void this.refreshPreviews();
  }

  /** Everything sent, and sampled what could not be while the graph was wired. */
  private async settle(): Promise<void> {
    await this.sending;
    if (this.sampled !== this.places) await this.sample().catch(() => undefined);
  }

  private async sample(): Promise<void> {
    if (this.client === null) return;
    const { places } = this;
    this.sampled = null;
    const { layout } = await this.call("setSampling", { places: [...places], perSecond: samplesPerSecond });
    this.layout = layout;
    this.sampled = places;
    if (!this.running) await this.sampleAtRest();
  }

  /** Statistics of the step about to be made: what the edges show when another graph is looked at between runs. */
  private async sampleAtRest(): Promise<void> {
    const { places } = this;
    if (this.state.getState().step === 0 || places.length === 0 || places.length > mostAtRest) return;
    const reply = await this.call("previews", { places: [...places], maxElements: 1 }).catch(() => null);
    if (reply === null || this.running || places !== this.places) return;
    this.takeSample(reply.step, sampleOfViews(reply.views));
  }

  private takeSample(step: number, data: Float32Array): void {
    const { samples, counts } = readSample(this.places, data);
    this.overlay.update(step, samples, counts);
    void this.refreshPreviews();
  }

  /** Pictures of what was just opened or edited, unless a run brings them. */
  private previewAtRest(): void {
    this.previewTimer ??= setTimeout(() => {
      this.previewTimer = null;
      if (!this.running && !this.isRetraining && !this.isBroken) void this.refreshPreviews();
    }, previewAfterMs);
  }

  /** Fetches the pictures of the nodes in one call, at most four times a second and never two rounds at once. */
  private async refreshPreviews(): Promise<void> {
    if (this.previewing) {
      this.wantsPreviews = true;
      return;
    }
    if (this.client === null || this.previews.length === 0) return;
    this.previewing = true;
    this.wantsPreviews = false;
    const [places, { session }] = [this.previews, this];
    const reply = await this.call("previews", { places: [...places], maxElements: 240 }).catch(() => null);
    if (reply !== null && session === this.session && !this.isRetraining)
      this.takeViews(reply.step, places, reply.views, this.isBroken || reply.revision < this.meantAt);
    // Before the first step there are values, of the weights as they begin, but no gradients.
    const isTrained = this.overlay.step >= 0;
    const told = isTrained ? await this.call("parameterStatistics", {}).catch(() => null) : null;
    if (told !== null && !this.isRetraining) this.parameters.setState({ rows: told.rows });
    await new Promise((resolve) => setTimeout(resolve, previewPauseMs));
    this.previewing = false;
    if (this.wantsPreviews) void this.refreshPreviews();
  }

  private takeViews(step: number, places: readonly Place[], views: Reply<"previews">["views"], isStale: boolean): void {
    const isTrained = this.overlay.step >= 0;
    views.forEach((view, i) => {
      const [place, { value }] = [places[i], view];
      const gradient = isTrained ? view.gradient : null;
      if (place === undefined || (value === null && gradient === null)) return;
      this.live.set(portKey(place.graph, place.node, place.port), { value, gradient, step, isStale });
    });
  }
}

function hasErrors(diagnostics: Reply<"open">["diagnostics"]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
