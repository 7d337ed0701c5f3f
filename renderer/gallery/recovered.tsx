/** @file Work that was closed without saving, offered back. */
import { useEffect, useState } from "react";
import { useApp } from "../app/app";
import type { JournalEntry } from "../desktop/desktop";
import { text } from "../text/text";
import { Button } from "../ui/button";
import { MiddleText } from "../ui/middle-text";
import { printWhen } from "../ui/time-text";

const words = text.gallery;

/** The journal's entries, newest first; nothing where there are none. */
export function Recovered() {
  const app = useApp();
  const [entries, setEntries] = useState<readonly JournalEntry[]>([]);
  useEffect(() => {
    void app.desktop.journal.list().then(setEntries);
  }, [app]);
  if (entries.length === 0) return null;
  const drop = (id: string): void => {
    void app.desktop.journal.discard(id);
    setEntries((known) => known.filter((entry) => entry.id !== id));
  };
  return (
    <>
      <h2 className="mt-5 mb-1 flex items-center gap-2 px-1 text-small text-text3">
        {words.recovered}
        <span className="rounded-full bg-warn-soft px-1.5 font-mono text-tick text-warn">{entries.length}</span>
      </h2>
      {entries.slice(0, 3).map((entry) => (
        <div key={entry.id} className="mb-2 rounded-node border border-warn bg-warn-soft p-3">
          <MiddleText text={entry.name} className="font-semibold" />
          <p className="mt-0.5 text-small text-text2">
            {words.recoveredText(entry.edits, printWhen(entry.savedAt, Date.now(), words))}
          </p>
          <div className="mt-2 flex gap-2">
            <Button
              onClick={() => {
                const bytes = new TextEncoder().encode(entry.text);
                app.openBytes(bytes, { key: null, name: entry.fileName }, entry);
              }}
            >
              {words.restore}
            </Button>
            <Button variant="ghost" onClick={() => drop(entry.id)}>
              {words.discard}
            </Button>
          </div>
        </div>
      ))}
    </>
  );
}
