// Applies the volunteer's wishes to the training: power, pauses, the screen.
import { useEffect } from 'react';
import { useVolunteer } from '../volunteer/volunteer-store.ts';
import { nextPauseStep, pauseWanted } from './pause-rules.ts';
import { useSurroundings } from './use-surroundings.ts';
import { useWakeLock, type WakeLockState } from './use-wake-lock.ts';
import { useWishes } from './wishes-store.ts';

/** Runs while the device takes part; tells whether the screen is kept on. */
export function useCourtesy(): WakeLockState {
  const { started, pausedFor, pause, resume, setPower } = useVolunteer();
  const { power, onlyPluggedIn, ignoreSaveData, screenOn } = useWishes();
  const around = useSurroundings();
  const wanted = pauseWanted(
    { ...around, charging: around.battery?.charging },
    { onlyPluggedIn, ignoreSaveData },
  );
  useEffect(() => {
    if (started) setPower(power);
  }, [started, power, setPower]);
  useEffect(() => {
    if (!started) return;
    const step = nextPauseStep(pausedFor, wanted);
    if (step?.do === 'pause') pause(step.reason);
    if (step?.do === 'resume') resume();
  }, [started, pausedFor, wanted, pause, resume]);
  return useWakeLock(started && screenOn && pausedFor === undefined);
}
