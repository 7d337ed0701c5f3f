/** @file What flows through one place, fetched again as the run goes on. */
import type { Place, Reply } from "@chainrule/engine/session";
import { useEffect, useState } from "react";
import { useApp } from "../app/app";

/** Between two looks. */
const everyMs = 300;

export type PlaceView = Reply<"fetch">;

/** The value and gradient at a place in the step about to be made; null before the first step, and where it has none. */
export function usePlaceView(place: Place | null): PlaceView | null {
  const app = useApp();
  const [view, setView] = useState<PlaceView | null>(null);
  const key = JSON.stringify(place);
  useEffect(() => {
    let isCurrent = true;
    let timer: ReturnType<typeof setTimeout> | null = null;
    setView(null);
    const look = async (): Promise<void> => {
      if (place === null || app.overlay.step < 0) {
        timer = null;
        setView(null);
        return;
      }
      const seen = await app.engine.look(place, 1);
      if (!isCurrent) return;
      if (seen !== null) setView(seen);
      timer = null;
    };
    const later = (): void => {
      timer ??= setTimeout(() => void look(), everyMs);
    };
    void look();
    const end = app.overlay.subscribe(later);
    return () => {
      isCurrent = false;
      end();
      if (timer !== null) clearTimeout(timer);
    };
    // A place is compared by what it says.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [app, key]);
  return view;
}
