import { describe, expect, it } from 'vitest';
import {
  choice,
  CommandFailure,
  defineCommand,
  flag,
  renderTable,
  runCli,
  text,
  texts,
  wholeNumber,
  wholeNumbers,
} from './index.ts';
import { recordingIo } from '../testing/recording-io.ts';

const greet = defineCommand({
  name: 'greet',
  summary: 'Greets somebody',
  description: 'Greets somebody as often as asked.',
  positionals: [{ name: 'NAME', description: 'Who is greeted' }],
  options: {
    loud: flag('In capitals'),
    greeting: text('WORD', 'Instead of Hello'),
    times: wholeNumber('N', 'How often', { min: 1, max: 3 }),
    tone: choice(['warm', 'cold'], 'How it sounds'),
    also: texts('NAME', 'Somebody else'),
    only: wholeNumbers('K,K', 'Which ones'),
  },
  examples: [{ line: 'Ada --times 2', does: 'Greets Ada twice.' }],
  run({ options, words }, io) {
    if (words[0] === 'nobody') throw new CommandFailure('Nobody is there. Name somebody else.');
    io.out(JSON.stringify({ ...options, words }));
    return Promise.resolve(0);
  },
});

async function run(...line: string[]) {
  const { io, out, err } = recordingIo();
  const exitCode = await runCli([greet], line, io);
  return { exitCode, out: out.join('\n'), err };
}

describe('command line', () => {
  it('CLI-1: flags and words reach the command as checked values', async () => {
    const { exitCode, out } = await run(
      'greet',
      'Ada',
      '--loud',
      '--times',
      '2',
      '--also',
      'Bo',
      '--also=Cy',
      '--only',
      '0,2',
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toEqual({
      loud: true,
      times: 2,
      also: ['Bo', 'Cy'],
      only: [0, 2],
      words: ['Ada'],
    });
  });

  it('CLI-2: --help prints usage, every flag and an example, and exits 0', async () => {
    const { exitCode, out } = await run('greet', '--help');
    expect(exitCode).toBe(0);
    for (const expected of [
      'npm run tessera -- greet NAME',
      '--times N',
      '--tone warm|cold',
      'greet Ada --times 2',
    ])
      expect(out).toContain(expected);
    expect((await run('--help')).out).toContain('Greets somebody');
  });

  it.each([
    [['greet', 'Ada', '--tims', '2'], 'greet has no flag --tims. Did you mean --times?'],
    [['greet', 'Ada', '--__proto__', '2'], 'greet has no flag --__proto__.'],
    [['gret'], 'There is no command "gret". Did you mean greet?'],
    [['greet', 'Ada', '--times', 'two'], '--times must be a whole number from 1 to 3, not "two"'],
    [['greet', 'Ada', '--times', '4'], '--times must be a whole number from 1 to 3, not "4"'],
    [['greet', 'Ada', '--times'], '--times needs a value'],
    [['greet', 'Ada', '--times', '1', '--times', '2'], '--times is given twice'],
    [['greet', 'Ada', '--loud=yes'], '--loud takes no value'],
    [['greet', 'Ada', '--tone', 'grey'], '--tone must be one of warm, cold, not "grey"'],
    [['greet', 'Ada', '--only', '1,x'], '--only must be whole numbers such as 0,1,2, not "1,x"'],
    [['greet'], 'NAME is missing.'],
    [['greet', 'Ada', 'Bo'], '"Bo" is one word too many.'],
  ])('CLI-3: %j is refused with one clear line and exit code 2', async (line, message) => {
    const { exitCode, err, out } = await run(...line);
    expect(exitCode).toBe(2);
    expect(out).toBe('');
    expect(err).toHaveLength(1);
    expect(err[0]).toContain(message);
    expect(err[0]).not.toContain('\n');
  });

  it('CLI-4: an expected failure prints its message alone and exits 1', async () => {
    expect(await run('greet', 'nobody')).toEqual({
      exitCode: 1,
      out: '',
      err: ['Nobody is there. Name somebody else.'],
    });
  });

  it('CLI-5: a table pads columns, numbers to the right', () => {
    expect(
      renderTable(
        ['name', 'seconds'],
        [
          ['a', 1.5],
          ['long', '12.25'],
        ],
      ),
    ).toBe(['name  seconds', '----  -------', 'a         1.5', 'long    12.25'].join('\n'));
  });
});
