import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../clock.ts';
import { deviceLink, SharedLink } from './links.ts';

/** 1,000 bytes a second up, 2,000 down. */
const PROFILE = { uplinkBytesPerSecond: 1_000, downlinkBytesPerSecond: 2_000 };

describe('links', () => {
  test('LAB-4: a packet takes its bytes over the rate of its direction, and the next one waits for it', () => {
    const clock = new VirtualClock();
    const travel = deviceLink(clock, PROFILE, new SharedLink(Infinity));
    expect(travel('device', 500)).toBe(500);
    expect(travel('device', 100)).toBe(600);
    expect(travel('coordinator', 500)).toBe(250);
    clock.advance(550);
    expect(travel('device', 100)).toBe(150); // 50 left of the one before
    clock.advance(10_000);
    expect(travel('device', 100)).toBe(100);
  });

  test('LAB-4: devices do not wait for each other on links of their own', () => {
    const clock = new VirtualClock();
    const shared = new SharedLink(Infinity);
    const [one, other] = [deviceLink(clock, PROFILE, shared), deviceLink(clock, PROFILE, shared)];
    expect(one('device', 1_000)).toBe(1_000);
    expect(other('device', 10)).toBe(10);
  });

  test('LAB-5: on a shared link all devices and both directions wait for each other', () => {
    const clock = new VirtualClock();
    const shared = new SharedLink(500);
    const [one, other] = [deviceLink(clock, PROFILE, shared), deviceLink(clock, PROFILE, shared)];
    expect(one('device', 500)).toBe(1_000);
    expect(other('coordinator', 250)).toBe(1_500);
    expect(one('coordinator', 250)).toBe(2_000);
  });

  test('LAB-5: of its own and the shared link the slower one holds a packet up', () => {
    const clock = new VirtualClock();
    const travel = deviceLink(clock, PROFILE, new SharedLink(10_000));
    expect(travel('device', 1_000)).toBe(1_000);
    expect(travel('coordinator', 1_000)).toBe(500);
  });
});
