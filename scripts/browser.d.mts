import type { Browser } from "playwright";
export function launchBrowser(): Promise<Browser>;
