/** @file Whether the last input was a key or a pointer: focus is drawn only for people who move by keys. */

/** Keeps the root's data-input up to date; the stylesheet hides focus rings while it says "pointer". */
export function followModality(root: HTMLElement): void {
  root.dataset["input"] = "pointer";
  const say = (input: "pointer" | "keys") => (): void => {
    root.dataset["input"] = input;
  };
  window.addEventListener("pointerdown", say("pointer"), true);
  window.addEventListener("keydown", say("keys"), true);
}
