// tessera export: writes the trained networks of a run's last checkpoint as files for PyTorch.
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CommandFailure, defineCommand, json, renderTable, text } from '../cli/index.ts';
import { cloudSourcesOf, exportedFiles, type ExportSource, letterOf, sourcesOf } from '../export/index.ts';
import { CloudStore, dataDirectoryOf, RunStore } from '../store/index.ts';

const options = {
  cluster: text(
    'K|all',
    'The group: its number from 0 or its letter from A, or all (default); in three tiers A and so on are what the table says',
  ),
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
    "Reads the last checkpoint of a run, an edge or a cloud and writes, for each group or community and for all communities, generator.safetensors and (where the coordinator has it) discriminator.safetensors in PyTorch's names and layouts, settings.json, and load_tessera.py, which needs PyTorch alone. The coordinator may be running.",
  options,
  examples: [
    { line: '--run demo --cluster all --out my-models', does: 'all groups of the demo run' },
    { line: '--data-dir /srv/digits --cluster A', does: 'the first group of a run kept elsewhere' },
    { line: '--data-dir .tessera/lab/cloud --cluster A', does: "a cloud's generator of all communities" },
  ],
  async run({ options: { cluster = 'all', run = 'digits', out = 'export', ...given } }, io) {
    const dataDir = dataDirectoryOf(run, { cwd: io.cwd, dataDir: given['data-dir'] });
    const sources = await sourcesIn(dataDir, (note) => {
      io.err(note);
    });
    if (!sources) throw new CommandFailure(`There is no checkpoint in ${dataDir}.`);
    const groups = chosen(sources, cluster);
    const rows = [];
    for (const group of groups) {
      const folder = join(resolve(io.cwd, out), `group-${letterOf(group.cluster).toLowerCase()}`);
      await mkdir(folder, { recursive: true });
      for (const [name, content] of exportedFiles(group)) await writeFile(join(folder, name), content);
      rows.push({
        group: letterOf(group.cluster),
        of: group.name,
        rounds: group.rounds,
        tensors: group.networks.size,
        folder,
      });
    }
    io.out(
      given.json
        ? JSON.stringify(rows, undefined, 2)
        : renderTable(
            ['', 'of', 'rounds', 'tensors', 'folder'],
            rows.map((row) => [row.group, row.of, row.rounds, row.tensors, row.folder]),
          ),
    );
    return 0;
  },
});

/** What a run's, an edge's or a cloud's folder holds; undefined where it holds no checkpoint. */
async function sourcesIn(
  dataDir: string,
  tell: (note: string) => void,
): Promise<readonly ExportSource[] | undefined> {
  const { checkpoint, notes } = await new RunStore(dataDir).load({ sweep: false });
  for (const note of notes) tell(note);
  if (checkpoint) return sourcesOf(checkpoint);
  const merged = await new CloudStore(dataDir, tell).load({ sweep: false });
  return merged && cloudSourcesOf(merged);
}

function chosen(groups: readonly ExportSource[], wish: string): readonly ExportSource[] {
  if (wish === 'all') return groups;
  const found = groups.filter(
    ({ cluster }) => String(cluster) === wish || letterOf(cluster) === wish.toUpperCase(),
  );
  if (found.length > 0) return found;
  const there = groups.map(({ cluster }) => letterOf(cluster)).join(', ');
  throw new CommandFailure(`There is no group "${wish}"; this run has ${there}.`, 2);
}
