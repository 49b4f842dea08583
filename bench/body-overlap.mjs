// How much of the body's work in a step is done before its answers, and how much while the devices compute.
import { parseArgs } from 'node:util';
import { cganSpec, EXCHANGES, exchangeTensors, SHALLOWEST_CUT } from '@tessera/core/architecture';
import { LocalBody } from '@tessera/core/body';
import { systemClock } from '@tessera/core/clock';
import { Random } from '@tessera/core/random';
import { elementCount } from '@tessera/core/tensors';
import { startEngine } from '../apps/coordinator/dist/engine/index.js';

const { values: given } = parseArgs({
  options: {
    devices: { type: 'string', default: '2,8' },
    width: { type: 'string', default: '0.25' },
    batch: { type: 'string', default: '16' },
    steps: { type: 'string', default: '9' },
    engine: { type: 'string', default: 'auto' },
  },
});
const spec = cganSpec({ width: Number(given.width) });
const batch = Number(given.batch);
const random = new Random('body overlap');
const engine = await startEngine({ engine: given.engine, env: process.env });
console.log(`${engine.name}, ${JSON.stringify(given)}: medians over the steps`);

for (const devices of given.devices.split(',').map(Number)) {
  const body = new LocalBody({
    spec,
    optimiser: { learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 },
    batch,
    engine: { backend: engine.name, adapter: engine.adapter, reason: engine.reason },
    clock: systemClock,
  });
  await body.load({ values: await body.initial(1), moments: { steps: new Map(), moments: new Map() } });
  const ids = Array.from({ length: devices }, (_, i) => `device ${String(i)}`);
  await oneStep(body, ids); // compiles
  const steps = [];
  for (let step = 0; step < Number(given.steps); step++) steps.push(await oneStep(body, ids));
  const before = median(steps.map((step) => step.before));
  const afterwards = median(steps.map((step) => step.afterwards));
  const share = ((100 * afterwards) / (before + afterwards)).toFixed(0);
  console.log(
    JSON.stringify({
      devices,
      beforeAnswersMs: before.toFixed(1),
      afterwardsMs: afterwards.toFixed(1),
      share: `${share} %`,
    }),
  );
  body.dispose();
}

/** Milliseconds of one step on noise, before its answers and after them. */
async function oneStep(body, ids) {
  const times = { before: 0, afterwards: 0 };
  await body.begin({ participants: ids.map((id) => ({ id, cut: SHALLOWEST_CUT, batch })), turn: 0 });
  for (const exchange of EXCHANGES) {
    const ups = new Map(ids.map((id) => [id, noise(exchange)]));
    const began = systemClock.now();
    await body.exchange({ exchange, ups, features: false });
    const answered = systemClock.now();
    body.settle();
    times.before += answered - began;
    times.afterwards += systemClock.now() - answered;
  }
  return times;
}

function noise(exchange) {
  return new Map(
    exchangeTensors(spec, SHALLOWEST_CUT, batch, exchange, 'up').map(({ name, shape }) => [
      name,
      { shape, data: Float32Array.from({ length: elementCount(shape) }, () => random.normal()) },
    ]),
  );
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
