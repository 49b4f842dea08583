// Every error a person or a peer can meet, in one table; `docs/errors.md` is generated from it.
import type { DataErrorCode } from '../data/index.ts';

/** What follows from an error, and what to do about it. */
export interface ErrorFacts {
  /** Whether the same attempt may succeed later without a change. */
  readonly retryable: boolean;
  /** Whether the connection on which it happened is closed; never more than that one. */
  readonly closes: boolean;
  /** What to do, in one or two plain sentences. */
  readonly help: string;
}

/** The table: code to facts. */
export const ERRORS = {
  // Joining a run
  'version-mismatch': {
    retryable: false,
    closes: true,
    help: 'Reload the page, or update the program, so that both sides run the same version.',
  },
  'unknown-run': {
    retryable: false,
    closes: true,
    help: 'Check the link: this coordinator has no run of that name. Ask the host for the current link.',
  },
  'run-full': {
    retryable: true,
    closes: true,
    help: 'Try again later: a place is free as soon as another device leaves. The host can raise the number of devices.',
  },
  'wrong-join-code': {
    retryable: false,
    closes: true,
    help: 'Type the join code again, exactly as the host gave it.',
  },
  'bad-token': {
    retryable: false,
    closes: true,
    help: 'Join again as a new device: what this device stored does not belong to this run.',
  },
  'joined-elsewhere': {
    retryable: false,
    closes: true,
    help: 'Go on in the other tab or window: the same device has joined from there.',
  },
  'too-many-attempts': {
    retryable: true,
    closes: true,
    help: 'Wait one minute before the next attempt.',
  },
  'handshake-timeout': {
    retryable: true,
    closes: true,
    help: 'Connect again: the connection was opened, but the device did not introduce itself in time.',
  },
  'device-evicted': {
    retryable: false,
    closes: true,
    help: 'Ask the host: this device was taken out of the run.',
  },

  // Edges and their cloud
  'unknown-community': {
    retryable: false,
    closes: true,
    help: 'Give --community one of the names that the cloud lists in its settings (run.communities).',
  },
  'community-taken': {
    retryable: true,
    closes: true,
    help: 'As many edges as a community may have serve this one: stop one of them first, or serve another community.',
  },
  'settings-differ': {
    retryable: false,
    closes: true,
    help: "Start the edge without --config, so that it takes the cloud's settings, or make the listed ones equal.",
  },
  'cloud-unreachable': {
    retryable: true,
    closes: false,
    help: 'Nothing to do: the edge goes on by itself, and brings what it learned when the cloud is back.',
  },
  'not-an-edge': {
    retryable: false,
    closes: true,
    help: 'Ask the cloud for an edge of your community, or join an edge by its own address: devices do not join a cloud.',
  },
  'no-edge-here': {
    retryable: true,
    closes: false,
    help: 'Try again when the edge of the community is running: at this moment none that this device can reach is connected to the cloud.',
  },

  // Host controls and pages
  'wrong-host-key': {
    retryable: false,
    closes: false,
    help: "Open the host's own link, as the coordinator printed it at its start.",
  },
  'not-host': {
    retryable: false,
    closes: false,
    help: "Only the host may do this: open the host's own link first.",
  },
  'foreign-origin': {
    retryable: false,
    closes: true,
    help: "Open the page from the coordinator's own address; other sites may not speak to it.",
  },
  'download-forbidden': {
    retryable: false,
    closes: false,
    help: 'Ask the host for the generator: in this run only the host may download it.',
  },
  'nothing-to-download': {
    retryable: true,
    closes: false,
    help: 'Wait for the first finished round: until then there is no generator to download.',
  },

  // Messages and frames
  'bad-message': {
    retryable: false,
    closes: true,
    help: 'Reload the page or update the program. If it happens again, report it with the message shown.',
  },
  'message-too-large': {
    retryable: false,
    closes: true,
    help: 'Reload the page or update the program: a control message is larger than the protocol allows.',
  },
  'too-many-messages': {
    retryable: true,
    closes: true,
    help: 'Reconnect: the device sent messages faster than the protocol allows.',
  },
  'frame-malformed': {
    retryable: false,
    closes: true,
    help: 'Reload the page or update the program: the bytes received are no frame of this protocol.',
  },
  'frame-mismatch': {
    retryable: false,
    closes: true,
    help: "Reload the page or update the program: a frame holds other tensors than the run's networks ask for.",
  },
  'frame-too-large': {
    retryable: false,
    closes: true,
    help: "Reload the page or update the program: a frame is larger than the run's networks can need.",
  },
  'tensor-not-finite': {
    retryable: true,
    closes: false,
    help: 'Nothing to do once: the step is counted as missed. If it goes on, lower the learning rate or leave out the device whose engine computes it.',
  },
  'stale-message': {
    retryable: false,
    closes: false,
    help: 'Nothing to do: a repeated or late message was ignored.',
  },
  'slow-reader': {
    retryable: true,
    closes: true,
    help: 'Reconnect on a faster or steadier link: what was sent to this device was not taken in time.',
  },

  // The run
  'run-not-running': {
    retryable: true,
    closes: false,
    help: 'Wait until the host starts the run.',
  },
  'engine-refused': {
    retryable: false,
    closes: false,
    help: 'Choose another engine or another browser: this one did not pass its numeric self-test.',
  },
  'engine-failed': {
    retryable: true,
    closes: false,
    help: 'Close other programs that use the graphics card or much memory; the device rejoins with the next step.',
  },
  'no-engine': {
    retryable: false,
    closes: false,
    help: 'In a browser: use a current Chrome, Edge, Firefox or Safari, over https or localhost. In Node: run "npm run tessera -- engine" to see why each engine does not load.',
  },
  'worker-error': {
    retryable: true,
    closes: false,
    help: 'Reload the page: its training program could not be loaded or has stopped.',
  },
  'server-error': {
    retryable: true,
    closes: true,
    help: "Try again. The cause stands in the coordinator's log.",
  },
  'shutting-down': {
    retryable: true,
    closes: true,
    help: 'Wait: the coordinator was stopped by its host, and devices reconnect by themselves when it is back.',
  },

  // Starting the coordinator
  'config-invalid': {
    retryable: false,
    closes: false,
    help: 'Correct the settings listed; every fault found is named.',
  },
  'port-in-use': {
    retryable: true,
    closes: false,
    help: 'Stop the other program, or choose another port with --port.',
  },
  'certificate-unusable': {
    retryable: false,
    closes: false,
    help: 'Give a readable PEM certificate and its own key with --cert and --key, or neither of them.',
  },

  // Files that the coordinator keeps
  'data-directory-unwritable': {
    retryable: true,
    closes: false,
    help: 'Make the folder writable, or choose another one with --data-dir.',
  },
  'data-directory-in-use': {
    retryable: true,
    closes: false,
    help: 'Stop the other coordinator that keeps its runs in this folder, or choose another one with --data-dir.',
  },
  'checkpoint-corrupt': {
    retryable: false,
    closes: false,
    help: 'Nothing to do where an older checkpoint is left: it is used. Otherwise restore the folder from a backup or start a new run.',
  },
  'safetensors-malformed': {
    retryable: false,
    closes: false,
    help: 'Export or copy the file again: it is no complete safetensors file.',
  },

  // Connecting images; the codes of data/
  'no-files': {
    retryable: false,
    closes: false,
    help: 'Choose files or a folder first.',
  },
  'not-found': {
    retryable: false,
    closes: false,
    help: 'Check the name of the file or folder, and that this user may read it.',
  },
  'no-images': {
    retryable: false,
    closes: false,
    help: 'Connect PNG or JPEG pictures in folders named after the classes, a zip of them, or IDX files.',
  },
  'too-few-images': {
    retryable: false,
    closes: false,
    help: 'Connect at least 16 images.',
  },
  'unknown-classes': {
    retryable: false,
    closes: false,
    help: "Map each folder or label to one of the run's classes, or leave it out.",
  },
  'wrong-data': {
    retryable: false,
    closes: false,
    help: 'Open the page or start the device again, with what the run trains on.',
  },
  'idx-malformed': {
    retryable: false,
    closes: false,
    help: 'Choose the IDX files as they were published: images (magic number 2051) and labels (2049).',
  },
  'idx-truncated': {
    retryable: false,
    closes: false,
    help: 'Download or copy the IDX file again: it ends too early.',
  },
  'idx-shape': {
    retryable: false,
    closes: false,
    help: "Choose IDX files whose images have the run's size.",
  },
  'idx-unpaired': {
    retryable: false,
    closes: false,
    help: 'Choose both files of the pair: the images and their labels.',
  },
  'idx-count': {
    retryable: false,
    closes: false,
    help: 'Choose the labels that belong to these images: their numbers differ.',
  },
  'gzip-damaged': {
    retryable: false,
    closes: false,
    help: 'Download or copy the gz file again, or unpack it first.',
  },
  'zip-damaged': {
    retryable: false,
    closes: false,
    help: 'Download or copy the zip file again, or pack the folder anew, without a password.',
  },
  'too-large': {
    retryable: false,
    closes: false,
    help: 'Connect a smaller part of the data.',
  },
  'copy-damaged': {
    retryable: false,
    closes: false,
    help: 'Connect the files again: the private copy in this browser cannot be read any more.',
  },
  'storage-full': {
    retryable: false,
    closes: false,
    help: 'Free some space for this browser, or go on without a private copy.',
  },
  'storage-unavailable': {
    retryable: false,
    closes: false,
    help: 'Go on without a private copy: this browser keeps none, as in a private window.',
  },
} as const satisfies Record<DataErrorCode, ErrorFacts> & Record<string, ErrorFacts>;
