import { cganSpec, SHALLOWEST_CUT, type Cut } from '@tessera/core/architecture';
import { bodyParameters, deviceParameters } from '@tessera/core/federate';
import { describe, expect, test } from 'vitest';
import { bodyName, deviceName } from './author-names.ts';

const spec = cganSpec({ width: 1 / 16, zDim: 8 });
const deepest: Cut = { gHead: 2, gTail: 2, dHead: 2, dTail: 2 };

describe("the authors' names", () => {
  test.each([
    ['generator.block1.embedding.weight', 'gHead/label_embedding.weight'],
    ['generator.block1.dense.bias', 'gHead/fc.0.bias'],
    ['generator.block1.norm.running_mean', 'gHead/fc.1.running_mean'],
    ['generator.block2.conv.weight', 'gHead/extra.0.0.weight'],
    ['generator.block4.norm.weight', 'gTail/extra.0.1.weight'],
    ['generator.block5.conv.weight', 'gTail/deconv.0.weight'],
    ['discriminator.block1.embedding.weight', 'dHead/label_embedding.weight'],
    ['discriminator.block1.conv.bias', 'dHead/conv.0.bias'],
    ['discriminator.block1.norm.running_var', 'dHead/conv.1.running_var'],
    ['discriminator.block2.norm.bias', 'dHead/extra.0.1.bias'],
    ['discriminator.block4.conv.weight', 'dTail/extra.0.0.weight'],
    ['discriminator.block5.dense.weight', 'dTail/fc.0.weight'],
  ])('GOLD-1: on a device %s is %s', (ours, theirs) => {
    expect(deviceName(spec, deepest, ours)).toBe(theirs);
  });

  test.each([
    ['generator.block2.conv.weight', 'gBody/extra.0.0.weight'],
    ['generator.block3.norm.running_var', 'gBody/extra.1.1.running_var'],
    ['discriminator.block4.norm.bias', 'dBody/extra.2.1.bias'],
  ])('GOLD-1: in the body %s is %s', (ours, theirs) => {
    expect(bodyName(ours)).toBe(theirs);
  });

  test('GOLD-1: no two of ours share one of theirs, and what they do not have is refused', () => {
    for (const cut of [SHALLOWEST_CUT, deepest]) {
      const names = deviceParameters(spec, cut).map(({ name }) => deviceName(spec, cut, name));
      expect(new Set(names).size).toBe(names.length);
    }
    const body = bodyParameters(spec).map(({ name }) => bodyName(name));
    expect(new Set(body).size).toBe(body.length);
    for (const name of [
      'generator.block1.conv.weight',
      'generator.block2.dense.weight',
      'body.block2.conv.weight',
    ])
      expect(() => deviceName(spec, deepest, name)).toThrow(`"${name}" has no counterpart`);
  });
});
