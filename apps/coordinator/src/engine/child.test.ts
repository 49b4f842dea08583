import { describe, expect, it } from 'vitest';
import { lastLine, runChild } from './child.ts';

const node = (script: string, limitMs = 20_000) => runChild(process.execPath, ['-e', script], { limitMs });

describe('programs that are run', () => {
  it('ENG-11: a program that is too slow is ended', async () => {
    expect(await node('setInterval(() => 0, 1000)', 300)).toMatchObject({ code: null, timedOut: true });
  });

  it('ENG-11: a program that is not there is a result, not an exception', async () => {
    const result = await runChild('no-such-program-here', [], { limitMs: 1_000 });
    expect(result).toMatchObject({ code: null, timedOut: false });
    expect(result.stderr).toContain('ENOENT');
  });

  it('ENG-11: both outputs and the status are kept', async () => {
    const result = await node('console.log("a\\nb"); console.error("c"); process.exitCode = 3');
    expect(result).toEqual({ code: 3, stdout: 'a\nb\n', stderr: 'c\n', timedOut: false });
    expect(lastLine(result.stdout)).toBe('b');
  });
});
