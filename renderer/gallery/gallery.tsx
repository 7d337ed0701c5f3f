/** @file The first screen: begin a document, take up an old one, or open a template. */
import { Play, Search, Settings as SettingsIcon } from "lucide-react";
import { useState } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { shortDeviceName } from "../app/device-chip";
import { shownKeys } from "../commands/shown-keys";
import { text } from "../text/text";
import { Button, IconButton } from "../ui/button";
import { printNumber } from "../ui/number-text";
import { Segmented } from "../ui/segmented";
import { FitPicture } from "./fit-picture";
import { MiniGraph } from "./mini-graph";
import { GallerySide } from "./side";
import { templateGroups, templates, type Template, type TemplateGroup } from "./templates";

const words = text.gallery;

function Card({ template }: { readonly template: Template }) {
  const app = useApp();
  return (
    <button
      type="button"
      onClick={() => app.openTemplate(template, false)}
      className="group flex min-w-0 flex-col overflow-hidden rounded-card border border-line bg-panel text-left transition-colors hover:border-line2 hover:bg-raised"
    >
      <div className="h-27 w-full border-b border-line bg-canvas">
        <MiniGraph document={template.document} width={268} height={108} />
      </div>
      <div className="flex w-full flex-1 flex-col px-3.5 py-2.5">
        <span className="text-[13px] leading-[17px] font-semibold tracking-[-0.01em]">{template.document.name}</span>
        <span className="mt-0.5 line-clamp-2 text-small text-text2">{template.summary}</span>
        <span className="mt-auto flex justify-between gap-2 pt-1.5 text-caption text-text3">
          <span className="font-mono">{template.file}</span>
          {template.loss !== null && (
            <span className="whitespace-nowrap">
              {words.loss} <span className="font-mono">{printNumber(template.loss)}</span>
            </span>
          )}
        </span>
      </div>
    </button>
  );
}

function Hero({ template }: { readonly template: Template }) {
  const app = useApp();
  return (
    <section className="grid min-h-55 shrink-0 grid-cols-[minmax(310px,1fr)_minmax(240px,1.1fr)_minmax(200px,0.85fr)] overflow-hidden rounded-card border border-line bg-panel">
      <div className="flex min-w-0 flex-col justify-between gap-4 p-6 max-[1360px]:p-5">
        <div>
          <h1 className="text-display font-semibold tracking-[-0.01em] max-[1360px]:text-[20px] max-[1360px]:leading-6">
            {template.document.name}
          </h1>
          <p className="mt-2 text-[14px] leading-5 text-text2 max-[1360px]:text-[13px] max-[1360px]:leading-[18px]">
            {template.summary}
          </p>
        </div>
        <div className="flex items-center gap-2.5">
          <Button
            variant="primary"
            icon={Play}
            className="h-9 px-3.5 text-[14px]"
            onClick={() => app.openTemplate(template, true)}
          >
            {words.openAndRun}
          </Button>
          <Button variant="ghost" className="h-9 text-[14px]" onClick={() => app.openTemplate(template, false)}>
            {words.open}
          </Button>
          <span className="text-small whitespace-nowrap text-text3">
            {words.steps(template.document.training.steps)}
          </span>
        </div>
      </div>
      <div className="border-l border-line bg-canvas bg-[radial-gradient(var(--dot)_1px,transparent_1px)] bg-[size:20px_20px]">
        <MiniGraph document={template.document} width={400} height={218} />
      </div>
      <div className="border-l border-line p-3">
        <FitPicture />
      </div>
    </section>
  );
}

/** What will run documents here. */
function Device() {
  const app = useApp();
  const { devices, auto, connection } = useStore(app.engine.state);
  const best = devices.find((device) => device.name === auto);
  const isWell = connection === "ready" && best !== undefined;
  return (
    <span className="flex items-center gap-2 rounded-node border border-line bg-raised px-2.5 py-1 text-small text-text2">
      <span className={`size-2 rounded-full ${isWell ? "bg-ok" : "bg-warn"}`} />
      {isWell ? shortDeviceName(best) : text.bar.noDevice}
    </span>
  );
}

/** The gallery. */
export function Gallery() {
  const app = useApp();
  const [group, setGroup] = useState<TemplateGroup | "all">("all");
  const [query, setQuery] = useState("");
  const [hero] = templates;
  const wanted = query.trim().toLowerCase();
  const shown = templates.filter(
    (template) =>
      (group === "all" || template.group === group) &&
      // The first one stands above already.
      (template !== hero || group !== "all" || wanted !== "") &&
      [template.document.name, template.file, template.summary, template.id].some((part) =>
        part.toLowerCase().includes(wanted),
      ),
  );
  const options = [
    { value: "all" as const, label: `${words.all} ${templates.length}` },
    ...templateGroups.map((value) => ({
      value,
      label: `${words.groups[value]} ${templates.filter((template) => template.group === value).length}`,
    })),
  ];
  return (
    <div className="flex h-full flex-col">
      <header className="flex h-11 shrink-0 items-center gap-2.5 border-b border-line bg-panel pr-2 pl-3.5">
        <img src="./icon.svg" alt="" className="size-5" />
        <span className="text-title font-semibold">{text.appName}</span>
        <span className="flex-1" />
        <Device />
        <IconButton
          icon={SettingsIcon}
          label={text.settings.title}
          keys={shownKeys("openSettings")}
          onClick={() => app.workspace.setState({ dialog: "settings" })}
        />
      </header>
      <div className="flex min-h-0 flex-1">
        <GallerySide />
        <main className="min-w-0 flex-1 overflow-y-auto px-6 py-5">
          <div className="mx-auto flex max-w-[1480px] flex-col gap-4">
            {hero && <Hero template={hero} />}
            <div className="flex flex-wrap items-center gap-3">
              <h2 className="text-title font-semibold">{words.templates}</h2>
              <Segmented label={words.templates} value={group} options={options} onChange={setGroup} />
              <label className="ml-auto flex h-7 w-56 items-center gap-2 rounded-node border border-line2 bg-field px-2 focus-within:border-accent">
                <Search size={14} className="text-text3" aria-hidden />
                <input
                  value={query}
                  onChange={(event) => setQuery(event.target.value)}
                  placeholder={words.search}
                  aria-label={words.search}
                  className="w-full bg-transparent outline-none placeholder:text-text3"
                />
              </label>
            </div>
            <div className="grid grid-cols-[repeat(auto-fill,minmax(250px,1fr))] gap-3">
              {shown.map((template) => (
                <Card key={template.id} template={template} />
              ))}
            </div>
            {shown.length === 0 && <p className="py-10 text-center text-text2">{words.noMatch(query)}</p>}
          </div>
        </main>
      </div>
      <footer className="flex h-6 shrink-0 items-center justify-between border-t border-line bg-panel px-3.5 text-caption text-text3">
        <span>{words.footnote}</span>
        <span>{words.version(import.meta.env.VITE_VERSION)}</span>
      </footer>
    </div>
  );
}
