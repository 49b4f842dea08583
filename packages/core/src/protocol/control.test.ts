import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCoordinatorMessage, parseDeviceMessage, refusal } from './control.ts';
import { TesseraError } from './errors.ts';
import { coordinatorMessageSchema, type DeviceMessage } from './messages.ts';
import { runSettingsSchema } from './run-settings.ts';
import { MAXIMUM_CONTROL_BYTES } from './limits.ts';
import { PROTOCOL_VERSION } from './version.ts';

const hello: DeviceMessage = {
  type: 'hello',
  protocol: PROTOCOL_VERSION,
  name: 'Kitchen laptop',
  kind: 'browser',
};
const intent: DeviceMessage = { type: 'intent', intent: 'pause', reason: 'battery' };

function refusedAs(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof TesseraError && error.code === 'bad-message') return error.message;
    throw error;
  }
  return '';
}

describe('control messages', () => {
  test('WIRE-5: a message of the protocol comes back as it was sent', () => {
    for (const message of [hello, intent])
      expect(parseDeviceMessage(structuredClone(message))).toEqual(message);
    const step = { type: 'step', run: 1, round: 2, step: 3 };
    expect(parseCoordinatorMessage(step)).toEqual(step);
  });

  test('WIRE-5: a key that the protocol does not know is refused, __proto__ among them', () => {
    expect(refusedAs(() => parseDeviceMessage({ ...hello, admin: true }))).toContain('admin');
    const poisoned: unknown = JSON.parse('{"type":"intent","intent":"leave","__proto__":{"intent":"pause"}}');
    expect(refusedAs(() => parseDeviceMessage(poisoned))).toContain('__proto__');
  });

  test.each([
    ['a text too long', { ...hello, name: 'n'.repeat(121) }],
    ['a number out of range', { type: 'ready', run: -1, round: 0, attempt: 1 }],
    ['a number that is none', { type: 'ready', run: NaN, round: 0, attempt: 1 }],
    ['a fraction for a count', { type: 'ready', run: 1, round: 0.5, attempt: 1 }],
    ['an unknown type', { type: 'shutdown' }],
    ['a message of the other side', { type: 'committed', run: 1, round: 1 }],
    ['a missing field', { type: 'ready', run: 1 }],
    [
      'an infinite loss',
      {
        type: 'losses',
        run: 1,
        round: 1,
        step: 1,
        discriminatorReal: Infinity,
        discriminatorFake: 0,
        generator: 0,
        computeSeconds: 1,
      },
    ],
  ])('WIRE-6: %s is refused', (_, message) => {
    expect(refusedAs(() => parseDeviceMessage(message))).toContain('A control message was refused: ');
  });

  test('WIRE-6: anything at all is refused or a message of the protocol, and nothing else is thrown', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withTypedArray: true }), (message) => {
        expect(refusedAs(() => parseDeviceMessage(message))).not.toBe('');
        expect(refusedAs(() => parseCoordinatorMessage(message))).not.toBe('');
      }),
    );
  });

  test('WIRE-6: many faults make a short error', () => {
    const keys = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`key${i}`, i]));
    const error = refusal(
      new TesseraError(
        'bad-message',
        refusedAs(() => parseDeviceMessage({ ...hello, ...keys })),
      ),
    );
    expect(error.message.length).toBeLessThanOrEqual(400);
    expect(parseCoordinatorMessage(error)).toEqual(error);
  });

  test('WIRE-7: a refusal carries the code of our errors and nothing of the inside of others', () => {
    expect(refusal(new TesseraError('run-full', 'All places are taken.'))).toEqual({
      type: 'refused',
      code: 'run-full',
      message: 'All places are taken.',
    });
    const foreign = refusal(new Error('ENOENT /home/someone'));
    expect(foreign.code).toBe('server-error');
    expect(foreign.message).not.toContain('someone');
  });

  test('WIRE-8: the largest welcome is smaller than a control message may be', () => {
    const text = (length: number) => '\u{1f600}'.repeat(length / 2);
    const settings = runSettingsSchema.parse({
      id: 'a'.repeat(40),
      title: text(80),
      sentence: text(280),
      hostedBy: text(80),
      classes: Array.from({ length: 64 }, () => text(40)),
    });
    const welcome = coordinatorMessageSchema.parse({
      type: 'welcome',
      protocol: PROTOCOL_VERSION,
      run: 0xffff_ffff,
      deviceId: 'd'.repeat(40),
      token: 't'.repeat(43),
      settings,
      resumed: false,
    });
    expect(new TextEncoder().encode(JSON.stringify(welcome)).length).toBeLessThan(MAXIMUM_CONTROL_BYTES);
  });
});
