// Gets what only the tests need: browsers, a Vulkan driver, a compiler.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { answers, root, run, runNode, say, step } from './run.mjs';

/** What Debian calls the things that tests need, and how to see that one is there already. */
const debianPackages = [
  { name: 'chromium', there: () => existsSync('/usr/bin/chromium') },
  { name: 'firefox-esr', there: () => existsSync('/usr/bin/firefox-esr') },
  { name: 'libvulkan1', there: () => hasLibrary('libvulkan.so.1') },
  { name: 'mesa-vulkan-drivers', there: hasLavapipe },
];
const debianNativePackages = [
  { name: 'g++', there: () => answers('c++') },
  { name: 'python3-pip', there: () => answers('pip3') },
];

/** Installs what browser tests need, as far as this machine lets us; what is still missing is seen later. */
export async function getBrowsers() {
  if (isDebianRoot()) return installDebian('Installing browsers', debianPackages);
  if (await playwrightHasBrowsers()) return;
  const playwright = join(root, 'node_modules', 'playwright', 'cli.js');
  await step("Installing Playwright's browsers", () =>
    runNode([playwright, 'install', 'chromium', 'firefox'], { show: true }),
  );
}

/** Installs what the build of tfjs-node needs, where that is ours to do. */
export async function getBuildTools() {
  if (isDebianRoot()) await installDebian('Installing a compiler', debianNativePackages);
}

async function installDebian(title, packages) {
  const missing = [];
  for (const { name, there } of packages) if (!(await there())) missing.push(name);
  if (missing.length === 0) return;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const { code, output } = await step(`${title} (${missing.join(', ')})`, async () => {
    await run('apt-get', ['update'], { env });
    return run('apt-get', ['install', '-y', '--no-install-recommends', ...missing], { env });
  });
  if (code !== 0) say(`${output}\n${missing.join(', ')} could not be installed (see above).`);
}

function isDebianRoot() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

function hasLibrary(name) {
  return readdirSync('/usr/lib').some((folder) => existsSync(join('/usr/lib', folder, name)));
}

function hasLavapipe() {
  const folder = '/usr/share/vulkan/icd.d';
  return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('lvp_icd'));
}

async function playwrightHasBrowsers() {
  const { chromium, firefox } = await import('playwright');
  return [chromium, firefox].every((browser) => existsSync(browser.executablePath()));
}
