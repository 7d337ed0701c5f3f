/** @file The bottom panel makes room for the lanes of the timeline while that is open, and gives it back after. */
import { useEffect, useRef, type RefObject } from "react";
import { usePanelRef, type PanelImperativeHandle } from "react-resizable-panels";
import { useStore } from "zustand";
import { laneOf } from "../timeline/blocks";
import { lanePitch } from "../timeline/track-layout";
import { useApp } from "./app";

/** Tabs, controls and ruler above the lanes, and a scrollbar below. */
const restPx = 36 + 40 + 28 + 14;
const mostPx = 330;

/** The ref for the panel. A size that a person has chosen since stays. */
export function useLaneRoom(): RefObject<PanelImperativeHandle | null> {
  const app = useApp();
  const panel = usePanelRef();
  const given = useRef<{ readonly before: number; readonly to: number } | null>(null);
  const isShown = useStore(app.workspace, (state) => state.bottomTab === "timeline");
  const lanes = useStore(app.timeline, ({ blocks }) => new Set(["", ...blocks.map(laneOf)]).size);
  useEffect(() => {
    const size = panel.current?.getSize().inPixels;
    if (size === undefined) return;
    const wanted = Math.min(restPx + lanes * lanePitch, mostPx);
    if (isShown && size < wanted) {
      given.current = { before: given.current?.before ?? size, to: wanted };
      panel.current?.resize(wanted);
    } else if (!isShown && given.current !== null) {
      if (Math.abs(size - given.current.to) < 2) panel.current?.resize(given.current.before);
      given.current = null;
    }
  }, [panel, isShown, lanes]);
  return panel;
}
