import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeWheel, temporaryFolder } from '../testing/fake-package.ts';
import { destinationOf, unpackWheel } from './unpack-wheel.ts';

describe('unpacking a wheel', () => {
  it('TOOL-4: only the two libraries and the C headers are taken, stored or deflated', async () => {
    const folder = await temporaryFolder();
    const { wheel, file } = fakeWheel();
    const path = join(folder, wheel.fileName);
    await writeFile(path, file);
    await unpackWheel(path, join(folder, 'out'), { wheel, onProgress: () => undefined });
    const names = await readdir(join(folder, 'out'), { recursive: true });
    expect(names.filter((name) => /\.(so|h|py)$|Core/.test(name)).sort()).toEqual([
      'include/tensorflow/c/c_api.h',
      'lib/libframework.so',
      'lib/libmain.so',
    ]);
    expect(await readFile(join(folder, 'out', 'lib', 'libmain.so'), 'utf8')).toBe(
      'main library'.repeat(1000),
    );
  });

  it('TOOL-4: no name in a wheel leads out of the folder', () => {
    const part = fc.constantFrom('tensorflow', 'include', 'tsl', 'c', '..', '.', '', 'libmain.so');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const to = destinationOf(parts.join('/'), fakeWheel().wheel);
        expect(to === undefined || /^(lib|include)\/(?!.*\.\.)/.test(to)).toBe(true);
      }),
    );
    expect(destinationOf('tensorflow/include/tsl/../../../x.h', fakeWheel().wheel)).toBeUndefined();
    expect(destinationOf('tensorflow/include/tsl/c/x.h', fakeWheel().wheel)).toBe('include/tsl/c/x.h');
  });
});
