/** @file The pictures in the nodes and the table of parameters: fetched a few times a second, and after edits between runs. */
import type { Place, Reply } from "@chainrule/engine/session";
import type { Overlay } from "../overlay/overlay";
import type { DocumentSync } from "./document-sync";
import type { EngineLink } from "./engine-link";
import { portKey, type LiveValues } from "./live-values";
import type { Parameters } from "./parameters";

/** Between two rounds: four a second. */
const pauseMs = 240;
/** After an edit between runs, until its pictures are asked for: a run that comes with it goes first. */
const afterMs = 150;
/** Elements of a picture at most. */
const mostElements = 240;

type Views = Reply<"previews">["views"];

/** What pictures must know of the run. */
interface RunView {
  isRunning(): boolean;
  /** What is on screen comes from a live retrain; the session's own values wait. */
  isRetraining(): boolean;
}

/** One round at a time. */
export class Previews {
  private places: readonly Place[] = [];
  private isAsking = false;
  private isWanted = false;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly link: EngineLink,
    private readonly sync: DocumentSync,
    private readonly overlay: Overlay,
    private readonly live: LiveValues,
    private readonly parameters: Parameters,
    private readonly run: RunView,
  ) {}

  /** Ports whose pictures the nodes show. */
  watch(places: readonly Place[]): void {
    this.places = places;
    if (this.isTrained) void this.refresh();
    else this.atRest();
  }

  private get isTrained(): boolean {
    return this.overlay.step >= 0;
  }

  /** A training stands still before a document that cannot run: its values stay. Before a step, the whole part has some. */
  private get isOutdated(): boolean {
    return this.sync.isBroken && this.isTrained;
  }

  /** Pictures of what was just opened or edited, unless a run brings them. */
  atRest(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      if (!this.run.isRunning() && !this.run.isRetraining() && !this.isOutdated) void this.refresh();
    }, afterMs);
  }

  /** Fetches all of them in one call, at most four times a second and never two rounds at once. */
  async refresh(): Promise<void> {
    if (this.isAsking) {
      this.isWanted = true;
      return;
    }
    if (!this.link.isOpen || this.places.length === 0) return;
    this.isAsking = true;
    this.isWanted = false;
    const { places } = this;
    const { session } = this.link;
    const reply = await this.link
      .call("previews", { places: [...places], maxElements: mostElements })
      .catch(() => null);
    if (reply !== null && session === this.link.session && !this.run.isRetraining())
      this.show(reply.step, places, reply.views, this.isOutdated || !this.sync.isCurrent(reply.revision));
    // Before the first step there are values, of the weights as they begin, but no gradients.
    const told = this.isTrained ? await this.link.call("parameterStatistics", {}).catch(() => null) : null;
    if (told !== null && !this.run.isRetraining()) this.parameters.setState({ rows: told.rows });
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    this.isAsking = false;
    if (this.isWanted) void this.refresh();
  }

  /** Shows values at places. */
  show(step: number, places: readonly Place[], views: Views, isStale: boolean): void {
    views.forEach((view, i) => {
      const [place, { value }] = [places[i], view];
      const gradient = this.isTrained ? view.gradient : null;
      if (place === undefined || (value === null && gradient === null)) return;
      this.live.set(portKey(place.graph, place.node, place.port), { value, gradient, step, isStale });
    });
  }
}
