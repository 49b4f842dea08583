// tessera data: where image sets come from, fetching and converting them, checking what is there.
import { resolve } from 'node:path';
import { DataError } from '@tessera/core/data';
import {
  CommandFailure,
  defineCommand,
  type Io,
  json,
  nearestWord,
  PROGRAM,
  renderTable,
  text,
} from '../cli/index.ts';
import {
  checkFolder,
  convertFile,
  type FolderCheck,
  getSet,
  KNOWN_SETS,
  type KnownSet,
  knownSet,
  presenceOf,
  writeConvertedSet,
} from '../domains/index.ts';

const options = {
  data: text('DIR', 'With the list: the folder in which sets are looked for'),
  out: text('DIR', 'With get and convert: where folders of sets are made (later given as --data)'),
  mirror: text('URL', "With get: take the publisher's files from this address instead"),
  json,
};

const ACTIONS = ['list', 'get', 'convert', 'check'] as const;

type Given = Parameters<Parameters<typeof defineCommand<typeof options>>[0]['run']>[0]['options'];

/** Lists, fetches, converts and checks image sets. */
export const dataCommand = defineCommand({
  name: 'data',
  summary: 'list, fetch, convert and check image sets for experiments',
  description:
    'Without a word it lists the sets that experiments know by name: what they are, their licence and home, and whether they lie below --data. ' +
    '"data get" downloads one from its publisher, checks the checksum where the publisher names one, and converts it to IDX files; complete files are never fetched twice. ' +
    '"data convert" converts files that were fetched otherwise. "data check" reads a folder and says what is in it. Licences are between you and the publishers.',
  positionals: [
    { name: 'ACTION', description: 'list (default), get, convert or check', optional: true },
    {
      name: 'WORD',
      description: 'For get the name of a set, for convert files, for check a folder',
      optional: true,
      many: true,
    },
  ],
  options,
  examples: [
    { line: '--data ~/images', does: 'lists the sets, and which of them lie in ~/images' },
    { line: 'get fashion-mnist --out ~/images', does: 'makes ~/images/fashion-mnist' },
    {
      line: 'convert cifar-10-binary.tar.gz --out ~/images',
      does: 'makes ~/images/cifar-10 from a file fetched with a browser',
    },
    { line: 'check ~/images', does: 'reads all sets there and counts images and classes' },
  ],
  async run({ options: given, words: [action = 'list', ...words] }, io) {
    try {
      switch (actionOf(action)) {
        case 'list':
          return await list(given, words, io);
        case 'get':
          return await get(given, words, io);
        case 'convert':
          return await convert(given, words, io);
        case 'check':
          return await check(given, words, io);
      }
    } catch (error) {
      if (error instanceof DataError) throw new CommandFailure(error.message, 1, { cause: error });
      throw error;
    }
  },
});

async function list(given: Given, words: readonly string[], io: Io): Promise<number> {
  if (words.length > 0)
    throw new CommandFailure(`data list takes no word, and "${words.join(' ')}" is given`, 2);
  const place = given.data === undefined ? undefined : resolve(io.cwd, given.data);
  const here = place === undefined ? [] : await Promise.all(KNOWN_SETS.map((set) => presenceOf(set, place)));
  if (given.json) {
    const sets = KNOWN_SETS.map(({ files, ...set }, i) => ({
      ...set,
      files: files.map((file) => ({ md5: null, ...file })),
      present: here[i] ?? null,
    }));
    io.out(JSON.stringify(sets, undefined, 2));
    return 0;
  }
  const rows = KNOWN_SETS.map((set, i) => [
    set.name,
    set.train,
    set.test,
    set.shape.join('x'),
    set.classes.length,
    set.megabytes,
    ...(place === undefined ? [] : [here[i] ?? '']),
  ]);
  const header = [
    'name',
    'train',
    'test',
    'image',
    'classes',
    'MB',
    ...(place === undefined ? [] : ['here']),
  ];
  io.out(renderTable(header, rows));
  io.out('');
  for (const { title, what, licence, home } of KNOWN_SETS)
    io.out(`${title}: ${what}. Licence: ${licence}.\n    ${home}`);
  io.out(`\n${PROGRAM} data get NAME --out DIR fetches one. Drawn data (drawn:pen) needs no files.`);
  return 0;
}

