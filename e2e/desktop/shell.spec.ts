/** @file The shell: what a page may do and what not, and the native menus. */
import { spawnSync } from "node:child_process";
import { expect, faultsOf, test } from "../journey";
import type { DesktopHost } from "../desktop-host";

test("the window is sandboxed, isolated, and served with the policy", async ({ host, page }) => {
  const found = await page.evaluate(async () => {
    const { headers } = await fetch("./index.html");
    return {
      isolated: crossOriginIsolated,
      shared: typeof SharedArrayBuffer,
      node: [
        typeof Reflect.get(window, "require"),
        typeof Reflect.get(window, "process"),
        typeof Reflect.get(window, "module"),
      ],
      bridge: Object.keys(Reflect.get(window, "chainrule") as object),
      policy: headers.get("content-security-policy"),
      opener: headers.get("cross-origin-opener-policy"),
      embedder: headers.get("cross-origin-embedder-policy"),
    };
  });
  expect(found).toMatchObject({
    isolated: true,
    shared: "function",
    node: ["undefined", "undefined", "undefined"],
    bridge: ["call", "listen"],
    opener: "same-origin",
    embedder: "require-corp",
  });
  expect(found.policy).toContain("default-src 'none'");
  expect(found.policy).not.toContain("unsafe-eval'; script");
  const { electron } = host as DesktopHost;
  const windows = await electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((each) => {
      const { sandbox, contextIsolation, nodeIntegration, webSecurity } = (
        each.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }
      ).getLastWebPreferences();
      return [sandbox, contextIsolation, nodeIntegration === true, webSecurity !== false];
    }),
  );
  expect(windows).toEqual([
    [true, true, false, true],
    [true, true, false, true],
  ]);
});

test("navigation, new windows, the network, foreign files and malformed calls are refused", async ({ page }) => {
  const answers = await page.evaluate(async () => {
    const bridge = Reflect.get(window, "chainrule") as {
      call(name: string, payload: unknown): Promise<{ ok: boolean; value?: unknown }>;
    };
    const ok = async (name: string, payload: unknown): Promise<boolean> => (await bridge.call(name, payload)).ok;
    const stolen = await bridge.call("openRecent", { key: "/etc/passwd" });
    return {
      opened: window.open("https://example.com/"),
      outside: (await fetch("app://chainrule/../../../../etc/passwd")).status,
      encoded: (await fetch("app://chainrule/..%2f..%2fpackage.json")).status,
      stolen: stolen.value,
      wrong: [
        await ok("toString", {}),
        await ok("save", { key: null, suggestedName: "x", text: 7 }),
        await ok("discardJournal", { id: "../../x" }),
        await ok("engineFailed", { why: "not mine to say" }),
      ],
    };
  });
  expect(answers).toEqual({
    opened: null,
    outside: 404,
    encoded: 404,
    stolen: null,
    wrong: [false, false, false, false],
  });
  // What was refused above is on the console, and ought to be.
  const refusals = faultsOf.get(page)?.splice(0) ?? [];
  expect(refusals.filter((fault) => !fault.includes("404"))).toEqual([]);
});

test("a page that tries to leave stays, and ends nothing, even before it has loaded", async ({ host, page }) => {
  const { electron } = host as DesktopHost;
  const left = await electron.evaluateHandle(({ BrowserWindow }) => {
    const urls: string[] = [];
    for (const { webContents } of BrowserWindow.getAllWindows())
      webContents.on("will-navigate", (_, url) => urls.push(url));
    return urls;
  });
  await page.evaluate(() => {
    location.href = "https://example.com/";
  });
  await expect.poll(() => left.evaluate((urls) => urls)).toEqual(["https://example.com/"]);
  expect(await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(2);
  expect(page.url()).toBe(host.address);
});

test("the native menus are the window's commands, as they can be done now", async ({ host, page }) => {
  const { electron } = host as DesktopHost;
  const item = (id: string): Promise<{ label: string; enabled: boolean; keys: string | null } | null> =>
    electron.evaluate(({ Menu }, wanted) => {
      const found = Menu.getApplicationMenu()?.getMenuItemById(wanted);
      return found ? { label: found.label, enabled: found.enabled, keys: found.accelerator ?? null } : null;
    }, id);
  const choose = (id: string): Promise<void> =>
    electron.evaluate(({ Menu }, wanted) => Menu.getApplicationMenu()?.getMenuItemById(wanted)?.click(), id);
  await expect.poll(() => item("save")).toEqual({ label: "Save", enabled: false, keys: "CmdOrCtrl+S" });
  await choose("newDocument");
  await expect(page.getByText("Empty graph")).toBeVisible();
  await expect.poll(async () => (await item("save"))?.enabled).toBe(true);
  await host.chooseFile("menu.chainrule");
  await choose("save");
  await expect(page.getByText("Saved as menu.chainrule.")).toBeVisible();
  const recent = await electron.evaluate(({ Menu }) =>
    Menu.getApplicationMenu()
      ?.items.flatMap(({ submenu }) => submenu?.items ?? [])
      .flatMap(({ submenu }) => submenu?.items.map(({ label }) => label) ?? []),
  );
  expect(recent?.[0]).toMatch(/^menu\.chainrule — /);
});

test("a second start gives its file to the first and ends", async ({ host, page }) => {
  const { electron, data } = host as DesktopHost;
  const example = "assets/examples/poly-tensors.chainrule";
  const [program = "", ...args] = await electron.evaluate(() => process.argv);
  const second = spawnSync(program, ["--no-sandbox", ...args.filter((arg) => !arg.startsWith("-")), example], {
    env: { ...process.env, CHAINRULE_USER_DATA: data },
    timeout: 30_000,
  });
  expect(second.status).toBe(0);
  await expect(page.locator(".react-flow__node").first()).toBeVisible();
  const title = await electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((each) => each.getTitle()),
  );
  expect(title.join()).toContain("Sine polynomial");
});
