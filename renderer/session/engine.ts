/** @file The engine as the window knows it: runs the document on screen, shows what comes, and takes up work after it dies. */
import type { CheckpointPayload, EngineClient, Place, Reply, Request } from "@chainrule/engine/session";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { DocumentHistory } from "../document/history";
import type { Overlay } from "../overlay/overlay";
import { text } from "../text/text";
import type { Connect } from "./connection";
import { DocumentSync } from "./document-sync";
import { EngineLink, messageOf } from "./engine-link";
import type { LiveValues } from "./live-values";
import { createParameters, extendTrails, forgetParameters, type Parameters } from "./parameters";
import { Previews } from "./previews";
import { RunFeed, type RunNews } from "./run-feed";
import { extendCurve, idleEngine, noLosses, type EngineState } from "./run-state";
import { Sampling } from "./sampling";

const checkpointEveryMs = 2000;
/** Elements of a tensor in the timeline at most. */
const mostInTimeline = 4096;

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
  private readonly link: EngineLink;
  private readonly sync: DocumentSync;
  private readonly sampling: Sampling;
  private readonly previews: Previews;
  private checkpoint: CheckpointPayload | null = null;
  private running = false;
  /** What is on screen comes from a live retrain: nothing of it grows stale, and the session's own values wait. */
  private isRetraining = false;

  constructor(
    private readonly history: DocumentHistory,
    private readonly overlay: Overlay,
    private readonly live: LiveValues,
    connect: Connect,
    private readonly tell: (words: string) => void,
  ) {
    const run = {
      isRunning: () => this.running,
      isRetraining: () => this.isRetraining,
      step: () => this.state.getState().step,
    };
    this.link = new EngineLink(connect, tell);
    this.sync = new DocumentSync(
      history,
      this.link,
      {
        replaced: () => this.forgetResults(),
        meant: () => this.growStale(),
        opened: (session) => this.prepare(session),
        followed: () => this.previews.atRest(),
      },
      tell,
    );
    this.previews = new Previews(this.link, this.sync, overlay, live, this.parameters, run);
    this.sampling = new Sampling(this.link, overlay, run, () => void this.previews.refresh());
  }

  /** Connects and opens the document; called again by itself when the engine dies. */
  async start(): Promise<void> {
    try {
      const { devices, auto } = await this.link.begin(
        (why) => void this.recover(why),
        (client) => this.listen(client),
      );
      this.state.setState({ connection: "ready", devices, auto });
      await this.sync.open();
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
    this.link.end(why);
    this.sync.forget();
    await this.start();
    const { checkpoint } = this;
    if (this.state.getState().connection !== "ready") {
      if (wasRunning)
        this.state.setState((state) => ({ run: "failed", failure: { message: state.why ?? why, where: null } }));
      return;
    }
    const restored = checkpoint === null ? null : await this.link.attempt("restore", { checkpoint });
    this.tell(text.engine.restarted(why, restored?.step ?? 0));
    if (wasRunning) void this.run();
    else void this.previews.refresh();
  }

  private listen(client: EngineClient): void {
    const mine = (payload: { readonly session: string }): boolean => payload.session === this.link.session;
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
      if (mine(sample)) this.sampling.receive(sample);
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

  private takeNews({ steps, losses, numbers, progress }: RunNews): void {
    if (numbers.length > 0) extendTrails(this.parameters, numbers);
    this.state.setState((state) => ({
      ...(steps.length === 0 ? {} : { curve: extendCurve(state.curve, steps, losses) }),
      ...progress,
    }));
  }

  /** What a document that the engine has just opened needs there. */
  private async prepare(session: string): Promise<void> {
    await this.link.call("setCheckpointing", { everyMs: checkpointEveryMs });
    if (session === this.link.session) await this.sampling.begin();
    this.previews.atRest();
  }

  private growStale(): void {
    if (this.isRetraining) return;
    this.state.setState({ isStale: true });
    this.live.markStale(this.live.keys());
  }

  private forgetResults(): void {
    this.checkpoint = null;
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

  get isRunning(): boolean {
    return this.running;
  }

  /** Trains until the document's steps are done. */
  async run(): Promise<void> {
    await this.settle();
    this.state.setState({ isStale: false });
    const startsOver = this.state.getState().run === "done" || this.state.getState().run === "stopped";
    if (startsOver) this.state.setState((state) => ({ ghost: state.curve, curve: noLosses }));
    const onProgress = (made: NonNullable<RunNews["progress"]>): void =>
      this.feed.add((news) => (news.progress = made));
    const ended = await this.link.attempt("run", {}, { onProgress });
    if (ended?.message != null) this.tell(ended.message);
    // The last sample of a run is of some step before its end.
    await this.sampling.atRest();
    void this.previews.refresh();
  }

  async pause(): Promise<void> {
    await this.link.attempt("pause", {});
    void this.previews.refresh();
  }

  async stop(): Promise<void> {
    await this.link.attempt("stop", {});
  }

  async stepOnce(): Promise<void> {
    await this.settle();
    this.state.setState({ isStale: false });
    const ended = await this.link.attempt("stepOnce", {});
    if (ended?.message != null) this.tell(ended.message);
    void this.previews.refresh();
  }

  async reset(seed?: number): Promise<void> {
    await this.link.attempt("reset", seed === undefined ? {} : { seed });
    this.forgetResults();
    this.previews.atRest();
  }

  /** Everything sent, and sampled what could not be while the graph was wired. */
  private async settle(): Promise<void> {
    await this.sync.sent;
    await this.sampling.settle();
  }

  chooseDevice(device: Request<"chooseDevice">["device"]): Promise<unknown> {
    return this.link.attempt("chooseDevice", { device });
  }

  /** The tape of the next step, op by op; rejects with what is wrong. */
  async timeline(): Promise<Reply<"timeline">> {
    await this.sync.sent;
    return this.link.call("timeline", { maxElements: mostInTimeline });
  }

  fetch(place: Place, maxElements: number): Promise<Reply<"fetch"> | null> {
    return this.link.attempt("fetch", { place, maxElements });
  }

  /** The same for what is looked at again and again: where it fails, nothing is shown, and nothing said. */
  look(place: Place, maxElements: number): Promise<Reply<"fetch"> | null> {
    return this.link.call("fetch", { place, maxElements }).catch(() => null);
  }

  /** The files of the exported project; rejects with what is wrong. */
  async exportTypescript(): Promise<Reply<"export">["files"]> {
    await this.sync.sent;
    return (await this.link.call("export", { to: "typescript" })).files;
  }

  /** The program as TypeScript with the lines of each node; null where it cannot be written. */
  code(): Promise<Reply<"code"> | null> {
    return this.sync.sent.then(() => this.link.call("code", { to: "typescript" })).catch(() => null);
  }

  gradcheck(name: string): Promise<Reply<"gradcheck"> | null> {
    return this.link.attempt("gradcheck", { function: name });
  }

  /** Trains beside the session, right behind what was edited; null where it cannot. */
  async retrain(request: RetrainRequest): Promise<Reply<"retrain"> | null> {
    await this.sync.posted;
    const watch = [...this.sampling.few];
    return this.link.call("retrain", { ...request, places: [...request.places], watch }).catch(() => null);
  }

  /** Shows a retrain's curve, gradients and values as if the session had made them. */
  showRetrained({ step, steps, losses, sample, views }: Reply<"retrain">, places: readonly Place[]): void {
    this.state.setState((state) => ({ curve: extendCurve(state.curve, steps, losses), isStale: false }));
    this.sampling.show(step - 1, sample);
    this.previews.show(step - 1, places, views, false);
  }

  /** The curve so far stays as a ghost; what is on screen from now on does not grow stale. */
  beginRetraining(): void {
    this.isRetraining = true;
    this.state.setState(({ curve }) => ({ ghost: curve }));
  }

  endRetraining(): void {
    this.isRetraining = false;
    void this.previews.refresh();
  }

  /** What the overlay watches: every edge of the graph on the canvas. */
  watch(places: readonly Place[]): void {
    this.sampling.watch(places);
    this.sync.after(() => this.sampling.begin());
  }

  /** Ports whose pictures the nodes show. */
  watchPreviews(places: readonly Place[]): void {
    this.previews.watch(places);
  }
}
