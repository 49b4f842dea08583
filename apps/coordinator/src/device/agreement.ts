// What a headless device's owner is told, and must agree to, before anything is sent.
import type { Declaration } from '@tessera/core/strategy';

/** The flag by which the owner agrees. */
export const AGREEMENT_FLAG = 'share-generated';

/** Why the device may not join yet, in whole sentences; undefined when nothing is to be agreed to or it was. */
export function missingAgreement({ goes, synthetic }: Declaration, agreed: boolean): string | undefined {
  if (!synthetic || agreed) return undefined;
  const shared = goes
    .filter((sending) => sending.synthetic)
    .map(({ what, tells, passedOn }) =>
      [`${what}.`, tells, ...(passedOn === undefined ? [] : [passedOn])].join(' '),
    );
  return `This run shares images that a generator draws from what it learned here. ${shared.join(' ')} Add --${AGREEMENT_FLAG} if you agree.`;
}
