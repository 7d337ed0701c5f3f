/** @file Keys: matching a keyboard event against "Mod+Shift+E", and printing it as the keyboard has it. */

interface KeyChord {
  readonly mod: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly key: string;
}

function parse(keys: string): KeyChord {
  const parts = keys.split("+");
  const key = keys.endsWith("++") ? "+" : (parts.at(-1) ?? "");
  return {
    mod: parts.includes("Mod"),
    shift: parts.includes("Shift"),
    alt: parts.includes("Alt"),
    key: key.toLowerCase(),
  };
}

const codes: Readonly<Record<string, string>> = {
  BracketLeft: "[",
  BracketRight: "]",
  Backslash: "\\",
  Period: ".",
  Slash: "/",
};

/** The key of an event whatever Shift makes of it: "e", "tab", "[", "enter". */
export function keyOf(event: KeyboardEvent): string {
  const letter = /^(?:Key|Digit)(.)$/.exec(event.code)?.[1];
  if (letter !== undefined && (event.ctrlKey || event.metaKey || event.altKey)) return letter.toLowerCase();
  return codes[event.code] !== undefined && event.key !== "?" ? (codes[event.code] ?? "") : event.key.toLowerCase();
}

/** True when the event is exactly this chord. "?" is matched by what it types. */
export function matchesKeys(event: KeyboardEvent, keys: string): boolean {
  const chord = parse(keys);
  if (chord.key === "?") return event.key === "?";
  return (
    (event.ctrlKey || event.metaKey) === chord.mod &&
    event.shiftKey === chord.shift &&
    event.altKey === chord.alt &&
    keyOf(event) === chord.key
  );
}

const names: Readonly<Record<string, string>> = {
  escape: "Esc", enter: "Enter", delete: "Del", backspace: "⌫", tab: "Tab", " ": "Space", home: "Home",
  arrowup: "↑", arrowdown: "↓", arrowleft: "←", arrowright: "→",
}; // prettier-ignore

/** "Ctrl Shift E", on a Mac "⌘ ⇧ E". */
export function printKeys(keys: string, isMac = false): string {
  const chord = parse(keys);
  const key = names[chord.key] ?? (chord.key.length === 1 ? chord.key.toUpperCase() : chord.key.toUpperCase());
  return [
    chord.mod && (isMac ? "⌘" : "Ctrl"),
    chord.alt && (isMac ? "⌥" : "Alt"),
    chord.shift && (isMac ? "⇧" : "Shift"),
    key,
  ]
    .filter((part) => typeof part === "string")
    .join(" ");
}
