// A cloud takes no devices: one that comes is told so, in the words of the protocol.
import type { Clock } from '@tessera/core/clock';
import { type Connection, refusal, TesseraError } from '@tessera/core/protocol';

/** Milliseconds within which a device takes the answer. */
const GOODBYE_MS = 5_000;

/** What to do with a device's connection to a cloud. */
export function refuseDevices(clock: Clock): (connection: Connection) => void {
  return (connection) => {
    const message = refusal(new TesseraError('not-an-edge', 'This is a cloud; devices train at its edges.'));
    const close = () => {
      connection.close(message.code);
    };
    clock.after(GOODBYE_MS, close);
    connection.send({ kind: 'control', message }).then(close, close);
  };
}