async function get(given: Given, words: readonly string[], io: Io): Promise<number> {
  const [name, ...others] = words;
  if (name === undefined || others.length > 0)
    throw new CommandFailure(`data get takes the name of one set: ${namesOfSets()}.`, 2);
  const set = knownSet(name) ?? unknownSet(name);
  const print = (line: string) => {
    io.err(line);
  };
  print(`${set.title}: ${set.megabytes} MB from its publisher (${set.home}). Licence: ${set.licence}.`);
  const out = folderOf(given.out, 'get', io);
  const folder = await getSet(set, { out, mirror: given.mirror, signal: io.interrupted, print });
  return told([folder], given, io);
}

async function convert(given: Given, words: readonly string[], io: Io): Promise<number> {
  if (words.length === 0) throw new CommandFailure('data convert takes the files to convert.', 2);
  const out = folderOf(given.out, 'convert', io);
  const folders = new Set<string>();
  for (const word of words) {
    io.err(`converting ${word} …`);
    const set = await convertFile(resolve(io.cwd, word));
    for (const note of set.notes) io.err(note);
    folders.add(await writeConvertedSet(set, out));
  }
  return told([...folders], given, io);
}

async function check(given: Given, words: readonly string[], io: Io): Promise<number> {
  const [folder, ...others] = words;
  if (folder === undefined || others.length > 0) throw new CommandFailure('data check takes one folder.', 2);
  return told([resolve(io.cwd, folder)], given, io);
}

/** Reads what lies in these folders and tells it; exit code 1 where something cannot be used. */
async function told(folders: readonly string[], given: Given, io: Io): Promise<number> {
  const checks: FolderCheck[] = [];
  for (const folder of folders) checks.push(...(await checkFolder(folder)));
  if (given.json) io.out(JSON.stringify(checks, undefined, 2));
  else io.out(checkTable(checks));
  return checks.every(({ usable }) => usable) ? 0 : 1;
}

function checkTable(checks: readonly FolderCheck[]): string {
  const rows = checks.map((found) =>
    found.usable
      ? [
          found.folder,
          found.train,
          found.test,
          found.shape.join('x'),
          found.classes.length,
          found.perClass.join(' to '),
        ]
      : [found.folder, '-', '-', 'unusable', '-', '-'],
  );
  const notes = checks.flatMap((found) => (found.usable ? found.notes : [found.why]));
  return [
    renderTable(['folder', 'train', 'test', 'image', 'classes', 'training images per class'], rows),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n');
}

function actionOf(word: string): (typeof ACTIONS)[number] {
  const action = ACTIONS.find((known) => known === word);
  if (action) return action;
  const nearest = nearestWord(word, ACTIONS);
  const meant = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  throw new CommandFailure(`data knows the words ${ACTIONS.join(', ')}, not "${word}".${meant}`, 2);
}

function folderOf(out: string | undefined, action: string, io: Io): string {
  if (out === undefined)
    throw new CommandFailure(`data ${action} needs --out DIR, where the set's folder is made.`, 2);
  return resolve(io.cwd, out);
}

function unknownSet(name: string): KnownSet {
  const nearest = nearestWord(
    name.toLowerCase(),
    KNOWN_SETS.map((set) => set.name),
  );
  const meant = nearest === undefined ? ` The sets are ${namesOfSets()}.` : ` Did you mean ${nearest}?`;
  throw new CommandFailure(`There is no set "${name}".${meant}`, 2);
}

function namesOfSets(): string {
  return KNOWN_SETS.map(({ name }) => name).join(', ');
}
