// The run's public view, made from its parts whenever a page asks.
import type { ChosenCuts } from '../cut/index.ts';
import type { Admission } from './admission.ts';
import type { DeviceLink } from './device-link.ts';
import type { History } from './history.ts';
import type { BodyPort } from './ports.ts';
import { devicesHere, standingOf } from './standing.ts';
import { currentRound, type SessionDevice, type SessionState } from './state.ts';
import type { DeviceView, RunPhase, RunView } from './view.ts';
import { warningsOf } from './warnings.ts';

/** Everything that a view is made from. */
export interface ViewSources {
  readonly state: SessionState;
  readonly links: ReadonlyMap<string, DeviceLink>;
  readonly members: Admission;
  readonly history: History;
  readonly plan: ChosenCuts | undefined;
  readonly engine: BodyPort['engine'];
  readonly sampleRounds: readonly number[];
  readonly nowMs: number;
  readonly elapsedSeconds: number;
}

/** The view as plain JSON; no tokens, keys or codes are in it. */
export function makeView(sources: ViewSources): RunView {
  const { state, history, plan } = sources;
  const { settings, phase } = state;
  const times = history.meanTimes();
  const links = [...sources.links.values()];
  const devices = [...state.devices.values()].map((device) => deviceView(device, sources));
  const step =
    phase.name === 'training' ? phase.progress.step : phase.name === 'holding' ? phase.nextStep : 0;
  const view = {
    settings,
    phase: phaseOf(state),
    round: currentRound(state),
    step,
    committedRound: state.committedRound,
    here: devicesHere(state),
    needed: settings.minimumDevices,
    elapsedSeconds: sources.elapsedSeconds,
    devices,
    losses: history.losses,
    groups: history.groups,
    engine: sources.engine,
    sampleRounds: sources.sampleRounds,
    bytesReceived: links.reduce((sum, link) => sum + link.bytesReceived, 0),
    bytesSent: links.reduce((sum, link) => sum + link.bytesSent, 0),
    ...(times && {
      secondsLeft: times.totalSeconds * stepsLeft(state, step),
      stepTime: {
        total: times.totalSeconds,
        predicted: plan?.predictedStepSeconds ?? 0,
        body: times.bodySeconds,
        deviceCompute: times.deviceSeconds,
        wireAndWaiting: Math.max(0, times.totalSeconds - times.bodySeconds - times.deviceSeconds),
      },
    }),
  };
  return { ...view, warnings: warningsOf(view, { hostPause: state.hostPause, plan }) };
}

function phaseOf(state: SessionState): RunPhase {
  const { phase } = state;
  switch (phase.name) {
    case 'holding':
      return state.hostPause === undefined ? 'waiting-for-devices' : 'paused';
    case 'waiting-for-devices':
      return state.hostPause === undefined ? 'waiting-for-devices' : 'paused';
    case 'committing':
      return 'federating';
    case 'not-started':
    case 'preparing':
    case 'training':
    case 'federating':
    case 'finished':
      return phase.name;
    default:
      return phase satisfies never;
  }
}

function stepsLeft({ settings, phase, committedRound }: SessionState, step: number): number {
  if (phase.name === 'finished') return 0;
  return Math.max(0, (settings.rounds - committedRound - 1) * settings.stepsPerRound - step);
}

function deviceView(device: SessionDevice, sources: ViewSources): DeviceView {
  const { state, nowMs } = sources;
  const link = sources.links.get(device.id);
  const member = sources.members.member(device.id);
  const introduction = link?.introduction;
  const assignment = link?.assignment;
  const standing = standingOf(state, device.id);
  return {
    id: device.id,
    name: member?.name ?? device.id,
    kind: member?.kind ?? 'browser',
    connected: device.connected,
    standing: standing?.standing ?? 'not-started',
    lastSeenSecondsAgo: link ? Math.max(0, (nowMs - link.lastSeenMs) / 1000) : 0,
    missesInARow: device.missesInARow,
    bytesReceived: link?.bytesReceived ?? 0,
    bytesSent: link?.bytesSent ?? 0,
    ...(standing?.standing === 'watching' && { reason: standing.reason }),
    ...(introduction && {
      backend: introduction.backend,
      adapter: introduction.adapter,
      samples: Math.min(introduction.samples, state.settings.sampleCap),
    }),
    ...(assignment && { cut: assignment.cut, predictedStepSeconds: predictedFor(device.id, sources) }),
    ...(member?.cluster !== undefined && { cluster: member.cluster }),
    ...(member?.weight !== undefined && { weight: member.weight }),
    ...(link?.lastStepSeconds !== undefined && { stepSeconds: link.lastStepSeconds }),
  };
}

/** The device's own part of the predicted step. */
function predictedFor(id: string, { plan }: ViewSources): number {
  return plan?.deviceSeconds.get(id) ?? 0;
}
