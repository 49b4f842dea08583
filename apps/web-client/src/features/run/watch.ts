// The live stream of views over socket.io; it reconnects by itself.
import type { RunView } from '@tessera/core/session';
import { io } from 'socket.io-client';

interface Watcher {
  readonly onView: (view: RunView) => void;
  readonly onLost: () => void;
}

/** Follows the run's namespace; returns how to stop. */
export function watchRun({ onView, onLost }: Watcher): () => void {
  const socket = io('/watch', { transports: ['websocket', 'polling'] });
  socket.on('view', onView);
  socket.on('disconnect', onLost);
  socket.on('connect_error', onLost);
  return () => {
    socket.disconnect();
  };
}
