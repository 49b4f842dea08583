// In a file of its own, because it starts a real engine.
import { expect, it } from 'vitest';
import { startEngine } from './ladder.ts';

it('ENG-6: a process holds one engine: it is started once, and a second one is refused', async () => {
  const first = await startEngine({ engine: 'wasm', env: {} });
  expect(first).toMatchObject({ name: 'wasm', reason: 'WebAssembly was asked for' });
  expect(await startEngine({ engine: 'auto', env: {} })).toBe(first);
  await expect(startEngine({ engine: 'tensorflow', env: {} })).rejects.toThrow(
    'runs in this process already',
  );
});
