import { declarationOf, strategyOf } from '@tessera/core/strategy';
import { expect, test } from 'vitest';
import { missingAgreement } from './agreement.ts';

const quiet = declarationOf(strategyOf('fed-gan'));
const sharing = declarationOf({
  ...strategyOf('fed-gan'),
  sends: [
    {
      what: 'Images that your generator draws',
      when: 'every round',
      tells: 'They look like yours.',
      synthetic: true,
    },
  ],
});

test('LIVE-2: a headless device joins a run that shares generated images only with its owner’s flag', () => {
  expect(missingAgreement(sharing, false)).toMatch(
    /shares images that a generator draws.*Images that your generator draws\. They look like yours\. Add --share-generated/,
  );
  expect(missingAgreement(sharing, true)).toBeUndefined();
  expect(missingAgreement(quiet, false)).toBeUndefined();
});
