/** @file The device chip: what runs, and why that; its menu says of every device what it is or why it cannot. */
import type { DeviceChoice } from "@chainrule/engine/analysis";
import type { DeviceStatus } from "@chainrule/engine/session";
import { ChevronDown } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { deviceChoices } from "../session/devices";
import { text } from "../text/text";
import { Menu, MenuItem } from "../ui/menu";
import { MiddleText } from "../ui/middle-text";
import { useApp } from "./app";

const words = text.bar;
const order = ["auto", "webgpu", "wasm", "reference"] as const satisfies readonly DeviceChoice[];

/** An adapter's name up to its first comma or bracket: the rest is in the menu. */
export function shortDeviceName({ name, why }: DeviceStatus): string {
  const [adapter = ""] = why.split(/[,(]/);
  return `${deviceChoices[name]} · ${adapter.trim()}`;
}

/** Why `auto` took what it took. */
function whyAuto(taken: DeviceStatus | null, devices: readonly DeviceStatus[]): string {
  const gpu = devices.find((known) => known.name === "webgpu");
  if (taken === null || taken.name === "webgpu" || gpu === undefined) return words.auto;
  return gpu.ok ? words.autoSoftware : words.autoNoGpu;
}

/** The chip. */
export function DeviceChip() {
  const app = useApp();
  const { device, devices, auto, connection, why } = useStore(app.engine.state);
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const isOnTape = useStore(app.timeline, (state) => state.at >= 0);
  const isStepping = useStore(app.workspace, (state) => state.bottomTab === "timeline" && state.bottomOpen) && isOnTape;
  const { device: choice } = document.training;
  const shown = device ?? devices.find((known) => known.name === (choice === "auto" ? auto : choice)) ?? null;
  const isWell = connection === "ready" && shown?.ok === true;
  const reason = isStepping ? words.stepMode : choice === "auto" ? whyAuto(shown, devices) : words.chosen;
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`${words.device}: ${shown === null ? words.noDevice : `${deviceChoices[shown.name]}, ${shown.why}`}`}
          className="flex h-[34px] w-[204px] shrink-0 items-center gap-2.5 rounded-node border border-line bg-raised px-2.5 text-left hover:bg-hover max-[1360px]:w-[188px] max-[1360px]:gap-2 max-[1360px]:px-2"
        >
          <span className={`size-2 shrink-0 rounded-full ${isWell ? "bg-ok" : "bg-warn"}`} />
          <span className="min-w-0 flex-1">
            {shown === null ? (
              <span className="block text-small leading-4 font-semibold">{words.noDevice}</span>
            ) : (
              <MiddleText text={shortDeviceName(shown)} className="text-small leading-4 font-semibold" />
            )}
            <span className="block truncate text-caption leading-3.5 text-text3">
              {connection === "ready" ? reason : (why ?? words.noDeviceYet)}
            </span>
          </span>
          <ChevronDown size={13} className="shrink-0 text-text3" aria-hidden />
        </button>
      }
    >
      {order.map((name) => {
        const status = devices.find((known) => known.name === name);
        return (
          <MenuItem
            key={name}
            label={deviceChoices[name]}
            aside={
              name === "auto"
                ? whyAuto(devices.find((known) => known.name === auto) ?? null, devices)
                : (status?.why ?? words.noDeviceYet)
            }
            disabled={name !== "auto" && status?.ok !== true}
            checked={choice === name}
            onSelect={() => {
              app.edits.change(text.undo.training, (draft) => {
                draft.training.device = name;
              });
              void app.engine.chooseDevice(name);
            }}
          />
        );
      })}
    </Menu>
  );
}
