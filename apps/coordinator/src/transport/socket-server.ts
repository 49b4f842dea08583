// The coordinator's sockets: devices that train on /device, pages that watch on /watch.
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { type Connection, MAXIMUM_COMMUNITIES } from '@tessera/core/protocol';
import { type DefaultEventsMap, Server, type Socket } from 'socket.io';
import { SocketConnection } from './socket-connection.ts';

/** Room for base64 (where a WebSocket is refused) and for socket.io's own words around a frame. */
const BASE64_FACTOR = 4 / 3;
const ENVELOPE_BYTES = 1 << 10; // 1 KiB
/** Control messages must fit whatever the run's frames are. */
const MIN_BUFFER_BYTES = 1 << 17; // 128 KiB
/** Milliseconds for a new connection to name what it wants. */
const CONNECT_DEADLINE_MS = 5_000;
const UPGRADE_DEADLINE_MS = 10_000;
/** A connection that was closed politely is cut after so long; a stalled reader would hold its buffer until then. */
const CLOSE_GRACE_MS = 2_000;
/** Device connections beyond the run's maximum: those that are being replaced or refused. */
const SPARE_CONNECTIONS = 64;

export interface SocketServerParts {
  readonly servers: readonly (HttpServer | HttpsServer)[];
  /** Bytes of the largest frame of this run. */
  readonly maximumFrameBytes: number;
  readonly maximumDevices: number;
  /** Whether a request is for this coordinator and from its own pages. */
  readonly isOwnRequest: (request: IncomingMessage) => boolean;
  /** A device's connection; `peer` is its address. */
  readonly onDevice: (connection: Connection, peer: string) => void;
  readonly onWatcher: (watcher: Watcher) => void;
  /** An edge's connection to its cloud; absent: this is no cloud. */
  readonly onEdge?: (connection: Connection, peer: string) => void;
}

/** A page that watches; it is never listened to. */
export interface Watcher {
  /** Sends the view as soon as the one before is on its way; of several that wait only the newest is sent. */
  push(view: unknown): void;
  onClose(receiver: () => void): void;
  close(): void;
}

/** Attaches the sockets to servers that listen already; returns how to say goodbye and take no more of them. */
export function attachSockets(parts: SocketServerParts): () => void {
  const io = new Server({
    serveClient: false,
    transports: ['websocket', 'polling'],
    maxHttpBufferSize:
      Math.max(MIN_BUFFER_BYTES, Math.ceil(parts.maximumFrameBytes * BASE64_FACTOR)) + ENVELOPE_BYTES,
    perMessageDeflate: false,
    httpCompression: false,
    connectTimeout: CONNECT_DEADLINE_MS,
    upgradeTimeout: UPGRADE_DEADLINE_MS,
    allowRequest: (request, answer) => {
      answer(null, parts.isOwnRequest(request));
    },
  });
  for (const server of parts.servers) io.attach(server);

  const take = (name: '/device' | '/edge', most: number, onConnection: SocketServerParts['onDevice']) => {
    const peers = io.of(name);
    peers.use((_, next) => {
      next(peers.sockets.size >= most + SPARE_CONNECTIONS ? new Error('run-full') : undefined);
    });
    peers.on('connection', (socket) => {
      const connection = new SocketConnection(socket, {
        maximumBytes: parts.maximumFrameBytes,
        end: () => {
          endSocket(socket);
        },
      });
      onConnection(connection, socket.handshake.address);
    });
  };
  take('/device', parts.maximumDevices, parts.onDevice);
  if (parts.onEdge) take('/edge', MAXIMUM_COMMUNITIES, parts.onEdge);

  io.of('/watch').on('connection', (socket) => {
    parts.onWatcher(watcherOf(socket));
  });
  return () => {
    for (const name of ['/device', '/edge', '/watch']) io.of(name).disconnectSockets(true);
    // Its promise waits for every connection's end, which the web server sees to.
    void io.close();
  };
}

type PlainServerSocket = Socket<DefaultEventsMap, DefaultEventsMap>;

/** Hands the transport one view at a time; what comes meanwhile replaces the view that waits. */
function watcherOf(socket: PlainServerSocket): Watcher {
  let busy = false;
  let waiting: unknown;
  const push = (view: unknown) => {
    if (busy) {
      waiting = view;
      return;
    }
    busy = true;
    // 'drain' comes when the transport has taken all that was written, often before emit returns.
    socket.conn.once('drain', () => {
      busy = false;
      const next = waiting;
      waiting = undefined;
      if (next !== undefined && socket.connected) push(next);
    });
    socket.emit('view', view);
  };
  socket.onAny(() => {
    endSocket(socket);
  });
  return {
    push,
    onClose: (receiver) => socket.on('disconnect', receiver),
    close: () => {
      endSocket(socket);
    },
  };
}

function endSocket(socket: PlainServerSocket): void {
  socket.disconnect(true);
  setTimeout(() => socket.conn.close(true), CLOSE_GRACE_MS).unref();
}
