/** @file A side of the benchmark: a process of its own that trains one workload when told, and says how long it took. */
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

/** What a peer is asked, one JSON object a line; torch_peer.py and worker.ts understand the same. */
export type PeerRequest =
  | {
      readonly do: "start";
      readonly workload: string;
      readonly backend?: string;
      readonly threads: number;
      /** How long a round should take. */
      readonly roundMs: number;
      /** The fewest steps of a round: enough to meet every path. */
      readonly leastSteps: number;
    }
  | { readonly do: "round"; readonly workload: string }
  | { readonly do: "stop" };

/** Asks a peer and waits for its answer; one question at a time. */
export class Peer {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  #complaint = "";

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, [...args], { stdio: ["pipe", "pipe", "pipe"] });
    const { stdout, stderr } = this.#child;
    if (!stdout || !stderr) throw new Error("Invariant: a peer has pipes");
    stderr.on("data", (data: Buffer) => {
      this.#complaint = (this.#complaint + data.toString()).slice(-2000);
    });
    this.#child.on("error", (error) => {
      this.#complaint = error.message;
    });
    this.#child.stdin?.on("error", () => {});
    this.#answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  /** Its next line; rejects with the last line of its complaints when there is none. */
  async answer(): Promise<Readonly<Record<string, unknown>>> {
    const { value, done } = await this.#answers.next();
    if (done === true) {
      const reason = this.#complaint.trim().split("\n").at(-1) ?? "";
      throw new Error(reason === "" ? "it ended without an answer" : reason);
    }
    const answer: unknown = JSON.parse(value);
    if (typeof answer !== "object" || answer === null) throw new Error(`it answered ${value}`);
    const record = { ...answer } as Record<string, unknown>;
    if (typeof record["error"] === "string") throw new Error(record["error"]);
    return record;
  }

  ask(request: PeerRequest): Promise<Readonly<Record<string, unknown>>> {
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    return this.answer();
  }

  close(): void {
    this.#child.kill();
  }
}
