// tessera export: writes the trained networks of a run's last checkpoint as files for PyTorch.
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CommandFailure, defineCommand, json, renderTable, text } from '../cli/index.ts';
import { exportedFiles, type ExportSource, groupsOf } from '../export/index.ts';
import { dataDirectoryOf, RunStore } from '../store/index.ts';

const options = {
  cluster: text('K|all', 'The group: its number from 0 or its letter from A, or all (default)'),
  run: text('ID', 'The run whose data directory under .tessera is read (default digits)'),
  'data-dir': text('DIR', "The run's data directory, where it is not under .tessera"),
  out: text('DIR', 'Where the files go (default export), one folder a group'),
  json,
};

/** Exports generator and discriminator with settings and a Python loader. */
export const exportCommand = defineCommand({
  name: 'export',
  summary: 'write the trained networks as files for PyTorch',
  description:
    "Reads a run's last checkpoint and writes, for each group, generator.safetensors and discriminator.safetensors in PyTorch's names and layouts, settings.json, and load_tessera.py, which needs PyTorch alone. The coordinator may be running.",
  options,
  examples: [
    { line: '--run demo --cluster all --out my-models', does: 'all groups of the demo run' },
    { line: '--data-dir /srv/digits --cluster A', does: 'the first group of a run kept elsewhere' },
  ],
  async run({ options: { cluster = 'all', run = 'digits', out = 'export', ...given } }, io) {
    const dataDir = dataDirectoryOf(run, { cwd: io.cwd, dataDir: given['data-dir'] });
    const { checkpoint, notes } = await new RunStore(dataDir).load({ sweep: false });
    for (const note of notes) io.err(note);
    if (!checkpoint) throw new CommandFailure(`There is no checkpoint in ${dataDir}.`);
    const groups = chosen(groupsOf(checkpoint), cluster);
    const rows = [];
    for (const group of groups) {
      const folder = join(resolve(io.cwd, out), `group-${letterOf(group.cluster).toLowerCase()}`);
      await mkdir(folder, { recursive: true });
      for (const [name, content] of exportedFiles(group)) await writeFile(join(folder, name), content);
      rows.push({
        group: letterOf(group.cluster),
        rounds: group.committedRound + 1,
        tensors: group.networks.size,
        folder,
      });
    }
    io.out(
      given.json
        ? JSON.stringify(rows, undefined, 2)
        : renderTable(
            ['group', 'rounds', 'tensors', 'folder'],
            rows.map((row) => [row.group, row.rounds, row.tensors, row.folder]),
          ),
    );
    return 0;
  },
});

function chosen(groups: readonly ExportSource[], wish: string): readonly ExportSource[] {
  if (wish === 'all') return groups;
  const found = groups.filter(
    ({ cluster }) => String(cluster) === wish || letterOf(cluster) === wish.toUpperCase(),
  );
  if (found.length > 0) return found;
  const there = groups.map(({ cluster }) => letterOf(cluster)).join(', ');
  throw new CommandFailure(`There is no group "${wish}"; this run has ${there}.`, 2);
}

/** Groups are A, B, C … to people. */
function letterOf(cluster: number): string {
  return cluster < 26 ? String.fromCharCode(65 + cluster) : String(cluster);
}
