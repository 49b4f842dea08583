import { expect, test } from 'vitest';
import { SetBuilder } from './set-builder.ts';

test('DATA-9: a set beyond the limit is refused with the limit named', () => {
  const builder = new SetBuilder({ imageShape: [4096, 4096, 3], classes: ['a'] });
  const pixels = new Uint8Array(4096 * 4096 * 3); // 48 MiB, the same bytes each time
  const original = () => ({ width: 1, height: 1, rgba: new Uint8Array(4) });
  // Previews copy their pixels; none is kept of an image without room for one.
  const add = () => builder.add({ name: 'x', classIndex: 0, pixels, original });
  for (let i = 0; i < 5; i++) add();
  expect(add).toThrow(
    expect.objectContaining({ code: 'too-large', message: expect.stringContaining('256 MiB') as string }),
  );
  expect(builder.count).toBe(5);
});
