import { appendFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeHost, fakeWheel, temporaryFolder } from '../testing/fake-package.ts';
import { cachedLibrary, userCacheFolder } from './library-cache.ts';

/** Surroundings without pip, and an index on this machine that serves `file` as the wheel. */
async function surroundings(file: Uint8Array) {
  const { wheel } = fakeWheel();
  const host = await fakeHost({
    [`/simple/${wheel.project}/`]: `<a href="/files/${wheel.fileName}">wheel</a>`,
    [`/files/${wheel.fileName}`]: file,
  });
  const home = await temporaryFolder();
  const context = {
    env: { PATH: '/nowhere', PIP_INDEX_URL: `${host.url}/simple` },
    home,
    onProgress: () => undefined,
  };
  return { wheel, host, cache: join(home, 'cache'), context };
}

describe('the cache of libraries', () => {
  it('TOOL-6: a library is downloaded once and then taken from the cache', async () => {
    const { wheel, host, cache, context } = await surroundings(fakeWheel().file);
    const folder = await cachedLibrary(wheel, cache, context);
    expect(await readFile(join(folder, 'lib', 'libframework.so'), 'utf8')).toBe('framework library');
    expect(await cachedLibrary(wheel, cache, context)).toBe(folder);
    expect(host.asked).toHaveLength(2);
    expect(await readdir(cache)).toHaveLength(1);
  });

  it('TOOL-6: a damaged library in the cache is downloaded again', async () => {
    const { wheel, host, cache, context } = await surroundings(fakeWheel().file);
    const folder = await cachedLibrary(wheel, cache, context);
    await appendFile(join(folder, 'lib', 'libmain.so'), 'damage');
    await cachedLibrary(wheel, cache, context);
    expect(host.asked).toHaveLength(4);
    expect(await readFile(join(folder, 'lib', 'libmain.so'), 'utf8')).not.toContain('damage');
  });

  it('TOOL-5: a wheel whose checksum is not the known one is refused, and nothing of it stays', async () => {
    const changed = fakeWheel().file.slice();
    changed[40] = (changed[40] ?? 0) ^ 1;
    const { wheel, cache, context } = await surroundings(changed);
    await expect(cachedLibrary(wheel, cache, context)).rejects.toMatchObject({ code: 'checksum' });
    expect(await readdir(cache)).toEqual([]);
  });

  it('TOOL-5: a wheel that is longer than it should be is not downloaded to its end', async () => {
    const { wheel, cache, context } = await surroundings(new Uint8Array(1 << 20));
    await expect(cachedLibrary(wheel, cache, context)).rejects.toMatchObject({
      code: 'no-network',
      message: expect.stringContaining('larger than it should be') as string,
    });
  });

  it('TOOL-10: without pip and without an index the refusal says what to do', async () => {
    const { wheel, cache, context } = await surroundings(new Uint8Array());
    const env = { PATH: '/nowhere', PIP_CONFIG_FILE: '/nowhere' };
    await expect(cachedLibrary(wheel, cache, { ...context, env })).rejects.toMatchObject({
      code: 'no-network',
      help: expect.stringContaining('PIP_INDEX_URL') as string,
    });
  });

  it('TOOL-6: the cache lies where the platform keeps such things', () => {
    expect(userCacheFolder('linux', { XDG_CACHE_HOME: '/x' }, '/home/me')).toBe('/x/tessera');
    expect(userCacheFolder('linux', {}, '/home/me')).toBe('/home/me/.cache/tessera');
    expect(userCacheFolder('darwin', {}, '/Users/me')).toBe('/Users/me/Library/Caches/tessera');
  });
});
