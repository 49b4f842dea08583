// The same federated run in each encoding of the wire: losses, an image score and bytes side by side.
import { parseArgs } from 'node:util';
import { VirtualClock } from '@tessera/core/clock';
import { FrameWriter } from '@tessera/core/protocol';
import { Random } from '@tessera/core/random';
import { advanceUntil } from '@tessera/core/simulation';
import { MemoryRun, newMemoryBody, smallRun } from '@tessera/core/testing';
import { startEngine } from '../../apps/coordinator/dist/engine/index.js';
import { trainClassifier } from './digit-classifier.mjs';

const DEVICES = ['pen', 'pen', 'marker', 'marker'];
const DOMAINS = ['pen', 'marker'];
const IMAGES_PER_CLASS = 50;
/** Steps at the end over which losses are averaged. */
const LAST_STEPS = 100;
/** Every device and the coordinator alike, so that every run has the same cuts. */
const SPEED = { compute: { kind: 'speed', gigaflopsPerSecond: 10 }, exchangeSeconds: 0.001 };
const PROFILE = { ...SPEED, uplinkBytesPerSecond: 1e7, downlinkBytesPerSecond: 1e7, roundTripSeconds: 0.01 };

const { values: given } = parseArgs({
  options: {
    rounds: { type: 'string', default: '12' },
    seeds: { type: 'string', default: '1' },
    encodings: { type: 'string', default: 'float32,float16,int8' },
    width: { type: 'string', default: '0.25' },
    batch: { type: 'string', default: '16' },
    'without-feedback': { type: 'boolean', default: false },
  },
});

if (given['without-feedback']) forgetBeforeEachFrame();
const engine = await startEngine({ engine: 'auto', env: process.env });
console.log(`${engine.name}; ${DEVICES.join(', ')}; ${JSON.stringify(given)}`);
for (const seed of given.seeds.split(',').map(Number)) {
  const classifier = trainClassifier(DOMAINS, seed);
  console.log(
    `seed ${seed}: the classifier knows ${percent(classifier.testAccuracy)} of unseen drawn digits`,
  );
  for (const encoding of given.encodings.split(',')) console.log(await train({ encoding, seed, classifier }));
}

async function train({ encoding, seed, classifier }) {
  const settings = smallRun({
    encoding,
    seed,
    width: Number(given.width),
    batch: Number(given.batch),
    zDim: 100,
    rounds: Number(given.rounds),
    stepsPerRound: 50,
    minimumDevices: DEVICES.length,
  });
  const clock = new VirtualClock();
  const body = newMemoryBody(settings, clock);
  body.profile = () => Promise.resolve(SPEED);
  const run = await MemoryRun.open({ settings, clock, random: new Random(`${seed}/run`), body: () => body });
  const names = DEVICES.map((domain, i) => ({ domain, name: `${seed}/${domain}/${i}` }));
  for (const { domain, name } of names) {
    await run.addDevice({ name, domain, count: 200, profile: PROFILE }).loop.start();
  }
  await advanceUntil(clock, () => run.loop.view().here === DEVICES.length, { stepMs: 5 });
  run.loop.command('start');
  await advanceUntil(clock, () => run.loop.view().phase === 'finished', { stepMs: 5, limitMs: 1e9 });
  const { losses, bytesReceived, bytesSent } = run.loop.view();
  const last = losses.slice(-LAST_STEPS);
  const mean = (name) => (last.reduce((sum, entry) => sum + entry[name], 0) / last.length).toFixed(3);
  const row = {
    seed,
    encoding: given['without-feedback'] ? `${encoding}, no feedback` : encoding,
    real: mean('discriminatorReal'),
    fake: mean('discriminatorFake'),
    generator: mean('generator'),
    score: percent(await score(run, classifier)),
    megabytesPerStep: ((bytesReceived + bytesSent) / losses.length / DEVICES.length / 1e6).toFixed(2),
  };
  await run.close();
  return JSON.stringify(row);
}

/** The share of generated images that the classifier takes for the class they were asked for, over all groups. */
async function score(run, classifier) {
  const labels = Int32Array.from({ length: 10 * IMAGES_PER_CLASS }, (_, i) => i % 10);
  const shares = [];
  for (const generator of run.loop.generators().values()) {
    const { data } = await run.body.sample({ generator, labels, seed: 7 });
    const size = data.length / labels.length;
    const images = Array.from(labels, (_, i) => data.subarray(i * size, (i + 1) * size));
    shares.push(classifier.accuracy(images, [...labels]));
  }
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** Switches error feedback off: a sender that forgets carries nothing over. */
function forgetBeforeEachFrame() {
  const { write } = FrameWriter.prototype;
  FrameWriter.prototype.write = function (...frame) {
    this.forget();
    return write.apply(this, frame);
  };
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}
