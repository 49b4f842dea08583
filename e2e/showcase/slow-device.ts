// Makes a device slower than its machine is: its process runs for a share of the time and stands still for the rest.
import type { DeviceProcess } from '../support/coordinator.ts';

/** Milliseconds of one turn of running and standing still. */
const TURN_MS = 1_000;

/** From now on the device takes `factor` times as long; returns how to end that. */
export function startSlowing(device: DeviceProcess, factor: number): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const turn = (frozen: boolean) => {
    device.freeze(frozen);
    const share = frozen ? 1 - 1 / factor : 1 / factor;
    timer = setTimeout(() => {
      turn(!frozen);
    }, share * TURN_MS);
  };
  turn(true);
  return () => {
    clearTimeout(timer);
    device.freeze(false);
  };
}
