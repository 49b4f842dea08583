// Finds the browsers of this machine: Playwright's own where they are installed, else the system's.
import { type Browser, chromium, firefox, type LaunchOptions } from '@playwright/test';
import { existsSync } from 'node:fs';
import { softwareAdapterEnvironment } from '../../apps/coordinator/src/engine/software-drivers.ts';

/** A browser together with the engine that it is set up to train on. */
export const BROWSER_NAMES = ['chromium-webgpu', 'firefox-webgpu', 'chromium-wasm'] as const;

/** One of BROWSER_NAMES. */
export type BrowserName = (typeof BROWSER_NAMES)[number];

/** How to start a browser here, or why it cannot be had. */
export type BrowserChoice =
  | { readonly name: BrowserName; readonly available: true; readonly launch: LaunchOptions }
  | { readonly name: BrowserName; readonly available: false; readonly why: string };

/** Keeps Chromium from talking to anyone but the page under test. */
const quietFlags = [
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  ...['--no-first-run', '--disable-quic'],
];
const systemChromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const systemFirefox = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** What this machine offers for `name`. */
export function browserChoice(name: BrowserName): BrowserChoice {
  switch (name) {
    case 'chromium-webgpu':
      return chromiumChoice(name, ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']);
    case 'chromium-wasm':
      // Without WebGL the page's ladder ends where this project wants it: at wasm.
      return chromiumChoice(name, ['--disable-3d-apis']);
    case 'firefox-webgpu':
      return firefoxChoice(name);
  }
}

/** Starts the browser `name`; throws the reason when it cannot be had here. */
export async function launchBrowser(name: BrowserName): Promise<Browser> {
  const choice = browserChoice(name);
  if (!choice.available) throw new Error(`${name}: ${choice.why}`);
  return (name === 'firefox-webgpu' ? firefox : chromium).launch(choice.launch);
}

function chromiumChoice(name: BrowserName, flags: readonly string[]): BrowserChoice {
  const own = existsSync(chromium.executablePath());
  const system = systemChromium.find((path) => existsSync(path));
  if (!own && !system) return { name, available: false, why: 'there is no Chromium on this machine' };
  return {
    name,
    available: true,
    launch: {
      args: [...flags, ...quietFlags],
      // Root may not use the sandbox.
      chromiumSandbox: process.getuid?.() !== 0,
      // Playwright's 'chromium' channel is the whole browser: its headless shell has no WebGPU.
      ...(own ? { channel: 'chromium' } : system ? { executablePath: system } : {}),
    },
  };
}

function firefoxChoice(name: BrowserName): BrowserChoice {
  const own = existsSync(firefox.executablePath());
  const system = systemFirefox.find((path) => existsSync(path));
  if (!own && !system) return { name, available: false, why: 'there is no Firefox on this machine' };
  const drivers = softwareAdapterEnvironment(process.env);
  if (process.platform === 'linux' && !drivers)
    return { name, available: false, why: 'there is no Vulkan driver (lavapipe) for its WebGPU' };
  return {
    name,
    available: true,
    launch: {
      firefoxUserPrefs: { 'dom.webgpu.enabled': true, 'gfx.webgpu.ignore-blocklist': true },
      env: { ...definedVariables(process.env), ...drivers },
      // A Firefox that Playwright has not patched is driven over WebDriver BiDi.
      ...(own ? {} : system ? { channel: 'moz-firefox', executablePath: system } : {}),
    },
  };
}

function definedVariables(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
