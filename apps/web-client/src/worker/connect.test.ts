import { DIGITS, drawnImages } from '@tessera/core/data';
import { Random } from '@tessera/core/random';
import { expect, test } from 'vitest';
import { evenlyOverClasses, ImageConnector, previewsOf } from './connect.ts';
import { bytesOf } from './device-run.ts';
import type { WorkerMessage } from './messages.ts';

test('WORKER-20: previews show as many images of each class as there is room for', () => {
  const labels = [2, 2, 2, 2, 0, 1, 2];
  expect(evenlyOverClasses(labels, 4).map((position) => labels[position])).toEqual([0, 1, 2, 2]);
});

test('WORKER-20: a drawn set is previewed as it is, two of each digit', () => {
  const set = drawnImages({ domain: 'pen', count: 60, random: new Random(1) });
  const previews = previewsOf(set);
  expect(previews.map(({ name }) => name)).toEqual(DIGITS.flatMap((digit) => [digit, digit]));
  expect(previews[0]?.before.rgba).toHaveLength(28 * 28 * 4);
});

test('WORKER-21: samples in [-1, 1] become bytes, whatever the generator exceeds', () => {
  expect([...bytesOf(Float32Array.of(-1, 0, 1, -3, 3))]).toEqual([0, 128, 255, 0, 255]);
});

test('TIERDATA-38: points are connected as one cloud without previews; a run of images refuses them in words', async () => {
  const posted: WorkerMessage[] = [];
  const connector = new ImageConnector((message) => posted.push(message));
  const message = { type: 'connect-points', mode: 4, count: 64 } as const;
  const points = { imageShape: [1, 1, 2] as const, classes: ['any'], labelled: false };
  await connector.connect(message, 'run', points);
  expect(connector.set?.labels).toHaveLength(64);
  expect(posted).toMatchObject([{ type: 'images-connected', total: 64, previews: [], keptCopy: false }]);
  expect(posted[0]).toHaveProperty('points', { mode: 4, cloud: connector.set?.images });
  await connector.connect(message, 'run', { imageShape: [28, 28, 1], classes: DIGITS });
  expect(posted[1]).toMatchObject({ type: 'images-refused', code: 'wrong-data' });
  // What was connected before stays.
  expect(connector.set?.labels).toHaveLength(64);
});
