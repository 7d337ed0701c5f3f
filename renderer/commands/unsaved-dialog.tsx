/** @file The question before another document takes the place of one with unsaved changes. */
import { AlertDialog } from "radix-ui";
import { useApp } from "../app/app";
import { text } from "../text/text";
import { Button } from "../ui/button";

const words = text.desktop;

/** Save, let go, or stay. */
export function UnsavedDialog() {
  const app = useApp();
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && app.leave.answer("keep")}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <AlertDialog.Content className="fixed top-[24vh] left-1/2 z-50 w-[min(420px,92vw)] -translate-x-1/2 rounded-card border border-line2 bg-raised p-5 shadow-menu outline-none">
          <AlertDialog.Title className="text-title font-semibold break-words">
            {words.unsavedQuestion(app.history.document().name)}
          </AlertDialog.Title>
          <AlertDialog.Description className="mt-1.5 text-text2">{words.unsavedText}</AlertDialog.Description>
          <div className="mt-5 flex justify-end gap-2">
            <Button onClick={() => app.leave.answer("discard")}>{words.discardChanges}</Button>
            <AlertDialog.Cancel asChild>
              <Button>{words.keepEditing}</Button>
            </AlertDialog.Cancel>
            <Button variant="primary" onClick={() => app.leave.answer("save")}>
              {text.commands.save}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
