// The device of a recording once more: same images, same seed, same answers; so the test knows what was private in it.
import '@tensorflow/tfjs-backend-wasm';
import {
  getKernel,
  type KernelBackend,
  registerKernel,
  setBackend,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { systemClock } from '@tessera/core/clock';
import { BatchSource, type ImageSet } from '@tessera/core/data';
import { type DeviceImages, DeviceLoop } from '@tessera/core/device';
import { type Connection, type Packet, parseDeviceMessage } from '@tessera/core/protocol';
import { Random } from '@tessera/core/random';
import { MemoryDeviceStorage } from '@tessera/core/simulation';
import { isSamePacket } from './same-packet.ts';
import type { WirePacket } from './socket-packets.ts';

/** What the device held and did not send. */
export interface PrivateMatter {
  /** The labels of every batch. */
  readonly labels: readonly Int32Array[];
  /** Every normal number that was drawn, in order. */
  readonly normals: readonly number[];
  /** The pixels of everything that left the generator's last layer, one array a batch. */
  readonly generated: readonly Float32Array[];
}

export interface ReplayOptions {
  readonly packets: readonly WirePacket[];
  readonly images: ImageSet;
  /** As the Worker drew it. */
  readonly seed: string;
}

/**
 * Runs the device's own loop against the recorded answers; throws when it sends anything but what was recorded: then
 * labels and noise are the browser's own, and generated images are to the last bit of a 16-bit number.
 */
export async function replayDevice({ packets, images, seed }: ReplayOptions): Promise<PrivateMatter> {
  await setBackend('wasm');
  const random = new RecordingRandom(seed);
  const source = new RecordingSource(new BatchSource(images, random.fork('images')));
  const connection = new ReplayConnection(packets);
  const recorder = recordTanh();
  try {
    const { name, kind, runId = '' } = helloOf(packets);
    const loop = new DeviceLoop(
      { name, kind, runId },
      {
        connect: () => Promise.resolve(connection),
        clock: systemClock,
        random,
        engine: { ...engineOf(packets), reason: 'the engine of the recording' },
        images: source,
        storage: new MemoryDeviceStorage(),
        onStatus: () => undefined,
        onSamples: () => undefined,
      },
    );
    loop.power = 'full';
    await loop.start();
    await connection.finished;
    loop.leave();
  } finally {
    recorder.stop();
  }
  return { labels: source.labels, normals: random.normals, generated: recorder.outputs };
}

/** Plays the coordinator's part: each packet comes when everything that preceded it on the wire has been sent. */
class ReplayConnection implements Connection {
  readonly finished: Promise<void>;
  readonly #waiting: WirePacket[];
  #receiver: ((packet: Packet) => void) | undefined;
  #resolve: () => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;

  constructor(packets: readonly WirePacket[]) {
    this.#waiting = [...packets];
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  send(packet: Packet): Promise<void> {
    const place = this.#waiting.findIndex(({ direction }) => direction === 'up');
    const [recorded] = place < 0 ? [] : this.#waiting.splice(place, 1);
    // After the recording's end the loop says goodbye.
    if (recorded && !isSamePacket(packet, recorded.packet))
      this.#reject(new Error(`the replay departs from the recording: ${nameOf(packet)}`));
    queueMicrotask(() => {
      this.#deliver();
    });
    return Promise.resolve();
  }

  onPacket(receiver: (packet: Packet) => void): void {
    this.#receiver = receiver;
  }

  onClose(): void {
    // A recording has no close: what follows its last packet is not replayed.
  }

  close(reason: string): void {
    if (this.#waiting.length > 0) this.#reject(new Error(`the replay ended early: ${reason}`));
  }

  #deliver(): void {
    while (this.#waiting[0]?.direction === 'down') {
      const next = this.#waiting.shift();
      if (next) this.#receiver?.(next.packet);
    }
    if (this.#waiting.length === 0) this.#resolve();
  }
}

/** Keeps every normal number that is drawn from it. */
class RecordingRandom extends Random {
  readonly normals: number[] = [];

  override normal(): number {
    const value = super.normal();
    this.normals.push(value);
    return value;
  }
}

/** Keeps the labels of every batch that is drawn from it. */
class RecordingSource implements DeviceImages {
  readonly labels: Int32Array[] = [];
  readonly #source: DeviceImages;

  constructor(source: DeviceImages) {
    this.#source = source;
  }

  get count(): number {
    return this.#source.count;
  }

  get shape() {
    return this.#source.shape;
  }

  get classNames() {
    return this.#source.classNames;
  }

  get labelsHeld() {
    return this.#source.labelsHeld;
  }

  draw(batch: number) {
    const drawn = this.#source.draw(batch);
    this.labels.push(drawn.labels);
    return drawn;
  }

  setAside(share: number) {
    return this.#source.setAside(share);
  }
}

/** Keeps what every tanh gives, which is what ends a generator and nothing else of these networks. */
function recordTanh() {
  const original = getKernel('Tanh', 'wasm');
  const outputs: Float32Array[] = [];
  const replace = (config: typeof original) => {
    unregisterKernel('Tanh', 'wasm');
    registerKernel(config);
  };
  replace({
    ...original,
    kernelFunc: (parameters) => {
      const output = original.kernelFunc(parameters);
      const backend = parameters.backend as Pick<KernelBackend, 'readSync'>; // as every backend can
      for (const { dataId } of [output].flat()) outputs.push(backend.readSync(dataId) as Float32Array);
      return output;
    },
  });
  return { outputs, stop: () => replace(original) };
}

function nameOf(packet: Packet): string {
  return packet.kind === 'frame' ? `a frame of ${packet.bytes.length} bytes` : JSON.stringify(packet.message);
}

function* messagesUp(packets: readonly WirePacket[]) {
  for (const { direction, packet } of packets)
    if (direction === 'up' && packet.kind === 'control') yield parseDeviceMessage(packet.message);
}

function helloOf(packets: readonly WirePacket[]) {
  for (const message of messagesUp(packets)) if (message.type === 'hello') return message;
  throw new Error('the recording has no hello');
}

function engineOf(packets: readonly WirePacket[]) {
  for (const message of messagesUp(packets))
    if (message.type === 'profile') return { backend: message.backend, adapter: message.adapter };
  throw new Error('the recording has no profile');
}
