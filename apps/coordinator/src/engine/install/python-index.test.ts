import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeWheel, temporaryFolder } from '../testing/fake-package.ts';
import { addressOf, configuredIndex, projectPage, wheelAddress } from './python-index.ts';

describe('the Python package index', () => {
  it('TOOL-2: PIP_INDEX_URL comes before the configuration file, which comes before nothing', async () => {
    const home = await temporaryFolder();
    const file = join(home, 'pip.conf');
    await writeFile(file, '[global]\ntimeout = 5\nindex-url = https://file.example/simple\n');
    const env = { PIP_CONFIG_FILE: file };
    expect(configuredIndex(env, home)).toBe('https://file.example/simple');
    expect(configuredIndex({ ...env, PIP_INDEX_URL: 'https://env.example/' }, home)).toBe(
      'https://env.example/',
    );
  });

  it('TOOL-2: credentials in the address travel as a header, never in the address', () => {
    expect(addressOf('https://me:a%40b@index.example/simple/')).toEqual({
      url: 'https://index.example/simple/',
      headers: { authorization: `Basic ${btoa('me:a@b')}` },
    });
    expect(addressOf('https://index.example/simple/').headers).toEqual({});
  });

  it('TOOL-3: the wheel is found by its file name, whatever way its address is written', () => {
    const { wheel } = fakeWheel();
    const page = projectPage('https://index.example/simple//', wheel.project);
    expect(page).toBe('https://index.example/simple/fake-tensorflow/');
    const found = (href: string) => wheelAddress(`<a class="x" href="${href}">w</a>`, page, wheel);
    expect(found(`../../files/${wheel.fileName}#sha256=0`)).toBe(
      `https://index.example/files/${wheel.fileName}`,
    );
    expect(found(`https://cdn.example/a%20b/${wheel.fileName}`)).toContain('https://cdn.example/');
    expect(found(`https://cdn.example/other-${wheel.fileName}`)).toBeUndefined();
  });
});
