/** @file The host: answers every call of the protocol for the documents that are open. */
import { DeviceError, type Backend, type BackendName } from "../backends/backend";
import { ExportError, exportTypescript, exportTypescriptProgram, type EngineBundle } from "../export/typescript";
import { printMessage } from "../ir/diagnostic";
import { Refusal } from "../ir/refusal";
import type { TensorData } from "../ir/tensor";
import { gradcheckFunctions } from "../program/gradcheck-functions";
import type { Clock } from "../train/clock";
import { deviceEvaluator } from "../train/device-evaluator";
import { RunError } from "../train/run-error";
import { isRealAdapter } from "./choose-backend";
import { CallRefused, Dispatcher, type Handlers } from "./dispatcher";
import { DocumentSession } from "./document-session";
import type { DeviceStatus, Failure, Place } from "./payloads";
import { parameterStatistics } from "./parameters";
import { findPlace, readPlace, statisticsOf, type Found } from "./places";
import type { MessagePortLike } from "./port";
import { protocolVersion } from "./protocol";
import { viewTensor } from "./tensor-view";
import { timelineOf } from "./timeline";
import type { Trainer } from "../train/trainer";

export interface HostOptions {
  readonly engine: string;
  /** What can run here, best first, and how each is loaded. */
  readonly backends: readonly BackendName[];
  load(name: BackendName): Promise<Backend>;
  readonly clock: Clock;
  readonly memoryBudgetBytes: number;
  /** The engine as files, which an exported project carries with it; without it there is no export. */
  readonly engineBundle?: () => Promise<EngineBundle>;
}

function failureOf(error: unknown): Failure {
  if (error instanceof CallRefused) {
    return { code: error.code, message: error.message, ...(error.where === undefined ? {} : { where: error.where }) };
  }
  if (error instanceof DeviceError) return { code: `device.${error.kind}`, message: error.message };
  if (error instanceof RunError) return { code: "run.refused", message: error.message };
  if (error instanceof ExportError) return { code: "export.impossible", message: error.message };
  if (error instanceof Refusal) return { code: error.code, message: printMessage(error.code, error.parameters) };
  const message = error instanceof Error ? error.message : String(error);
  return { code: "internal", message: `engine: ${message} This is a bug of Chainrule; please report it.` };
}

function namedTensor(name: string, { dtype, shape, data }: TensorData) {
  return { name, dtype, shape, data };
}

/** The call of a place that is to be shown, and how many there are. */
interface Chosen {
  readonly call: Found | null;
  readonly calls: number;
  readonly shown: number;
}

/** Of each place the only call, or the worst; null where the step has no such place. */
async function chooseCalls(trainer: Trainer, places: readonly Place[]): Promise<readonly Chosen[]> {
  const trace = await trainer.traceNext(true);
  const found = places.map((place) => findPlace(trace, place));
  const several = found.filter((calls) => calls.length > 1);
  const numbers =
    several.length === 0 ? [] : await trainer.report(several.flatMap((calls) => statisticsOf(trace, calls)));
  let offset = 0;
  return found.map((calls) => {
    if (calls.length < 2) return { call: calls[0] ?? null, calls: calls.length, shown: 0 };
    const { shown, next } = readPlace(calls, numbers, offset);
    offset = next;
    return { call: calls[shown] ?? null, calls: calls.length, shown };
  });
}

/** Value and gradient of each call, made in one plan; null where there is no call. */
async function viewCalls(trainer: Trainer, chosen: readonly Chosen[], maxElements: number | undefined) {
  const wanted = chosen.flatMap(({ call }) => (call ? [call.value, ...(call.gradient ? [call.gradient] : [])] : []));
  const data = wanted.length === 0 ? [] : await trainer.evaluate(wanted);
  let at = 0;
  const take = () => {
    const tensor = data[at++];
    return tensor ? viewTensor(tensor, maxElements) : null;
  };
  return chosen.map(({ call, calls, shown }) => ({
    value: call ? take() : null,
    gradient: call?.gradient ? take() : null,
    calls,
    shown,
  }));
}

