/** @file Which nodes are in the page: those near what is shown, sampled ten times a second and never at each frame of the camera. */
import { createContext, useContext, useEffect, useMemo, useRef, useState } from "react";
import type { useStoreApi } from "reactflow";
import type { CanvasNode } from "./derive-nodes";
import { bandOf, holds, lighterOf, meets, mountAll, mountFor, shownBy, type Mounted, type ZoomBand } from "./zoom-band";

const everyMs = 100;
/** Selected nodes stay in the page wherever they are, so that they are dragged together; not thousands of them. */
const mostKept = 60;

const BandContext = createContext<ZoomBand>("full");
export const BandProvider = BandContext.Provider;

/** The band that nodes are drawn in. */
export function useBand(): ZoomBand {
  return useContext(BandContext);
}

/** The nodes to mount and how they are drawn. Nothing changes while the camera stays near where it was. */
export function useMounted(nodes: readonly CanvasNode[], store: ReturnType<typeof useStoreApi>) {
  const [mounted, setMounted] = useState<Mounted>(mountAll);
  const newest = useRef(nodes);
  newest.current = nodes;
  const held = useRef(mounted);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const sample = (isNew: boolean): void => {
      timer = null;
      const { transform, width, height } = store.getState();
      if (width === 0 || height === 0) return;
      const shown = shownBy(transform, width, height);
      const { band, area } = held.current;
      const wanted = bandOf(transform[2], band);
      // Near enough: neither the band nor the nodes in view are others, and the area is not far too wide by now.
      const across = area.right - area.left;
      const isWide = Number.isFinite(across) && across > 4 * (shown.right - shown.left);
      if (!isNew && wanted === band && holds(area, shown) && !isWide) return;
      const next = mountFor(newest.current, shown, wanted);
      held.current = next;
      setMounted((now) =>
        now.band === next.band && holds(now.area, next.area) && holds(next.area, now.area) ? now : next,
      );
    };
    const later = (): void => {
      timer ??= setTimeout(() => sample(false), everyMs);
    };
    sample(true);
    const end = store.subscribe((state, before) => {
      if (state.transform !== before.transform || state.width !== before.width || state.height !== before.height)
        later();
    });
    return () => {
      if (timer !== null) clearTimeout(timer);
      end();
    };
  }, [store, nodes.length]);
  const { band, area } = mounted;
  const inPage = useMemo(() => {
    if (band === "far") return [];
    const selected = nodes.filter((node) => node.selected === true);
    const kept = new Set(selected.length <= mostKept ? selected : []);
    const shown = nodes.filter((node) => kept.has(node) || meets(node, area));
    return shown.length === nodes.length ? nodes : shown;
  }, [nodes, band, area]);
  // React Flow takes nodes over in an effect: until then the page holds those of the band before, too many to be drawn whole.
  const [taken, setTaken] = useState(band);
  useEffect(() => setTaken(band), [band]);
  return { band, drawnBand: lighterOf(taken, band), area, inPage };
}
