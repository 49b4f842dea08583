// The download of a group's generator: its weights, settings and loader as one zip.
import { promisify } from 'node:util';
import { zip } from 'fflate';
import type { ExportSource } from './export-sources.ts';
import { exportedFiles } from './exported-files.ts';

const zipFiles = promisify<Record<string, Uint8Array>, Uint8Array>(zip);

/** The discriminator stays out: it has seen real images, and nobody needs it to draw. */
export function generatorZip(source: ExportSource): Promise<Uint8Array> {
  const files = [...exportedFiles(source)].filter(([name]) => name !== 'discriminator.safetensors');
  return zipFiles(Object.fromEntries(files));
}
