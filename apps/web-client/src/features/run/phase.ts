// The run's phase in words and as a picture.
import type { RunPhase, RunView } from '@tessera/core/session';
import { text } from '../../ui/messages.ts';
import type { TilePattern } from '../../ui/TilePicture.tsx';

const PICTURES: Record<RunPhase, TilePattern> = {
  'not-started': 'empty',
  'waiting-for-devices': 'waiting',
  preparing: 'measuring',
  training: 'training',
  federating: 'joining',
  judging: 'measuring',
  paused: 'paused',
  finished: 'done',
};

/** The picture of a phase. */
export function phasePicture(phase: RunPhase): TilePattern {
  return PICTURES[phase];
}

/** Where the run stands, or what it waits for. */
export function phaseSentence(
  view: Pick<RunView, 'phase' | 'round' | 'step' | 'committedRound' | 'here' | 'needed' | 'settings'>,
): string {
  if (view.phase === 'waiting-for-devices' || view.phase === 'not-started')
    return text.run.waitingFor(view.here, view.needed);
  const { rounds, stepsPerRound } = view.settings;
  if (view.phase === 'finished') return text.training.wholeRun(view.committedRound + 1, rounds);
  return text.run.roundStep(
    Math.min(view.round, rounds - 1),
    rounds,
    Math.min(view.step + 1, stepsPerRound),
    stepsPerRound,
  );
}
