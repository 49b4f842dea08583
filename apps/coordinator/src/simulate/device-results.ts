// What an experiment says of its devices: what each was, held, moved and missed, over all starts of the experiment.
import type { Results } from '@tessera/core/report';
import type { RunView } from '@tessera/core/session';
import type { ExperimentDevice } from './devices.ts';
import type { Noted } from './noted.ts';

type DeviceResults = Results['devices'][number];

/** Adds what this start has seen to what earlier starts had. */
export function deviceResults(
  devices: readonly ExperimentDevice[],
  { view, noted }: { readonly view: RunView; readonly noted: Noted },
  earlier: readonly DeviceResults[],
): DeviceResults[] {
  return devices.map(({ name, domain, profileName, samples, excluded }) => {
    const seen = view.devices.find((device) => device.name === name);
    const before = earlier.find(({ id }) => id === name);
    return {
      id: name,
      domain,
      profile: profileName,
      samples,
      excluded: [...excluded],
      cut: seen?.cut ?? before?.cut ?? null,
      weight: seen?.weight ?? before?.weight ?? null,
      // What the coordinator receives goes up.
      bytesUp: (before?.bytesUp ?? 0) + (seen?.bytesReceived ?? 0),
      bytesDown: (before?.bytesDown ?? 0) + (seen?.bytesSent ?? 0),
      stepsMissed: (before?.stepsMissed ?? 0) + noted.missed(seen?.id ?? ''),
    };
  });
}
