/** @file The statistics on the edges: which places the engine samples, what it tells of them, and what they are between runs. */
import { sampleWidth, type EventPayload, type Place } from "@chainrule/engine/session";
import type { Overlay } from "../overlay/overlay";
import type { EngineLink } from "./engine-link";
import { readSample, sampleOfViews } from "./samples";

const samplesPerSecond = 15;
/** Places whose statistics are made at once between runs. */
const mostAtRest = 400;

/** What sampling must know of the run. */
interface RunView {
  isRunning(): boolean;
  step(): number;
}

/** Samples of the places that the overlay watches. */
export class Sampling {
  private places: readonly Place[] = [];
  private layout = -1;
  /** The places that the engine samples; it refuses those of a graph that cannot run yet. */
  private sampled: readonly Place[] | null = null;

  constructor(
    private readonly link: EngineLink,
    private readonly overlay: Overlay,
    private readonly run: RunView,
    /** Hears of each sample that is taken. */
    private readonly taken: () => void,
  ) {}

  /** The places watched from now on; `begin` tells the engine of them. */
  watch(places: readonly Place[]): void {
    this.places = places;
  }

  /** The places, where a whole sample of them can be made at once. */
  get few(): readonly Place[] {
    return this.places.length > mostAtRest ? [] : this.places;
  }

  /** Samples what could not be while the graph was wired. */
  async settle(): Promise<void> {
    if (this.sampled !== this.places) await this.begin().catch(() => undefined);
  }

  /** Tells the engine what to sample, and shows what it is now. */
  async begin(): Promise<void> {
    if (!this.link.isOpen) return;
    const { places } = this;
    this.sampled = null;
    const { layout } = await this.link.call("setSampling", { places: [...places], perSecond: samplesPerSecond });
    this.layout = layout;
    this.sampled = places;
    if (!this.run.isRunning()) await this.atRest();
  }

  /** Statistics of the step about to be made: what the edges show when another graph is looked at between runs. */
  async atRest(): Promise<void> {
    const { places } = this;
    if (this.run.step() === 0 || places.length === 0 || places.length > mostAtRest) return;
    const reply = await this.link.call("previews", { places: [...places], maxElements: 1 }).catch(() => null);
    if (reply === null || this.run.isRunning() || places !== this.places) return;
    this.take(reply.step, sampleOfViews(reply.views));
  }

  /** What the engine sent while it ran. */
  receive({ layout, step, data }: EventPayload<"sample">): void {
    // An edit makes a newer layout of the same places; an older one is of places watched before.
    if (layout >= this.layout && data.length === this.places.length * sampleWidth) this.take(step, data);
  }

  /** Shows a sample that a live retrain made; one of other places is not. */
  show(step: number, data: Float32Array): void {
    if (data.length !== this.places.length * sampleWidth) return;
    const { samples, counts } = readSample(this.places, data);
    this.overlay.update(step, samples, counts);
  }

  private take(step: number, data: Float32Array): void {
    this.show(step, data);
    this.taken();
  }
}
