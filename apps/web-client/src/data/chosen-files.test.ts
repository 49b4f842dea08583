import { expect, test } from 'vitest';
import { namedFiles } from './chosen-files.ts';

test('DATA-47: chosen files keep their paths and sizes and are read when asked for', async () => {
  const [file] = namedFiles([{ path: 'cats/1.png', file: new Blob([Uint8Array.of(1, 2, 3)]) }]);
  expect([file?.path, file?.size]).toEqual(['cats/1.png', 3]);
  expect(await file?.bytes()).toEqual(Uint8Array.of(1, 2, 3));
});
