/** @file How a command fails: an exit code, a code for programs, and one sentence for people. */

/** 1 the document or the numbers are wrong · 2 wrong usage or a file · 3 no such device, memory, lost · 130 interrupted. */
export type ExitCode = 1 | 2 | 3 | 130;

export class CommandFailure extends Error {
  readonly exitCode: ExitCode;
  readonly code: string;
  /** The node, file or option it is about. */
  readonly where: string | null;
  constructor(exitCode: ExitCode, code: string, message: string, where: string | null = null) {
    super(message);
    this.name = "CommandFailure";
    this.exitCode = exitCode;
    this.code = code;
    this.where = where;
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

const systemErrors: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission was refused",
  EPERM: "the operation is not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EISDIR: "it is a folder, not a file",
  ENOTDIR: "a part of its path is not a folder",
  EMFILE: "too many files are open",
  EDQUOT: "the disk quota is used up",
};

/** Why the system refused a file, in words. */
export function systemReason(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return null;
  return systemErrors[error.code] ?? error.message;
}

/** Any error as a failure of the command. */
export function failureOf(error: unknown): CommandFailure {
  if (error instanceof CommandFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (nameOf(error) === "DeviceError" && error instanceof Error && "kind" in error) {
    return new CommandFailure(3, `device.${String(error.kind)}`, message);
  }
  if (nameOf(error) === "RunError") return new CommandFailure(1, "run.refused", message);
  if (error instanceof RangeError && /alloc|memory|invalid (typed )?array (buffer )?length/i.test(message)) {
    const text = `memory: ${message.toLowerCase()}, expected room for the document's values. Make its tensors smaller.`;
    return new CommandFailure(3, "device.memory", text);
  }
  return new CommandFailure(1, "internal", `chainrule: ${message} This is a bug of Chainrule; please report it.`);
}
