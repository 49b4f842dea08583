import { describe, expect, it } from 'vitest';
import { findDawnAdapter } from './dawn-adapter.ts';
import { startDawn } from './dawn-engine.ts';
import { softwareAdapterEnvironment } from './software-drivers.ts';

const drivers = process.env.TESSERA_NO_NATIVE === '1' ? undefined : softwareAdapterEnvironment({});
const why =
  process.env.TESSERA_NO_NATIVE === '1' ? 'left out with --no-native' : 'no software driver is here';

describe('Dawn', () => {
  it.skipIf(!drivers)(
    `ENG-7: a software adapter is refused unless asked for${drivers ? '' : ` NOT RUN: ${why}`}`,
    async () => {
      const env = { ...process.env, ...drivers };
      expect(await findDawnAdapter(env)).toMatchObject({ software: true });
      await expect(startDawn({ engine: 'auto', env })).rejects.toThrow('only a software adapter answers');
      expect('GPUDevice' in globalThis).toBe(false);
    },
  );

  it('ENG-7: where no driver answers, that is the reason', async () => {
    const env = { ...process.env, VK_ICD_FILENAMES: '/nowhere.json' };
    await expect(findDawnAdapter(env)).rejects.toThrow(/no GPU answers|Dawn does not load/);
  });

  it('ENG-7: the drivers that the user chose stand', () => {
    expect(softwareAdapterEnvironment({ VK_ICD_FILENAMES: '/mine.json' })).toEqual({
      VK_ICD_FILENAMES: '/mine.json',
    });
  });
});
