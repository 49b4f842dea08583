// Opens the host's page where there is a desktop to open it on.
import { spawn } from 'node:child_process';

type Environment = Readonly<Record<string, string | undefined>>;

/** The program that opens a URL here; undefined where nobody would see it. */
export function browserOpener(
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
): readonly [command: string, ...args: string[]] | undefined {
  if (environment.CI !== undefined || environment.SSH_CONNECTION !== undefined) return undefined;
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  const desktop = environment.DISPLAY ?? environment.WAYLAND_DISPLAY;
  return desktop === undefined ? undefined : ['xdg-open'];
}

/** Opens the URL; a machine where that fails loses nothing, because the URL is printed as well. */
export function openBrowser(url: string, environment: Environment): void {
  const opener = browserOpener(environment);
  if (!opener) return;
  const [command, ...args] = opener;
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