/** Serves one port until it closes. */
export function serve(port: MessagePortLike, options: HostOptions): { close(): Promise<void> } {
  const sessions = new Map<string, DocumentSession>();

  const sessionOf = ({ session }: { readonly session: string }): DocumentSession => {
    const found = sessions.get(session);
    if (!found) throw new CallRefused("session.unknown", `session: ${session} is not open here. Open its document.`);
    return found;
  };

  async function fetchPlace(session: DocumentSession, trainer: Trainer, place: Place, maxElements: number | undefined) {
    const chosen = await chooseCalls(trainer, [place]);
    const path = chosen[0]?.call?.path ?? place.path ?? [];
    const address = session.address({ path, node: place.node, port: place.port }, trainer.step);
    const [view] = await viewCalls(trainer, chosen, maxElements);
    return { address, value: view?.value ?? null, gradient: view?.gradient ?? null };
  }

  const handlers: Handlers = {
    async hello({ protocol }) {
      if (protocol !== protocolVersion) {
        const found = `found protocol ${protocol}, expected ${protocolVersion}`;
        throw new CallRefused("protocol.version", `hello: ${found}. Update the older side.`);
      }
      return { protocol: protocolVersion, engine: options.engine };
    },
    async devices() {
      const devices: DeviceStatus[] = [];
      for (const name of options.backends) {
        const status = await (await options.load(name)).status();
        devices.push({ name, ok: status.ok, why: status.ok ? status.adapter : status.why });
      }
      const best = devices.find((d) => d.ok && (d.name !== "webgpu" || isRealAdapter(d.why)));
      return { devices, auto: best?.name ?? "reference" };
    },
    async open({ session: id, document, revision }) {
      const session = sessions.get(id) ?? new DocumentSession(id, { ...options, emit: (name, payload) => dispatcher.emit(name, payload) }); // prettier-ignore
      sessions.set(id, session);
      return session.open(document, revision);
    },
    async patch(request) {
      return sessionOf(request).patch(request.base, request.revision, request.hash, request.patches);
    },
    async setResource(request) {
      sessionOf(request).setResource(request.id, request.tensor);
      return {};
    },
    async close(request) {
      const session = sessionOf(request);
      sessions.delete(request.session);
      await session.close();
      return {};
    },
    async chooseDevice(request) {
      return sessionOf(request).chooseDevice(request.device, request.dtype);
    },
    async compile(request, { progress }) {
      const session = sessionOf(request);
      return session.withTrainer(async (trainer) => {
        const step = await trainer.prepare({ onKernel: (done, total) => progress({ done, total }) });
        const plans = step.plans.map(({ plan }) => plan);
        const kernels = plans.reduce((sum, plan) => sum + plan.kernels.length, 0);
        const flops = plans.reduce((sum, plan) => sum + plan.flops, 0);
        const bytes = Math.max(...plans.map((plan) => plan.scratchBytes + plan.slotBytes));
        return { revision: session.revision, kernels, bytes, flops };
      });
    },
    async run(request, { progress, cancelled }) {
      return sessionOf(request).run({
        steps: request.steps,
        seed: request.seed,
        cancelled,
        progress,
      });
    },
    async pause(request) {
      return { step: await sessionOf(request).end("paused") };
    },
    async stepOnce(request, { cancelled }) {
      const session = sessionOf(request);
      const step = await session.withTrainer((trainer) => Promise.resolve(trainer.step));
      let loss: number | null = null;
      const end = await session.run({ steps: step + 1, cancelled, progress: () => {}, onLoss: (l) => (loss = l) });
      const reason = end.reason === "done" ? "paused" : end.reason;
      return { ...end, reason, loss };
    },
    async stop(request) {
      return { step: await sessionOf(request).end("stopped") };
    },
    async reset(request) {
      return { step: await sessionOf(request).reset(request.seed) };
    },
    async setSampling(request) {
      const session = sessionOf(request);
      const { places, perSecond } = request;
      return session.withTrainer(async (trainer) => {
        const layout = session.watch(places, perSecond);
        const trace = await trainer.traceNext(true);
        const found = places.map((place) => findPlace(trace, place).length > 0);
        return { revision: session.revision, layout, found };
      });
    },
    async fetch(request) {
      const session = sessionOf(request);
      return session.withTrainer((trainer) => fetchPlace(session, trainer, request.place, request.maxElements));
    },
    async previews(request) {
      const session = sessionOf(request);
      const look = async (trainer: Trainer) => ({
        revision: session.revision,
        step: trainer.step,
        views: await viewCalls(trainer, await chooseCalls(trainer, request.places), request.maxElements),
      });
      const part = session.wholePart();
      return part ? session.beside(part, session.document.seed, look) : session.withTrainer(look);
    },
    async timeline(request) {
      const session = sessionOf(request);
      return session.withTrainer((trainer) => timelineOf(trainer, session.revision, request.maxElements));
    },
    async evaluate(request) {
      const session = sessionOf(request);
      const seed = request.seed ?? session.document.seed;
      return session.beside(session.program(), seed, async (trainer) => {
        const trace = await trainer.traceNext(true);
        const data = await trainer.evaluate(trace.ports.map((port) => port.value));
        return {
          revision: session.revision,
          values: trace.ports.flatMap(({ name, origin, value: { requiresGrad, gradFn } }, i) => {
            const tensor = data[i];
            if (!tensor) return [];
            return [{ address: session.address(origin, 0), name, requiresGrad, gradFn, tensor: viewTensor(tensor) }];
          }),
          errors: trace.errors.map(({ name, message }) => ({ where: name, message })),
        };
      });
    },
    async parameters(request) {
      const session = sessionOf(request);
      return session.withTrainer(async (trainer) => {
        const parameters = await trainer.parameters();
        return {
          revision: session.revision,
          step: trainer.step,
          parameters: [...parameters].map(([name, tensor]) => namedTensor(name, tensor)),
          summary: session.program().summary(parameters),
        };
      });
    },
    async parameterStatistics(request) {
      const session = sessionOf(request);
      return session.withTrainer(async (trainer) => ({
        revision: session.revision,
        step: trainer.step,
        rows: await parameterStatistics(trainer),
      }));
    },
    async setParameters(request) {
      return sessionOf(request).withTrainer(async (trainer) => {
        const byName = new Map(request.parameters.map((p) => [p.name, p]));
        const { parameters } = trainer.program;
        for (const { name, dtype, shape } of request.parameters) {
          const known = parameters.find((p) => p.name === name);
          if (known && known.type.dtype === dtype && known.type.shape.join() === shape.join()) continue;
          const expected = known
            ? `${known.type.dtype} [${known.type.shape.join(", ")}]`
            : "a parameter of the document";
          const message = `${name}: found ${dtype} [${shape.join(", ")}], expected ${expected}. Load weights of this document.`;
          throw new CallRefused("weights.mismatch", message, name);
        }
        for (const { name, slot } of parameters) {
          const found = byName.get(name);
          if (found) trainer.setParameter(slot, found.data);
        }
        return { missing: parameters.flatMap(({ name }) => (byName.has(name) ? [] : [name])) };
      });
    },
    async checkpoint(request) {
      const session = sessionOf(request);
      const checkpoint = await session.withTrainer((trainer) => trainer.checkpoint());
      return { checkpoint: { revision: session.revision, ...checkpoint } };
    },
    async restore(request) {
      return sessionOf(request).withTrainer(async (trainer) => {
        const restarted = await trainer.restore(request.checkpoint);
        return { step: trainer.step, restarted: [...restarted] };
      });
    },
    async setCheckpointing(request) {
      sessionOf(request).setCheckpointing(request.everyMs);
      return {};
    },
    async retrain(request, { cancelled, progress }) {
      const session = sessionOf(request);
      const { revision } = session;
      const { seed, stopOnNaN } = { seed: session.document.seed, ...session.document.training };
      const wanted = {
        program: session.program(),
        seed: request.seed ?? seed,
        until: request.steps,
        goOn: request.goOn,
        limitMs: request.limitMs,
        stopOnNaN,
        watch: request.watch,
        cancelled,
        progress: (step: number) => progress({ step, steps: request.steps }),
      };
      return session.rehearsal.run(wanted, async ({ step, steps, losses, sample }, trainer) => {
        if (cancelled()) throw new CallRefused("cancelled", "retrain: it was cancelled.");
        const adopted =
          request.adopt && trainer.step >= request.steps && (await session.adopt(await trainer.checkpoint()));
        return {
          revision,
          step,
          adopted,
          steps: Float64Array.from(steps),
          losses: Float64Array.from(losses),
          sample,
          views: await viewCalls(trainer, await chooseCalls(trainer, request.places), request.maxElements),
        };
      });
    },
    async gradcheck(request, { progress }) {
      const session = sessionOf(request);
      const device = await (await options.load("reference")).open({ memoryBudgetBytes: options.memoryBudgetBytes });
      try {
        const results = await gradcheckFunctions(session.document, deviceEvaluator(device), {
          ...(request.function === undefined ? {} : { function: request.function }),
          onProgress: (done, total) => progress({ done, total }),
        });
        return { revision: session.revision, results };
      } finally {
        device.close();
      }
    },
    async code(request) {
      const { text, lines } = exportTypescriptProgram(sessionOf(request).document);
      return { text, lines: lines.map(({ node, start, end }) => ({ node, start, end })) };
    },
    async export(request) {
      const { document } = sessionOf(request);
      if (!options.engineBundle) {
        throw new CallRefused(
          "export.unavailable",
          "export: this engine was started without its own files. Use `chainrule export`.",
        );
      }
      const { files } = exportTypescript(document, await options.engineBundle());
      return { files: files.map(({ path, text }) => ({ path, content: text })) };
    },
  };
  const dispatcher = new Dispatcher(port, handlers, failureOf);
  return {
    async close() {
      dispatcher.close();
      for (const session of sessions.values()) await session.close();
    },
  };
}
