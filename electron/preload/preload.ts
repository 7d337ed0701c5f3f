/** @file The bridge of the contract, and the engine's port handed on to the page; nothing else. */
import { contextBridge, ipcRenderer } from "electron";
import { channels, type Bridge } from "../contract/bridge";

const bridge: Bridge = {
  call: (name, payload) => ipcRenderer.invoke(channels.call, name, payload),
  listen(listener) {
    ipcRenderer.removeAllListeners(channels.event);
    ipcRenderer.on(channels.event, (_, name: string, payload: unknown) => listener(name, payload));
  },
};

contextBridge.exposeInMainWorld("chainrule", bridge);
ipcRenderer.on(channels.port, (event) => window.postMessage(channels.port, location.origin, event.ports));
