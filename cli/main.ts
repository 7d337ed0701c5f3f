/** @file The command line: commands and their options; what a command does loads when it is called. */
import process from "node:process";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { version } from "../package.json";
import { failureOf } from "./failure";
import { createOutput, type Output } from "./output";

function wholeNumber(low: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^[+-]?\d+$/.test(text.trim()) || !Number.isSafeInteger(value) || value < low) {
      throw new InvalidArgumentError(`Found "${text}", expected a whole number from ${low}.`);
    }
    return value;
  };
}

function port(text: string): number {
  const value = wholeNumber(0)(text);
  if (value > 65535) throw new InvalidArgumentError(`Found ${value}, expected a port from 0 to 65535.`);
  return value;
}

const seed = (): Option =>
  new Option("--seed <S>", "seed of every draw (default: the document's)").argParser(
    wholeNumber(Number.MIN_SAFE_INTEGER),
  );
const full = (): Option => new Option("--full", "print tensors whole, however large");

/** A command that prints JSON Lines when asked. */
function command(name: string, summary: string, argument?: string): Command {
  const made = new Command(name).summary(summary).description(summary).option("--json", "print JSON Lines");
  return argument === undefined ? made : made.argument(argument);
}

/** A command that runs on a device. */
function deviceCommand(name: string, summary: string): Command {
  return command(name, summary, "<file>")
    .addOption(
      new Option("--device <name>", "where to run (default: the document's)").choices([
        "auto", "webgpu", "wasm", "reference",
      ]),
    )
    .addOption(new Option("--dtype <name>", "what float32 becomes").choices(["float32", "float64"]).default("float32"))
    .addOption(seed()); // prettier-ignore
}

/** Runs a command's action, prints what went wrong, and sets the exit code. */
async function finish(output: Output, action: () => Promise<void>): Promise<never> {
  let exitCode = 0;
  try {
    await action();
  } catch (error) {
    const failure = failureOf(error);
    const { code, message, where } = failure;
    output.progress("");
    output.emit({ event: "error", code, message, where });
    output.note(message);
    if (code === "internal" && process.env["CHAINRULE_DEBUG"] && error instanceof Error)
      output.note(String(error.stack));
    exitCode = failure.exitCode;
  }
  // Dawn and its threads would keep the process alive.
  process.exit(exitCode);
}

/** Says what a usage error is, as commander puts it, on the stream that was asked for. */
function usageError(error: CommanderError, json: boolean): void {
  if (error.exitCode === 0) return;
  const found = error.message.replace(/^error: /, "").replace(/\.$/, "");
  const message = `usage: ${found}. Run "chainrule --help" for what there is.`;
  createOutput(json).emit({ event: "error", code: "usage", message, where: null });
  process.exitCode = 2;
}

function program(): Command {
  const root = new Command("chainrule")
    .description("Check, train, differentiate and export differentiable programs.")
    .version(version);
  root.addCommand(
    command("check", "print the diagnostics of a document", "<file>").action(async (file: string, options) => {
      const output = createOutput(options.json === true);
      await finish(output, async () => (await import("./commands/check")).check(output, file));
    }),
  );
  root.addCommand(
    deviceCommand("run", "train as the document says")
      .addOption(new Option("--steps <N>", "steps (default: the document's)").argParser(wholeNumber(0)))
      .addOption(new Option("--log-every <K>", "print the loss of every K-th step").argParser(wholeNumber(1)))
      .option("--save <file>", "write the weights there at the end, as safetensors")
      .option("--load <file>", "begin with the weights of that safetensors file")
      .option("--keep-going", "go on when the loss is NaN")
      .addOption(full())
      .action(async (file: string, options) => {
        const output = createOutput(options.json === true);
        await finish(output, async () => (await import("./commands/run")).run(output, file, options));
      }),
  );
  root.addCommand(
    deviceCommand("grad", "print the gradients of every parameter and edge")
      .addOption(new Option("--step <K>", "of which step; those before it are made").argParser(wholeNumber(0)))
      .addOption(full())
      .action(async (file: string, options) => {
        const output = createOutput(options.json === true);
        await finish(output, async () => (await import("./commands/grad")).grad(output, file, options));
      }),
  );
  root.addCommand(
    deviceCommand("eval", "print every named value of one pass, and what was refused")
      .addOption(full())
      .action(async (file: string, options) => {
        const output = createOutput(options.json === true);
        await finish(output, async () => (await import("./commands/eval")).evaluate(output, file, options));
      }),
  );
  root.addCommand(
    command("gradcheck", "compare the gradients of custom Functions with numeric ones", "<file>")
      .option("--function <name>", "of this Function only")
      .action(async (file: string, options) => {
        const output = createOutput(options.json === true);
        await finish(output, async () => (await import("./commands/gradcheck")).gradcheck(output, file, options));
      }),
  );
  root.addCommand(
    command("export", "write the document as a project that runs by itself", "<file>")
      .addOption(new Option("--to <format>", "what to write").choices(["typescript"]).default("typescript"))
      .requiredOption("--out <folder>", "an empty or a new folder")
      .action(async (file: string, options) => {
        const output = createOutput(options.json === true);
        await finish(output, async () => (await import("./commands/export")).exportDocument(output, file, options));
      }),
  );
  root.addCommand(
    command("ops", "list every op, module and optimiser").action(async (options) => {
      const output = createOutput(options.json === true);
      await finish(output, async () => (await import("./commands/ops")).listOps(output));
    }),
  );
  root.addCommand(
    command("devices", "list what can run here, and why not what cannot").action(async (options) => {
      const output = createOutput(options.json === true);
      await finish(output, async () => (await import("./commands/devices")).listDevices(output));
    }),
  );
  root.addCommand(
    command("bench", "measure a step here and in PyTorch, in turns")
      .option("--only <names>", "some workloads, such as W1,W3")
      .option("--quick", "shorter rounds, under a minute")
      .addOption(new Option("--device <name>", "one backend").choices(["webgpu", "wasm", "reference"]))
      .addOption(new Option("--worker").hideHelp())
      .action(async (options) => {
        const output = createOutput(options.json === true);
        await finish(output, async () => (await import("./commands/bench")).bench(output, options));
      }),
  );
  root.addCommand(
    command("serve", "serve the app to a browser of this machine")
      .addOption(new Option("--port <P>", "where to listen (default: 7447, or the next free one)").argParser(port))
      .action(async (options) => {
        const output = createOutput(options.json === true);
        await finish(output, async () => (await import("./commands/serve")).serve(output, options));
      }),
  );
  return root;
}

async function main(): Promise<void> {
  const json = process.argv.includes("--json");
  const root = program();
  for (const each of [root, ...root.commands]) {
    each.exitOverride();
    each.showHelpAfterError(`Run "chainrule ${each === root ? "" : `${each.name()} `}--help" for what there is.`);
    if (json) each.configureOutput({ writeErr: () => {} });
  }
  try {
    await root.parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) usageError(error, json);
    else throw error;
  }
}

void main();
