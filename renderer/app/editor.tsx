/** @file The editor's frame: bar, left panel, canvas over the bottom panel, inspector, code, status. */
import { useStore } from "zustand";
import { Group, Panel, Separator } from "react-resizable-panels";
import { Canvas } from "../canvas/canvas";
import { CodePanel } from "../code/code-panel";
import { LeftPanel } from "../palette/left-panel";
import { BottomPanel } from "./bottom-panel";
import { SidePanel } from "./side-panel";
import { StatusBar } from "./status-bar";
import { TopBar } from "./top-bar";
import { useApp } from "./app";

const divider =
  "relative bg-line outline-none before:absolute before:z-10 before:content-[''] data-[separator=active]:bg-accent";

/** The screen on which a document is edited, run and watched. */
export function Editor() {
  const app = useApp();
  const isBottomOpen = useStore(app.workspace, (state) => state.bottomOpen);
  const isCodeOpen = useStore(app.workspace, (state) => state.codeOpen);
  return (
    <div className="flex h-full flex-col">
      <TopBar />
      <main className="min-h-0 flex-1">
        <Group orientation="horizontal">
          <Panel defaultSize="200px" minSize="150px" maxSize="360px" className="bg-panel">
            <LeftPanel />
          </Panel>
          <Separator className={`${divider} w-px before:inset-y-0 before:-inset-x-[3px]`} />
          <Panel minSize="45%">
            <Group orientation="vertical">
              <Panel minSize="30%">
                <Canvas />
              </Panel>
              {isBottomOpen && (
                <>
                  <Separator className={`${divider} h-px before:inset-x-0 before:-inset-y-[3px]`} />
                  <Panel defaultSize="244px" minSize="120px" maxSize="60%" className="bg-panel">
                    <BottomPanel />
                  </Panel>
                </>
              )}
            </Group>
          </Panel>
          <Separator className={`${divider} w-px before:inset-y-0 before:-inset-x-[3px]`} />
          {isCodeOpen ? (
            <Panel key="code" defaultSize="520px" minSize="320px" className="bg-panel">
              <CodePanel />
            </Panel>
          ) : (
            <Panel key="inspector" defaultSize="278px" minSize="220px" maxSize="460px" className="bg-panel">
              <SidePanel />
            </Panel>
          )}
        </Group>
      </main>
      <StatusBar />
    </div>
  );
}
