/** @file Finds a Python that has PyTorch, for the benchmark's other side. */
import process from "node:process";
import { Peer } from "./peer";
import { repositoryFile } from "./repository-file";

export interface TorchPeer {
  readonly peer: Peer;
  readonly version: string;
}

/** A running PyTorch, or the one sentence that says why there is none. */
export async function openTorch(): Promise<TorchPeer | { readonly why: string }> {
  const script = repositoryFile("cli/bench/torch_peer.py");
  if (script === null) return { why: "PyTorch is left out: cli/bench/torch_peer.py is not beside this program." };
  const asked = process.env["CHAINRULE_PYTHON"];
  const candidates = asked ? [asked] : ["/usr/bin/python3", "python3"];
  for (const python of candidates) {
    const peer = new Peer(python, [script]);
    try {
      const { version } = await peer.answer();
      return { peer, version: String(version) };
    } catch {
      peer.close();
    }
  }
  return {
    why: `PyTorch is left out: ${candidates.join(" and ")} cannot import torch. Install it (apt-get install python3-torch), or set CHAINRULE_PYTHON.`,
  };
}
