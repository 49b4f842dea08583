// A headless device's connection to a coordinator, and an edge's to its cloud.
import type { Connection } from '@tessera/core/protocol';
import { io } from 'socket.io-client';
import { SocketConnection } from './socket-connection.ts';
import type { Trust } from './trust.ts';

/** No frame of any run is larger; each run's own bound is checked by the coordinator. */
const MAX_FRAME_BYTES = 1 << 28; // 256 MiB
const CONNECT_DEADLINE_MS = 20_000;

export interface ConnectOptions {
  readonly trust?: Trust;
  readonly maximumBytes?: number;
  /** Websocket first; polling where a WebSocket is refused. */
  readonly transports?: ('websocket' | 'polling')[];
  /** As what to connect; a device by default. */
  readonly as?: 'device' | 'edge';
}

/** Opens one connection; reconnecting is the device loop's affair, so nothing is kept or sent again here. */
export function connectToCoordinator(url: URL, options: ConnectOptions = {}): Promise<Connection> {
  const socket = io(new URL(`/${options.as ?? 'device'}`, url).href, {
    transports: options.transports ?? ['websocket', 'polling'],
    tryAllTransports: true,
    reconnection: false,
    forceNew: true,
    timeout: CONNECT_DEADLINE_MS,
    ...(options.trust?.ca === undefined ? {} : { ca: options.trust.ca }),
  });
  return new Promise((resolve, reject) => {
    socket.once('connect_error', (error) => {
      socket.disconnect();
      reject(
        new Error(
          `The ${options.as === 'edge' ? 'cloud' : 'coordinator'} at ${url.host} cannot be reached (${error.message}).`,
          { cause: error },
        ),
      );
    });
    socket.once('connect', () => {
      socket.removeAllListeners('connect_error');
      resolve(
        new SocketConnection(socket, {
          maximumBytes: options.maximumBytes ?? MAX_FRAME_BYTES,
          end: () => socket.disconnect(),
        }),
      );
    });
  });
}
