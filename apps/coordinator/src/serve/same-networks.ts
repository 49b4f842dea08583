// A run goes on only with the strategy and the networks that its checkpoint holds.
import { type RunSettings, TesseraError } from '@tessera/core/protocol';

const FIXED = [
  'id',
  'strategy',
  'data',
  'condition',
  'classes',
  'communities',
  'community',
  'imageSize',
  'imageChannels',
  'width',
  'blocks',
  'zDim',
] as const;

/** Throws a TesseraError that names every setting which cannot change any more. */
export function requireSameNetworks(kept: RunSettings, wanted: RunSettings): void {
  const shown = (value: unknown) => JSON.stringify(value);
  const changed = FIXED.filter((name) => shown(kept[name]) !== shown(wanted[name]));
  if (changed.length === 0) return;
  const list = changed.map((name) => `${name} (${shown(kept[name])} there, ${shown(wanted[name])} here)`);
  throw new TesseraError(
    'config-invalid',
    `The data directory holds another run: ${list.join(', ')}. --fresh puts that run aside and starts anew.`,
  );
}
