/** @file The Desktop of the shell: the contract's calls over preload's bridge, and the engine's port from the hidden window. */
import { platformPort } from "@chainrule/engine/session";
import { createStore } from "zustand/vanilla";
import { channels, type Bridge } from "../../electron/contract/bridge";
import { calls, events, readPayload, type CallName, type Reply, type Request } from "../../electron/contract/calls";
import type { Connect } from "../session/connection";
import type { Desktop, FileReference, OpenedFile } from "./desktop";

/** The bridge where preload has put one. */
export function findBridge(): Bridge | null {
  return (window as { readonly chainrule?: Bridge }).chainrule ?? null;
}

async function call<N extends CallName>(bridge: Bridge, name: N, request: Request<N>): Promise<Reply<N>> {
  const answer = await bridge.call(name, request);
  if (!answer.ok) throw new Error(answer.message);
  return readPayload(name, calls[name].reply, answer.value) as Reply<N>;
}

/** What the shell asks of the app. */
export interface ShellRequests {
  opened(file: OpenedFile): void;
  save(): void;
  failed(why: string): void;
  command(id: string): void;
}

export type ShellMenu = Request<"describeMenu">["menu"];

export interface ElectronDesktop {
  readonly desktop: Desktop;
  readonly connect: Connect;
  /** The app is there: opens what it was started with, and from now on what the shell asks for. */
  follow(requests: ShellRequests): Promise<void>;
  describeMenu(menu: ShellMenu): void;
  /** Gives a text field what a menu's command means to it. */
  editField(what: Request<"editField">["what"]): void;
}

/** Everything the window needs of the shell. */
export function createElectronDesktop(bridge: Bridge): ElectronDesktop {
  const recent = createStore<readonly FileReference[]>(() => []);
  let requests: ShellRequests | null = null;
  let engineGone: (why: string) => void = () => undefined;

  bridge.listen((name, payload) => {
    switch (name) {
      case "recent":
        recent.setState(readPayload(name, events.recent, payload).recent, true);
        return;
      case "opened":
        requests?.opened(readPayload(name, events.opened, payload));
        return;
      case "failed":
        requests?.failed(readPayload(name, events.failed, payload).why);
        return;
      case "command":
        requests?.command(readPayload(name, events.command, payload).id);
        return;
      case "saveRequested":
        requests?.save();
        return;
      case "engineGone":
        engineGone(readPayload(name, events.engineGone, payload).why);
        return;
    }
  });

  const connect: Connect = async () => {
    const arriving = new Promise<MessagePort>((resolve) => {
      window.addEventListener("message", function take(event: MessageEvent<unknown>) {
        const [port] = event.ports;
        if (event.source !== window || event.data !== channels.port || port === undefined) return;
        window.removeEventListener("message", take);
        resolve(port);
      });
    });
    await call(bridge, "connectEngine", {});
    const port = await arriving;
    return {
      port: platformPort(port),
      onGone(listener) {
        engineGone = listener;
      },
      close: () => port.close(),
    };
  };

  const desktop: Desktop = {
    kind: "electron",
    recent,
    open: () => call(bridge, "open", {}),
    openRecent: (key) => call(bridge, "openRecent", { key }),
    save: (key, suggestedName, text) => call(bridge, "save", { key, suggestedName, text }),
    exportFiles: (name, files) => call(bridge, "exportFiles", { name, files: [...files] }),
    journal: {
      list: () => call(bridge, "listJournal", {}),
      async write(entry) {
        await call(bridge, "writeJournal", { entry });
      },
      async release() {
        await call(bridge, "releaseJournal", {});
      },
      async discard(id) {
        await call(bridge, "discardJournal", { id });
      },
    },
    describe(title, unsaved) {
      void call(bridge, "describe", { title, unsaved });
    },
  };

  return {
    desktop,
    connect,
    describeMenu: (menu) => void call(bridge, "describeMenu", { menu }),
    editField: (what) => void call(bridge, "editField", { what }),
    async follow(asked) {
      requests = asked;
      const { recent: known, opened } = await call(bridge, "start", {});
      recent.setState(known, true);
      if (opened !== null) asked.opened(opened);
    },
  };
}
