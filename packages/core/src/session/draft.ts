// A state being changed by one event: small edits on a copy, effects collected on the way.
import type { SessionEffect } from './events.ts';
import type { Phase, SessionDevice, SessionState } from './state.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** One reduction in progress; the state handed in is never changed. */
export class Draft {
  #state: SessionState;
  readonly effects: SessionEffect[] = [];

  constructor(state: SessionState) {
    this.#state = state;
  }

  get state(): SessionState {
    return this.#state;
  }

  get phase(): Phase {
    return this.#state.phase;
  }

  set(change: Partial<SessionState>): void {
    this.#state = { ...this.#state, ...change };
  }

  /** The host's pause is over. */
  unpause(): void {
    const state: Writable<SessionState> = { ...this.#state };
    delete state.hostPause;
    this.#state = state;
  }

  /** Enters a phase; whatever deadline the phase before had no longer counts. */
  enter(phase: Phase): void {
    const state: Writable<SessionState> = { ...this.#state, phase };
    delete state.deadline;
    this.#state = state;
  }

  /** Changes one device; an unknown id changes nothing. */
  device(id: string, change: Partial<SessionDevice>): void {
    const device = this.#state.devices.get(id);
    if (!device) return;
    this.set({ devices: new Map(this.#state.devices).set(id, { ...device, ...change }) });
  }

  /** Changes every device that the condition holds for. */
  devicesWhere(holds: (device: SessionDevice) => boolean, change: Partial<SessionDevice>): void {
    for (const device of this.#state.devices.values()) if (holds(device)) this.device(device.id, change);
  }

  remove(id: string): void {
    const devices = new Map(this.#state.devices);
    devices.delete(id);
    this.set({ devices });
  }

  emit(effect: SessionEffect): void {
    this.effects.push(effect);
  }

  /** Starts the one deadline that counts from now on; `enter` and another deadline end it. */
  deadline(name: string, afterMs: number): void {
    this.set({ deadline: name });
    this.emit({ type: 'deadline', name, afterMs });
  }
}
