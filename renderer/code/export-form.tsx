/** @file The export dialog: the model as a TypeScript project. */
import { FileCode2, Folder } from "lucide-react";
import { useEffect, useState } from "react";
import type { Reply } from "@chainrule/engine/session";
import { useApp } from "../app/app";
import { text } from "../text/text";
import { Button } from "../ui/button";
import { printBytes } from "../ui/number-text";

type Files = Reply<"export">["files"];

function sizeOf(content: string | Uint8Array): number {
  return typeof content === "string" ? new TextEncoder().encode(content).length : content.length;
}

/** What will be written, and the button that writes it. */
export function ExportForm() {
  const app = useApp();
  const [files, setFiles] = useState<Files | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const document = app.history.document();
  useEffect(() => {
    app.engine.exportTypescript().then(setFiles, (error: unknown) => {
      setFiles([]);
      setFailure(error instanceof Error ? error.message : String(error));
    });
  }, [app]);
  const name =
    document.name
      .replace(/[^A-Za-z0-9]+/g, "-")
      .replace(/^-|-$/g, "")
      .toLowerCase() || "model";
  const total = (files ?? []).reduce((sum, file) => sum + sizeOf(file.content), 0);
  return (
    <div className="p-4">
      <p className="text-text2">{text.code.exportText}</p>
      <div className="mt-3 flex items-baseline justify-between gap-3 text-small">
        <span className="flex min-w-0 items-center gap-2 font-[550]">
          <Folder size={14} strokeWidth={1.75} className="shrink-0 text-text3" aria-hidden />
          <span className="truncate">{name}</span>
        </span>
        {files !== null && files.length > 0 && (
          <span className="shrink-0 text-text3">{text.code.files(files.length, printBytes(total))}</span>
        )}
      </div>
      <ul className="mt-2 mb-4 max-h-[44vh] overflow-y-auto rounded-node border border-line bg-field py-1">
        {files?.map((file) => (
          <li key={file.path} className="flex items-center gap-2 px-3 py-1 font-mono text-small">
            <FileCode2 size={14} className="text-text3" aria-hidden />
            <span className="min-w-0 flex-1 truncate">{file.path}</span>
            <span className="text-text3">{printBytes(sizeOf(file.content))}</span>
          </li>
        ))}
        {files === null && <li className="px-3 py-1 text-small text-text3">{text.code.loading}</li>}
        {failure !== null && <li className="px-3 py-1 text-small text-err select-text">{failure}</li>}
      </ul>
      <div className="flex justify-end gap-2">
        <Button
          variant="primary"
          disabled={files === null || files.length === 0}
          onClick={() => {
            if (files === null) return;
            void app.desktop
              .exportFiles(name, files)
              .then((done) => done && app.workspace.setState({ dialog: null }))
              .catch((error: unknown) => app.tell("error", String(error)));
          }}
        >
          {text.code.exportButton}
        </Button>
      </div>
    </div>
  );
}
