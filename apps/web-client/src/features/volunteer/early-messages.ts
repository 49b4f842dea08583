// What the volunteer did before the Worker was there to hear of it.
import type { PageMessage } from '../../worker/messages.ts';

/** Keeps the newest message of each kind, so that it stays short however long the coordinator is away. */
export class EarlyMessages {
  readonly #messages = new Map<PageMessage['type'], PageMessage>();

  add(message: PageMessage): void {
    this.#messages.delete(message.type); // The newest comes last.
    this.#messages.set(message.type, message);
  }

  /** Everything that was kept, in the order in which it was last said; nothing is left. */
  take(): readonly PageMessage[] {
    const messages = [...this.#messages.values()];
    this.#messages.clear();
    return messages;
  }
}
