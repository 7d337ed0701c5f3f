/** @file A number: typed, stepped with the arrow keys, or dragged sideways; never past what its declaration allows. */
import type { AttributeSpec } from "@chainrule/engine/analysis";
import { useRef } from "react";
import { useApp } from "../app/app";
import { WrittenField } from "./written-field";
import { printWritten, problemOf, readValue, readWritten, stepped } from "./written-text";

/** Pixels to drag for one step, and before a press is a drag. */
const pixelsPerStep = 3;

interface NumberFieldProps<T> {
  readonly label: string;
  readonly value: unknown;
  /** What the number may be. */
  readonly spec: AttributeSpec<T>;
  /** Edits of one drag or burst come under one merge key. */
  readonly onChange: (value: T, mergeKey?: string) => void;
}

/** Empty where the declaration has a null or a default. */
export function NumberField<T>({ label, value, spec, onChange }: NumberFieldProps<T>) {
  const app = useApp();
  const drag = useRef<{ readonly x: number; readonly value: number; moved: boolean } | null>(null);
  const printed = printWritten(value);
  /** Steps under the hand, so that the training is made again with each. */
  const propose = (next: number, at: number): void => {
    const read = readValue(label, spec, next);
    if (next === value || "problem" in read) return;
    app.retrainer.request(at);
    onChange(read.value, `number:${label}`);
  };
  return (
    <WrittenField
      label={label}
      printed={printed}
      mono
      read={(written) => readWritten(label, spec, written)}
      fault={printed === "" ? null : problemOf(label, spec, value)}
      onChange={(next) => onChange(next)}
      input={{
        inputMode: "decimal",
        className: "cursor-ew-resize focus:cursor-text",
        onKeyDown(event) {
          if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
          event.preventDefault();
          const written = Number(event.currentTarget.value);
          const now = Number.isFinite(written) ? written : Number(value) || 0;
          const steps = (event.key === "ArrowUp" ? 1 : -1) * (event.shiftKey ? 10 : 1);
          propose(stepped(spec, now, steps), event.timeStamp);
        },
        onKeyUp: () => app.retrainer.release(),
        onPointerDown(event) {
          const isText = typeof value !== "number" || document.activeElement === event.currentTarget;
          if (isText || event.button !== 0) return;
          event.preventDefault();
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = { x: event.clientX, value, moved: false };
        },
        onPointerMove(event) {
          const held = drag.current;
          if (held === null) return;
          const distance = event.clientX - held.x;
          if (Math.abs(distance) < pixelsPerStep && !held.moved) return;
          held.moved = true;
          propose(stepped(spec, held.value, Math.round(distance / pixelsPerStep)), event.timeStamp);
        },
        onLostPointerCapture() {
          drag.current = null;
          app.history.endMerge();
          app.retrainer.release();
        },
        onPointerUp(event) {
          const held = drag.current;
          if (held !== null && !held.moved) event.currentTarget.focus();
        },
      }}
    />
  );
}
