import { describe, expect, it } from 'vitest';
import { packagesAreCurrent } from './prepare.mjs';

const wanted = {
  '': { name: 'root' },
  'packages/core': { version: '0.1.0' },
  'node_modules/@tessera/core': { resolved: 'packages/core', link: true },
  'node_modules/zod': { version: '4.0.0' },
  'node_modules/other-platform': { version: '1.0.0', optional: true },
};

describe('installed packages', () => {
  it('TOOL-15: nothing is installed when every package is there in its version', () => {
    expect(packagesAreCurrent(wanted, { 'node_modules/zod': { version: '4.0.0' } })).toBe(true);
  });

  it.each([
    ['nothing is installed', undefined],
    ['a package is missing', {}],
    ['a package has another version', { 'node_modules/zod': { version: '3.9.9' } }],
    [
      'an optional package has another version',
      { 'node_modules/zod': { version: '4.0.0' }, 'node_modules/other-platform': { version: '0.9.0' } },
    ],
  ])('TOOL-15: packages are installed when %s', (_, installed) => {
    expect(packagesAreCurrent(wanted, installed)).toBe(false);
  });
});
