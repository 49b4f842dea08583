// The page's end of the training Worker: typed messages, nothing else.
import type { PageMessage, WorkerMessage } from './messages.ts';

/** A running training Worker. */
export interface TrainingClient {
  send(message: PageMessage): void;
  /** Ends the Worker at once; the coordinator notices within a moment. */
  end(): void;
}

/** Starts the Worker; a Worker that cannot load or throws is reported as `failed`. */
export function startTrainingWorker(receive: (message: WorkerMessage) => void): TrainingClient {
  const worker = new Worker(new URL('./training-worker.ts', import.meta.url), {
    type: 'module',
    name: 'training',
  });
  worker.addEventListener('message', (event: MessageEvent<WorkerMessage>) => receive(event.data));
  worker.addEventListener('error', (event) => {
    receive({
      type: 'failed',
      code: 'worker-error',
      message: event.message || 'the training program could not be loaded',
    });
  });
  return {
    send: (message) => worker.postMessage(message),
    end: () => worker.terminate(),
  };
}
