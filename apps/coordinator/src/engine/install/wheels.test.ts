import { describe, expect, it } from 'vitest';
import { wheelFor } from './wheels.ts';

describe('wheels', () => {
  it.each([
    ['linux', 'x64', 'tensorflow-cpu'],
    ['linux', 'arm64', 'tensorflow-cpu-aws'],
    ['darwin', 'arm64', 'tensorflow'],
  ])('TOOL-1: %s on %s takes the wheel of %s', (platform, arch, project) => {
    expect(wheelFor({ platform, arch, glibc: true })?.project).toBe(project);
  });

  it.each([
    ['win32', 'x64', true],
    ['linux', 'riscv64', true],
    ['linux', 'x64', false],
  ])('TOOL-1: %s on %s (glibc: %s) has none', (platform, arch, glibc) => {
    expect(wheelFor({ platform, arch, glibc })).toBeUndefined();
  });
});
