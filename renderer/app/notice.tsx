/** @file What was just said: a sentence above the foot of the window. */
import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { text } from "../text/text";
import { useApp } from "./app";

/** What went well is said for so long; what went wrong stays until it was read. */
const noticeMs = 6000;

/** Floats above the foot of the window, whatever screen it shows. */
export function Notice() {
  const app = useApp();
  const notice = useStore(app.workspace, (state) => state.notice);
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (notice?.tone !== "info" || isHeld) return;
    const timer = setTimeout(() => app.workspace.setState({ notice: null }), noticeMs);
    return () => clearTimeout(timer);
  }, [app, notice, isHeld]);
  useEffect(() => {
    if (notice === null) setHeld(false);
  }, [notice]);
  if (notice === null) return null;
  return (
    <div
      role={notice.tone === "error" ? "alert" : "status"}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      className={`fixed bottom-8 left-1/2 z-30 flex max-w-[min(640px,80vw)] -translate-x-1/2 items-start gap-3 rounded-float border bg-raised px-3 py-2 text-base whitespace-normal shadow-float ${notice.tone === "error" ? "border-err" : "border-line2"}`}
    >
      <span className="min-w-0 text-text [overflow-wrap:anywhere] select-text">{notice.text}</span>
      <button
        type="button"
        aria-label={text.dialogs.close}
        className="mt-0.5 text-text3 hover:text-text"
        onClick={() => app.workspace.setState({ notice: null })}
      >
        <X size={14} />
      </button>
    </div>
  );
}
