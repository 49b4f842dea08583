// Vulkan drivers that compute on the processor: how WebGPU is tested on a machine without a GPU.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const MESA_FOLDER = '/usr/share/vulkan/icd.d';
/** Debian's Chromium brings a SwiftShader whose driver any program may load. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** The software drivers on this machine, the faster (lavapipe) first. */
export function softwareDrivers(): readonly string[] {
  const mesa = existsSync(MESA_FOLDER) ? readdirSync(MESA_FOLDER).sort() : [];
  return [
    ...mesa.filter((name) => name.startsWith('lvp_icd')).map((name) => join(MESA_FOLDER, name)),
    ...(existsSync(SWIFTSHADER) ? [SWIFTSHADER] : []),
  ];
}

/**
 * The environment in which programs find a software adapter: the user's own choice of driver stands, else all of
 * ours are offered, because an old lavapipe is refused by a new Dawn. Undefined when there is no such driver.
 */
export function softwareAdapterEnvironment(env: NodeJS.ProcessEnv): Record<string, string> | undefined {
  const drivers = env.VK_ICD_FILENAMES ?? softwareDrivers().join(':');
  return drivers === '' ? undefined : { VK_ICD_FILENAMES: drivers };
}
