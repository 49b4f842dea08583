// Watches what the browser tells about the device: hidden page, battery, data saver.
import { useEffect, useState } from 'react';

/** The Battery Status API (Chromium only), as far as it is used here. */
interface Battery extends EventTarget {
  readonly charging: boolean;
  readonly level: number;
}

export interface Surroundings {
  readonly hidden: boolean;
  readonly freezesWhenHidden: boolean;
  readonly battery: { readonly charging: boolean; readonly level: number } | undefined;
  readonly saveData: boolean;
}

/** The surroundings, renewed whenever the browser tells of a change. */
export function useSurroundings(): Surroundings {
  return {
    hidden: useHidden(),
    freezesWhenHidden: matchMedia('(hover: none) and (pointer: coarse)').matches,
    battery: useBattery(),
    saveData: useSaveData(),
  };
}

function useHidden(): boolean {
  const [hidden, setHidden] = useState(() => document.hidden);
  useEffect(() => {
    const changed = () => setHidden(document.hidden);
    document.addEventListener('visibilitychange', changed);
    return () => document.removeEventListener('visibilitychange', changed);
  }, []);
  return hidden;
}

function useBattery(): Surroundings['battery'] {
  const [battery, setBattery] = useState<Surroundings['battery']>();
  useEffect(() => {
    const { getBattery } = navigator as Navigator & { getBattery?: () => Promise<Battery> }; // Chromium only
    if (!getBattery) return undefined;
    let gone = false;
    let source: Battery | undefined;
    const changed = () => {
      if (source) setBattery({ charging: source.charging, level: source.level });
    };
    const watch = (found: Battery) => {
      if (gone) return;
      source = found;
      found.addEventListener('chargingchange', changed);
      found.addEventListener('levelchange', changed);
      changed();
    };
    // A policy may forbid the question; then the battery is as unknown as elsewhere.
    getBattery.call(navigator).then(watch, () => setBattery(undefined));
    return () => {
      gone = true;
      source?.removeEventListener('chargingchange', changed);
      source?.removeEventListener('levelchange', changed);
    };
  }, []);
  return battery;
}

/** The Network Information API (Chromium only), as far as it is used here. */
type Network = EventTarget & { readonly saveData?: boolean };

function useSaveData(): boolean {
  const { connection } = navigator as Navigator & { connection?: Network }; // Chromium only
  const [saveData, setSaveData] = useState(connection?.saveData === true);
  useEffect(() => {
    const changed = () => setSaveData(connection?.saveData === true);
    connection?.addEventListener('change', changed);
    return () => connection?.removeEventListener('change', changed);
  }, [connection]);
  return saveData;
}
