/** @file What is said where an edge was dropped that cannot be: the reason, beside the pointer, until the next press. */
import { Ban } from "lucide-react";
import { useEffect } from "react";
import { text } from "../text/text";

export interface Refusal {
  readonly reason: string;
  /** Screen pixels. */
  readonly x: number;
  readonly y: number;
}

const width = 276;

/** The card of a refused connection. */
export function RefusalCard({ refusal, onClose }: { readonly refusal: Refusal; readonly onClose: () => void }) {
  useEffect(() => {
    const close = (event: Event): void => {
      if (!(event instanceof KeyboardEvent) || event.key === "Escape") onClose();
    };
    window.addEventListener("pointerdown", close);
    window.addEventListener("keydown", close);
    return () => {
      window.removeEventListener("pointerdown", close);
      window.removeEventListener("keydown", close);
    };
  }, [onClose]);
  return (
    <div
      role="alert"
      className="pointer-events-none fixed z-30 rounded-float border border-line2 bg-raised p-3 shadow-float"
      style={{
        width,
        left: Math.max(8, Math.min(refusal.x + 12, window.innerWidth - width - 8)),
        top: Math.max(8, Math.min(refusal.y + 12, window.innerHeight - 120)),
      }}
    >
      <h3 className="flex items-center gap-2 font-semibold text-err">
        <Ban size={14} strokeWidth={2} aria-hidden />
        {text.canvas.cannotConnect}
      </h3>
      <p className="mt-1.5 text-small text-text2">{refusal.reason}</p>
    </div>
  );
}
