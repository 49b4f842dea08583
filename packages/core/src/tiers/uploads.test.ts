import { describe, expect, test } from 'vitest';
import type { Packet } from '../protocol/index.ts';
import { mergeCommunities } from '../cloud/index.ts';
import { errorOf, newsOf, someGenerator, TierWorld } from '../testing/tier-world.ts';

describe('uploads and answers', () => {
  test('TIERNET-6: generators travel in 32 bits: the answer is the merge of what was brought, number for number', async () => {
    const world = await TierWorld.open();
    const [north, south] = [await world.edge('North'), await world.edge('South')];
    await world.pass(100);
    const uploads = [north.upload(0, { score: -0.2 }), south.upload(0, { score: -0.9 })] as const;
    const answers = await world.after(
      Promise.all([north.link.merge(uploads[0]), south.link.merge(uploads[1])]),
    );
    const expected = mergeCommunities(uploads);
    for (const { version, generator, weights } of answers) {
      expect(version).toBe(1);
      expect(weights).toEqual(expected.weights);
      expect([...generator.keys()]).toEqual([...expected.generator.keys()]);
      for (const [name, { data }] of expected.generator) expect(generator.get(name)?.data).toEqual(data);
    }
    expect(await world.after(north.link.latest())).toEqual(answers[0]);
  });

  test('TIERNET-6: before the first merge there is no newest model', async () => {
    const world = await TierWorld.open();
    const north = await world.edge('North');
    expect(await world.after(north.link.latest())).toBeUndefined();
  });

  test('TIERNET-7: an edge does not send a number that is not finite; its connection stays', async () => {
    const world = await TierWorld.open({ strategy: 'fr-async' });
    const north = await world.edge('North');
    const generator = new Map(someGenerator(world.settings, 1));
    const [name, tensor] = [...generator][0] ?? ['', { shape: [], data: new Float32Array() }];
    generator.set(name, { shape: tensor.shape, data: tensor.data.map(() => NaN) });
    const error = await errorOf(world.after(north.link.merge(north.upload(0, { generator }))));
    expect(error.code).toBe('tensor-not-finite');
    expect(error.message).toContain(name);
    expect((await errorOf(world.after(north.link.merge(north.upload(0, { score: Infinity }))))).code).toBe(
      'tensor-not-finite',
    );
    expect((await world.after(north.link.merge(north.upload(1)))).version).toBe(1);
    expect(north.connections()).toBe(1);
  });

  test.each([
    ['a frame of other tensors', 'frame-mismatch', mutilated],
    ['a frame that is no frame', 'frame-malformed', () => new Uint8Array(64)],
    ['a frame that is too large', 'frame-too-large', (bytes: Uint8Array) => new Uint8Array(bytes.length + 4)],
  ])('TIERNET-8: %s ends its own connection as %s, and no other', async (_, code, change) => {
    const world = await TierWorld.open({ strategy: 'fr-async' });
    const [north, south] = [await world.edge('North'), await world.edge('South')];
    const { device } = north.pair();
    const send = device.send.bind(device);
    device.send = (packet: Packet) =>
      send(packet.kind === 'frame' ? { kind: 'frame', bytes: change(packet.bytes) } : packet);
    const merging = errorOf(north.link.merge(north.upload(0)));
    await world.pass(200);
    expect(world.log).toContainEqual({ event: 'edge-refused', fields: { community: 'North', code } });
    expect(world.commits).toBe(0);
    expect((await world.after(south.link.merge(south.upload(0)))).version).toBe(1);
    north.link.close();
    await merging;
  });

  test('TIERNET-9: an upload that is repeated on another connection is merged once', async () => {
    const world = await TierWorld.open({ strategy: 'fr-async' });
    const north = await world.edge('North');
    // The answer is lost: the edge takes nothing, and the cable breaks when the cloud has merged.
    const merging = north.link.merge(north.upload(0));
    north.pair().stall('device', true);
    await world.pass(100);
    expect(world.commits).toBe(1);
    north.pair().cut();
    const model = await world.after(merging);
    expect(north.connections()).toBe(2);
    expect(model.version).toBe(1);
    expect(world.commits).toBe(1);
    expect((await world.after(north.link.merge(north.upload(1)))).version).toBe(2);
  });

  test('TIERNET-9: the same upload to a cloud that was killed and resumed is not merged twice', async () => {
    const world = await TierWorld.open({ strategy: 'fr-async' });
    const north = await world.edge('North');
    const merging = north.link.merge(north.upload(0));
    north.pair().stall('device', true);
    await world.pass(100);
    expect(world.commits).toBe(1);
    await world.restart();
    expect((await world.after(merging)).version).toBe(1);
    expect(north.connections()).toBe(2);
    expect(world.commits).toBe(1);
  });

  test('TIERNET-10: a synchronous merge waits for communities at work, not for one without devices', async () => {
    const world = await TierWorld.open();
    const [north, south] = [await world.edge('North'), await world.edge('South')];
    await world.pass(100);
    let answered = false;
    const merging = north.link.merge(north.upload(0)).then((model) => {
      answered = true;
      return model;
    });
    await world.pass(5_000);
    expect(answered).toBe(false);
    expect(world.host.tree().communities).toMatchObject([{ waiting: true }, { waiting: false }]);
    south.news = newsOf('waiting-for-devices');
    south.link.tellNews();
    expect([...(await world.after(merging)).weights]).toEqual([[0, 1]]);
  });

  test('TIERNET-10: a synchronous merge waits for every edge of a community that is at work', async () => {
    const world = await TierWorld.open();
    const [first, second] = [await world.edge('North'), await world.edge('North')];
    await world.pass(100);
    const generators = [1, 2].map((seed) => someGenerator(world.settings, seed));
    const uploads = [first.upload(0, { score: -0.2 }), second.upload(0, { score: -0.9 })].map(
      (upload, seat) => ({
        ...upload,
        seat,
        generator: generators[seat] ?? upload.generator,
      }),
    );
    const [one, other] = uploads;
    if (!one || !other) throw new Error('two uploads were made');
    let answered = false;
    const merging = first.link.merge(one).then((model) => {
      answered = true;
      return model;
    });
    await world.pass(5_000);
    expect(answered).toBe(false);
    const [, model] = await world.after(Promise.all([second.link.merge(other), merging]));
    expect(model).toEqual({ version: 1, ...mergeCommunities(uploads) });
  });

  test('TIERNET-9: two edges of a community that bring under the same number are both merged', async () => {
    const world = await TierWorld.open({ strategy: 'fr-async' });
    const [first, second] = [
      await world.edge('North', { start: 5 }),
      await world.edge('North', { start: 5 }),
    ];
    expect((await world.after(first.link.merge(first.upload(0)))).version).toBe(1);
    expect((await world.after(second.link.merge(second.upload(0)))).version).toBe(2);
    expect(world.checkpoint?.uploads.size).toBe(2);
  });
});

/** The same numbers under another name: one letter of the first tensor's. */
function mutilated(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const at = 32 + 2;
  copy[at] = 'h'.charCodeAt(0);
  return copy;
}
