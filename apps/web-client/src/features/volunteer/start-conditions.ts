// What a volunteer must have before training can start.
import type { RunSettings } from '@tessera/core/protocol';
import { text } from '../../ui/messages.ts';

/** What still has to happen before training can start, in a sentence; undefined when nothing has. */
export function missingForStart(has: {
  /** What the run trains on. */
  readonly data: RunSettings['data'];
  readonly images: string;
  readonly engine: string;
  readonly codeMissing: boolean;
  /** The run shares images drawn from what devices learned, and the volunteer has not agreed. */
  readonly agreementMissing: boolean;
}): string | undefined {
  if (has.images !== 'connected') return text.data[has.data].needed;
  if (has.engine === 'failed') return text.engine.failed;
  if (has.engine !== 'ready') return text.start.needEngine;
  if (has.codeMissing) return text.start.needCode;
  return has.agreementMissing ? text.start.needAgreement : undefined;
}
