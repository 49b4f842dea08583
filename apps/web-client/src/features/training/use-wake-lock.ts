// Keeps the screen on while training, if the volunteer asked for it.
import { useEffect, useState } from 'react';

export type WakeLockState = 'off' | 'on' | 'refused';

/** Whether this browser can keep its screen on for a page. */
export const wakeLockOffered = 'wakeLock' in navigator;

/** Holds a wake lock while `wanted`; browsers drop it with a hidden page, so that it is taken again on return. */
export function useWakeLock(wanted: boolean): WakeLockState {
  const [state, setState] = useState<WakeLockState>('off');
  useEffect(() => {
    if (!wanted || !wakeLockOffered) return undefined;
    let lock: WakeLockSentinel | undefined;
    let gone = false;
    const take = async () => {
      if (document.hidden) return;
      try {
        lock = await navigator.wakeLock.request('screen');
        if (gone) await lock.release();
        else setState('on');
      } catch {
        // Low battery or a policy: the browser's decision, shown as such.
        if (!gone) setState('refused');
      }
    };
    const onVisible = () => void take();
    void take();
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      gone = true;
      document.removeEventListener('visibilitychange', onVisible);
      void lock?.release();
      setState('off');
    };
  }, [wanted]);
  return state;
}
