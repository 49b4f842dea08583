import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { greetingFault, PROTOCOL_VERSION } from './version.ts';

describe('the handshake', () => {
  test('WIRE-4: peers of the same version agree', () => {
    expect(
      greetingFault({ type: 'hello', protocol: PROTOCOL_VERSION, name: 'x' }, 'coordinator'),
    ).toBeUndefined();
    expect(greetingFault({ type: 'welcome', protocol: PROTOCOL_VERSION }, 'device')).toBeUndefined();
  });

  test.each([
    ['coordinator', PROTOCOL_VERSION - 1, 'Reload the page'],
    ['coordinator', PROTOCOL_VERSION + 1, 'Ask the host'],
    ['device', PROTOCOL_VERSION - 1, 'Ask the host'],
    ['device', PROTOCOL_VERSION + 1, 'Reload the page'],
  ] as const)(
    'WIRE-4: the %s that meets version %d says who has to update: %s',
    (reader, protocol, advice) => {
      const type = reader === 'coordinator' ? 'hello' : 'welcome';
      const fault = greetingFault({ type, protocol, fieldOfAnotherVersion: true }, reader);
      expect(fault?.code).toBe('version-mismatch');
      expect(fault?.message).toContain(advice);
      expect(fault?.message).toContain(`${protocol}`);
    },
  );

  test('WIRE-4: a device may be refused instead of welcomed; a coordinator is not', () => {
    const refused = { type: 'refused', code: 'run-full', message: 'All places are taken.' };
    expect(greetingFault(refused, 'device')).toBeUndefined();
    expect(greetingFault(refused, 'coordinator')?.code).toBe('bad-message');
  });

  test('WIRE-4: whatever else comes first is no greeting', () => {
    fc.assert(
      fc.property(fc.anything(), (message) => {
        expect(greetingFault(message, 'coordinator')?.code).toBe('bad-message');
      }),
    );
  });
});
