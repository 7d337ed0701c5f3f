/** @file The first screen: begin a document, take up an old one, or open a template. */
import { FilePlus2, FolderOpen, Play, Search, Settings as SettingsIcon, Undo2 } from "lucide-react";
import { useState } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { commands } from "../commands/registry";
import { runCommand } from "../commands/run-command";
import { printKeys } from "../commands/keys";
import { text } from "../text/text";
import { Button, IconButton, Keys } from "../ui/button";
import { classNames } from "../ui/class-names";
import { printNumber } from "../ui/number-text";
import { Segmented } from "../ui/segmented";
import { FitPicture } from "./fit-picture";
import { MiniGraph } from "./mini-graph";
import { Recovered } from "./recovered";
import { templateGroups, templates, type Template, type TemplateGroup } from "./templates";

const words = text.gallery;

function Card({ template }: { readonly template: Template }) {
  const app = useApp();
  return (
    <button
      type="button"
      onClick={() => app.openTemplate(template, false)}
      className="group flex min-w-0 flex-col overflow-hidden rounded-card border border-line bg-panel text-left transition-colors hover:border-line2"
    >
      <div className="h-28 w-full border-b border-line bg-canvas p-3">
        <MiniGraph document={template.document} />
      </div>
      <div className="flex w-full flex-1 flex-col gap-0.5 px-3.5 py-2.5">
        <span className="truncate font-semibold">{template.document.name}</span>
        <span className="line-clamp-2 min-h-8 text-small text-text2">{template.summary}</span>
        <span className="mt-1 flex justify-between text-caption text-text3">
          <span className="font-mono">{template.file}</span>
          {template.loss !== null && (
            <span>
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
    <section className="grid min-h-52 grid-cols-[minmax(300px,1.15fr)_minmax(260px,1.2fr)_minmax(220px,1fr)] overflow-hidden rounded-card border border-line bg-panel">
      <div className="flex flex-col justify-between gap-5 p-7">
        <div>
          <h1 className="text-display font-semibold">{template.document.name}</h1>
          <p className="mt-2 text-[14px] leading-5 text-text2">{template.summary}</p>
        </div>
        <div className="flex flex-wrap items-center gap-3">
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
          <span className="text-small text-text3">{words.steps(template.document.training.steps)}</span>
        </div>
      </div>
      <div className="border-l border-line bg-canvas p-4">
        <MiniGraph document={template.document} />
      </div>
      <div className="border-l border-line p-3">
        <FitPicture />
      </div>
    </section>
  );
}

/** The gallery. */
export function Gallery() {
  const app = useApp();
  const isOpen = useStore(app.workspace, (state) => state.path.length > 0);
  const [group, setGroup] = useState<TemplateGroup | "all">("all");
  const [query, setQuery] = useState("");
  const wanted = query.trim().toLowerCase();
  const shown = templates.filter(
    (template) =>
      (group === "all" || template.group === group) &&
      [template.document.name, template.file, template.summary, template.id].some((part) =>
        part.toLowerCase().includes(wanted),
      ),
  );
  const hero = templates[0];
  const options = [
    { value: "all" as const, label: `${words.all} ${templates.length}` },
    ...templateGroups.map((value) => ({
      value,
      label: `${words.groups[value]} ${templates.filter((template) => template.group === value).length}`,
    })),
  ];
  return (
    <div className="flex h-full flex-col">
      <header className="flex h-11 shrink-0 items-center gap-2.5 border-b border-line bg-panel px-3.5">
        <img src="./icon.svg" alt="" className="size-5" />
        <span className="text-title font-semibold">{text.appName}</span>
        <span className="flex-1" />
        <IconButton
          icon={SettingsIcon}
          label={text.settings.title}
          onClick={() => app.workspace.setState({ dialog: "settings" })}
        />
      </header>
      <div className="flex min-h-0 flex-1">
        <nav
          className="flex w-72 shrink-0 flex-col gap-1 border-r border-line bg-panel p-3.5"
          aria-label={words.recent}
        >
          {isOpen && (
            <NavButton command="backToDocument" icon={Undo2} label={words.back(app.history.document().name)} />
          )}
          <NavButton command="newDocument" icon={FilePlus2} label={words.newDocument} />
          <NavButton command="openFile" icon={FolderOpen} label={words.openFile} />
          <h2 className="mt-5 mb-1 px-1 text-small text-text3">{words.recent}</h2>
          <RecentFiles />
          <Recovered />
          <span className="flex-1" />
          <p className="px-1 text-small text-text3">{words.local}</p>
        </nav>
        <main className="min-w-0 flex-1 overflow-y-auto p-5">
          <div className="mx-auto flex max-w-[1180px] flex-col gap-4">
            {hero && <Hero template={hero} />}
            <div className="flex flex-wrap items-center gap-3">
              <h2 className="text-title font-semibold">{words.templates}</h2>
              <Segmented label={words.templates} value={group} options={options} onChange={setGroup} />
              <label className="ml-auto flex h-7 w-56 items-center gap-2 rounded-node border border-line2 bg-field px-2">
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
            <div className="grid grid-cols-[repeat(auto-fill,minmax(244px,1fr))] gap-3">
              {shown.map((template) => (
                <Card key={template.id} template={template} />
              ))}
            </div>
            {shown.length === 0 && <p className="py-10 text-center text-text2">{words.noMatch(query)}</p>}
          </div>
        </main>
      </div>
      <footer className="flex h-6 shrink-0 items-center border-t border-line bg-panel px-3.5 text-caption text-text3">
        {words.footnote}
      </footer>
    </div>
  );
}

function NavButton({
  command,
  icon: Icon,
  label,
}: {
  readonly command: "newDocument" | "openFile" | "backToDocument";
  readonly icon: typeof FilePlus2;
  readonly label: string;
}) {
  const app = useApp();
  const keys = commands.get(command)?.keys[0];
  return (
    <button
      type="button"
      onClick={() => runCommand(app, command)}
      className={classNames(
        "flex h-8 items-center gap-2.5 rounded-node px-2 hover:bg-hover",
        command === "newDocument" && "border border-line2",
      )}
    >
      <Icon size={15} strokeWidth={1.75} aria-hidden />
      <span className="min-w-0 flex-1 truncate text-left font-[550]" title={label}>
        {label}
      </span>
      {keys !== undefined && <Keys keys={printKeys(keys)} />}
    </button>
  );
}

function RecentFiles() {
  const app = useApp();
  const recent = useStore(app.desktop.recent);
  if (recent.length === 0) return <p className="px-1 text-small text-text3">{words.nothingRecent}</p>;
  return (
    <ul className="flex flex-col">
      {recent.map((file) => (
        <li key={file.key}>
          <button
            type="button"
            onClick={() => void app.openRecent(file.key)}
            className="flex w-full flex-col rounded-node px-2 py-1 text-left hover:bg-hover"
          >
            <span className="truncate">{file.name}</span>
            <span className="truncate text-caption text-text3">{file.where}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
