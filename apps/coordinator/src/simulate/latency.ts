// How long a step of an experiment takes: predicted, as it was on the simulated links, and by the paper's formula.
import type { GanSpec } from '@tessera/core/architecture';
import {
  ganCosts,
  measuredModel,
  PAPER_SERVER,
  predictStep,
  rateOf,
  referenceLatency,
} from '@tessera/core/cut';
import { coordinatorDrawsBeside } from '@tessera/core/protocol';
import type { Results } from '@tessera/core/report';
import type { RunView } from '@tessera/core/session';
import { strategyOf } from '@tessera/core/strategy';
import type { ExperimentDevice } from './devices.ts';
import type { Experiment } from './experiment.ts';
import { coordinatorOf, sharedLinkOf } from './fleet.ts';

/** The latency part of the results; `view` is the run with its devices still in it. */
export function latencyOf(
  experiment: Experiment,
  devices: readonly ExperimentDevice[],
  { spec, view }: { readonly spec: GanSpec; readonly view: RunView },
): Results['latency'] {
  const { batch, encoding } = view.settings;
  const planned = devices.flatMap(({ name, profile }) => {
    const cut = view.devices.find((device) => device.name === name)?.cut;
    return cut ? [{ id: name, profile, cut }] : [];
  });
  const linkBytesPerSecond = sharedLinkOf(experiment);
  const model = measuredModel(coordinatorOf(experiment), {
    spec,
    batch,
    encoding,
    besideLabels: coordinatorDrawsBeside(view.settings),
    ...(linkBytesPerSecond === undefined ? {} : { linkBytesPerSecond }),
  });
  const { stepTime } = view;
  return {
    predictedStepSeconds: planned.length === 0 ? null : predictStep(model, planned).seconds,
    measuredStepSeconds: stepTime?.total ?? null,
    stages: stepTime
      ? [
          { name: 'slowest device computes', seconds: stepTime.deviceCompute },
          { name: 'coordinator computes', seconds: stepTime.body },
          { name: 'links and waiting', seconds: stepTime.wireAndWaiting },
        ]
      : [],
    model: referenceOf(experiment, planned, { spec, batch }),
  };
}

type Planned = Parameters<typeof predictStep>[1];

/** The paper's formula with the cuts in use; it knows nothing but splits of five blocks. */
function referenceOf(
  { strategy, fleet }: Experiment,
  planned: Planned,
  { spec, batch }: { readonly spec: GanSpec; readonly batch: number },
): Results['latency']['model'] {
  const isSplit = strategyOf(strategy).schedule === 'split';
  if (!isSplit || planned.length === 0 || spec.generator.blocks.length !== 5) return null;
  const speeds = planned.map(({ profile }) =>
    profile.compute.kind === 'speed' ? profile.compute.gigaflopsPerSecond : NaN,
  );
  const { seconds } = referenceLatency(
    {
      costs: ganCosts(spec, batch),
      classes: planned.map(({ profile }, i) => ({
        devices: 1,
        gigaflopsPerSecond: speeds[i] ?? NaN,
        bytesPerSecond: profile.uplinkBytesPerSecond,
      })),
      server: {
        gigaflopsPerSecond: fleet.coordinatorGigaflopsPerSecond,
        bytesPerSecond: rateOf(PAPER_SERVER, fleet.rates),
      },
      indexing: 'corrected',
    },
    planned.flatMap(({ cut }) => [cut.gHead - 1, cut.gTail - 1, cut.dHead - 1, cut.dTail - 1]),
  );
  return Number.isFinite(seconds) ? { name: 'reference', seconds } : null;
}
