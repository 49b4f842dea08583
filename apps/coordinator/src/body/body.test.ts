import { pathToFileURL } from 'node:url';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exchangeTensors, SHALLOWEST_CUT } from '@tessera/core/architecture';
import { runSpec } from '@tessera/core/protocol';
import { elementCount } from '@tessera/core/tensors';
import { smallRun } from '@tessera/core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { ownedBuffers } from './calls.ts';
import { WorkerBody } from './index.ts';

const settings = smallRun();
const bodies: WorkerBody[] = [];
afterEach(async () => {
  for (const body of bodies.splice(0)) await body.close();
});

async function start(program?: URL) {
  const crashes: string[] = [];
  const body = await WorkerBody.start({
    settings,
    engine: 'wasm',
    onCrash: (reason) => crashes.push(reason),
    ...(program && { program }),
  });
  bodies.push(body);
  return { body, crashes };
}

const zeroMoments = { steps: new Map(), moments: new Map() };

describe('the body in its thread', () => {
  it('COORD-10: computes an exchange while the main thread goes on', async () => {
    const { body } = await start();
    expect(body.engine.backend).toBe('wasm');
    await body.load({ values: await body.initial(1), moments: zeroMoments });
    await body.begin({
      participants: [{ id: 'a', cut: SHALLOWEST_CUT, batch: settings.batch }],
      turn: 0,
    });
    const specs = exchangeTensors(runSpec(settings), SHALLOWEST_CUT, settings.batch, 1, 'up');
    const up = new Map(
      specs.map(({ name, shape }) => [
        name,
        { shape, data: new Float32Array(elementCount(shape)).fill(0.1) },
      ]),
    );
    let turns = 0;
    const heart = setInterval(() => turns++, 1);
    const answer = await body.exchange({ exchange: 1, ups: new Map([['a', up]]), features: true });
    clearInterval(heart);
    expect(turns).toBeGreaterThan(0);
    expect([...(answer.downs.get('a')?.keys() ?? [])]).toEqual(['generator', 'discriminator']);
    expect(answer.features?.has('a')).toBe(true);
    expect([...up.values()].every(({ data }) => data.byteLength === 0)).toBe(true);
  });

  it('COORD-11: state goes in and comes out unchanged, and the caller keeps its own', async () => {
    const { body } = await start();
    const values = await body.initial(2);
    await body.load({ values, moments: zeroMoments });
    const state = await body.state();
    for (const [name, { data }] of state.values) expect(data).toEqual(values.get(name)?.data);
  });

  it('COORD-12: an error of a call reaches the caller and leaves the thread alive', async () => {
    const { body, crashes } = await start();
    await expect(body.exchange({ exchange: 3, ups: new Map(), features: false })).rejects.toThrow(
      'exchange 3',
    );
    expect(await body.profile()).toHaveProperty('compute');
    expect(crashes).toEqual([]);
  });

  it('COORD-13: a crash of the thread is reported, rejects the call, and the next call has a new thread', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tessera-body-'));
    const program = join(folder, 'crashing.mjs');
    await writeFile(
      program,
      `import { parentPort } from 'node:worker_threads';
       parentPort.on('message', ({ id, method }) => {
         if (method === 'begin') throw new Error('out of memory');
         parentPort.postMessage({ type: 'done', id, value: method });
       });
       parentPort.postMessage({ type: 'started', engine: { backend: 'x', adapter: '', reason: '' } });`,
    );
    const { body, crashes } = await start(pathToFileURL(program));
    await expect(body.begin({ participants: [], turn: 0 })).rejects.toThrow('stopped: out of memory');
    expect(crashes).toHaveLength(1);
    await body.abandonStep();
    await rm(folder, { recursive: true });
  });

  it('COORD-14: only whole buffers move; parts of shared ones are copied', () => {
    const whole = new Float32Array(4);
    const part = new Float32Array(8).subarray(2, 4);
    expect(ownedBuffers({ a: new Map([['x', { data: whole }]]), b: [whole, part], c: 'text' })).toEqual([
      whole.buffer,
    ]);
  });
});
