// The training Worker: hands the page's messages to the session, in order.
import './jitless.ts';
import type { PageMessage } from './messages.ts';
import { TrainingSession } from './training-session.ts';

const session = new TrainingSession((message) => postMessage(message), location.origin);
addEventListener('message', (event: MessageEvent<PageMessage>) => void session.receive(event.data));
