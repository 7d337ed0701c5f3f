/** @file What a run tells between two frames, put together: a short run sends more events than a screen can draw. */
import type { Progress } from "@chainrule/engine/session";

/** Everything that came since the last frame, oldest first. */
export interface RunNews {
  readonly steps: number[];
  readonly losses: number[];
  readonly numbers: { readonly step: number; readonly numbers: Float64Array }[];
  progress: Progress<"run"> | null;
}

const noNews = (): RunNews => ({ steps: [], losses: [], numbers: [], progress: null });
/** A page that is not shown has no frames. */
const hiddenMs = 250;

/** Hands news on once a frame, or at once when flushed. */
export class RunFeed {
  private news = noNews();
  private frame: number | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly give: (news: RunNews) => void) {}

  add(change: (news: RunNews) => void): void {
    change(this.news);
    this.frame ??= requestAnimationFrame(() => this.flush());
    this.timer ??= setTimeout(() => this.flush(), hiddenMs);
  }

  flush(): void {
    if (this.frame === null) return;
    this.drop();
    const { news } = this;
    this.news = noNews();
    this.give(news);
  }

  /** Forgets what another document's run has told. */
  clear(): void {
    this.drop();
    this.news = noNews();
  }

  private drop(): void {
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    if (this.timer !== null) clearTimeout(this.timer);
    this.frame = null;
    this.timer = null;
  }
}
