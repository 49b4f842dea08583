// The run's public view, made from its parts whenever a page asks.
import type { ChosenCuts } from '../cut/index.ts';
import type { Recut } from './planner.ts';
import type { RunParts } from './run-parts.ts';
import type { SampleBook } from './sample-book.ts';
import { stuckSentence } from './setbacks.ts';
import { currentStep, devicesHere, standingOf } from './standing.ts';
import { currentRound, type SessionDevice, type SessionState } from './state.ts';
import type { DeviceView, RunPhase, RunView } from './view.ts';
import { warningsOf } from './warnings.ts';

/** Everything that a view is made from. */
export interface ViewSources {
  readonly parts: RunParts;
  readonly state: SessionState;
  readonly plan: ChosenCuts | undefined;
  readonly recut: Recut | undefined;
  readonly samples: SampleBook;
}

/** The view as plain JSON; no tokens, keys or codes are in it. */
export function makeView(sources: ViewSources): RunView {
  const { parts, state, plan, recut, samples } = sources;
  const { history, commits, ports, stopwatch } = parts;
  const times = history.meanTimes();
  const community = parts.community.view(commits.weights.globalVersion);
  const links = [...parts.links.values()];
  const view = {
    settings: state.settings,
    phase: phaseOf(state),
    round: currentRound(state),
    step: currentStep(state),
    committedRound: state.committedRound,
    here: devicesHere(state),
    needed: state.settings.minimumDevices,
    elapsedSeconds: stopwatch.seconds,
    devices: [...state.devices.values()].map((device) => deviceView(device, sources)),
    losses: history.losses,
    groups: history.groups,
    judged: history.judged,
    names: Object.fromEntries(parts.members.members.map(({ id, name }) => [id, name])),
    ...(community && { community }),
    engine: ports.body.engine,
    sampleRounds: samples.rounds,
    bytesReceived: links.reduce((sum, link) => sum + link.bytesReceived, 0),
    bytesSent: links.reduce((sum, link) => sum + link.bytesSent, 0),
    ...(times && {
      secondsLeft: times.totalSeconds * stepsLeft(state),
      stepTime: {
        total: times.totalSeconds,
        predicted: plan?.predictedStepSeconds ?? 0,
        body: times.bodySeconds,
        deviceCompute: times.deviceSeconds,
        wireAndWaiting: Math.max(0, times.totalSeconds - times.bodySeconds - times.deviceSeconds),
      },
    }),
  };
  const warnings = warningsOf(view, {
    hostPause: state.hostPause,
    stuckBecause: stuckSentence(state.setbacks, currentRound(state)),
    plan,
    recut,
    likeness: samples.likeness,
    drifts: history.drifts,
    writeSeconds: commits.writeSeconds,
    link: times && { bytesPerStep: times.bytes, bytesPerSecond: ports.linkBytesPerSecond },
  });
  return { ...view, warnings };
}

function phaseOf({ phase, hostPause }: SessionState): RunPhase {
  switch (phase.name) {
    case 'holding':
    case 'waiting-for-devices':
      return hostPause === undefined ? 'waiting-for-devices' : 'paused';
    case 'streaming': {
      const isResting = [...phase.streams.of.values()].every(({ stage }) => stage === 'resting');
      return isResting && hostPause !== undefined ? 'paused' : 'training';
    }
    case 'committing':
      return 'federating';
    case 'not-started':
    case 'preparing':
    case 'training':
    case 'federating':
    case 'judging':
    case 'finished':
      return phase.name;
    default:
      return phase satisfies never;
  }
}

function stepsLeft(state: SessionState): number {
  const { settings, phase, committedRound } = state;
  if (phase.name === 'finished') return 0;
  const left = (settings.rounds - committedRound - 1) * settings.stepsPerRound;
  return Math.max(0, left - currentStep(state));
}

function deviceView(device: SessionDevice, { parts, state, plan }: ViewSources): DeviceView {
  const link = parts.links.get(device.id);
  const member = parts.members.member(device.id);
  const introduction = link?.introduction;
  const assignment = link?.assignment;
  const standing = standingOf(state, device.id);
  const silentMs = link ? parts.context.clock.now() - link.lastSeenMs : 0;
  return {
    id: device.id,
    name: member?.name ?? device.id,
    kind: member?.kind ?? 'browser',
    connected: device.connected,
    standing: standing?.standing ?? 'not-started',
    lastSeenSecondsAgo: Math.max(0, silentMs / 1000),
    missesInARow: device.missesInARow,
    bytesReceived: link?.bytesReceived ?? 0,
    bytesSent: link?.bytesSent ?? 0,
    ...(standing?.standing === 'watching' && { reason: standing.reason }),
    ...(introduction && {
      backend: introduction.backend,
      adapter: introduction.adapter,
      samples: Math.min(introduction.samples, state.settings.sampleCap),
    }),
    ...(assignment && {
      cut: assignment.cut,
      predictedStepSeconds: plan?.deviceSeconds.get(device.id) ?? 0,
    }),
    ...(member?.cluster !== undefined && { cluster: member.cluster }),
    ...(member?.weight !== undefined && { weight: member.weight }),
    ...(link?.lastStepSeconds !== undefined && { stepSeconds: link.lastStepSeconds }),
  };
}
