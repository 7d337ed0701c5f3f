/** @file The editor's frame: bar, left panel, canvas over the bottom panel, inspector, code, status. */
import type { ReactNode } from "react";
import { useStore } from "zustand";
import { Group, Panel, Separator } from "react-resizable-panels";
import { Canvas } from "../canvas/canvas";
import { CodePanel } from "../code/code-panel";
import { LeftPanel } from "../palette/left-panel";
import { BottomPanel } from "./bottom-panel";
import { useLaneRoom } from "./lane-room";
import { SidePanel } from "./side-panel";
import { StatusBar } from "./status-bar";
import { TopBar } from "./top-bar";
import { useApp } from "./app";

const divider =
  "relative bg-line outline-none before:absolute before:z-10 before:content-[''] data-[separator=active]:bg-accent";

/** A part of the window that F6 goes to. */
function Pane({ children }: { readonly children: ReactNode }) {
  return (
    <div data-pane tabIndex={-1} className="h-full outline-none">
      {children}
    </div>
  );
}

/** The screen on which a document is edited, run and watched. */
export function Editor() {
  const app = useApp();
  const isBottomOpen = useStore(app.workspace, (state) => state.bottomOpen);
  const bottom = useLaneRoom();
  const isCodeOpen = useStore(app.workspace, (state) => state.codeOpen);
  return (
    <div className="flex h-full flex-col">
      <TopBar />
      <main className="min-h-0 flex-1">
        <Group orientation="horizontal">
          <Panel defaultSize="200px" minSize="150px" maxSize="360px" className="bg-panel">
            <Pane>
              <LeftPanel />
            </Pane>
          </Panel>
          <Separator className={`${divider} w-px before:inset-y-0 before:-inset-x-[3px]`} />
          <Panel minSize="45%">
            <Group orientation="vertical">
              <Panel minSize="30%">
                <Pane>
                  <Canvas />
                </Pane>
              </Panel>
              {isBottomOpen && (
                <>
                  <Separator className={`${divider} h-px before:inset-x-0 before:-inset-y-[3px]`} />
                  <Panel panelRef={bottom} defaultSize="244px" minSize="120px" maxSize="60%" className="bg-panel">
                    <Pane>
                      <BottomPanel />
                    </Pane>
                  </Panel>
                </>
              )}
            </Group>
          </Panel>
          <Separator className={`${divider} w-px before:inset-y-0 before:-inset-x-[3px]`} />
          {isCodeOpen ? (
            <Panel key="code" defaultSize="520px" minSize="320px" className="bg-panel">
              <Pane>
                <CodePanel />
              </Pane>
            </Panel>
          ) : (
            <Panel key="inspector" defaultSize="278px" minSize="220px" maxSize="460px" className="bg-panel">
              <Pane>
                <SidePanel />
              </Pane>
            </Panel>
          )}
        </Group>
      </main>
      <StatusBar />
    </div>
  );
}
