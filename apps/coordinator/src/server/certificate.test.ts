import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TesseraError } from '@tessera/core/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CERTIFICATE_DAYS, givenCertificate, lanAddresses, machineNames, ownCertificate } from './index.ts';

const DAY_MS = 86_400_000;
const NAMES = ['localhost', '127.0.0.1', '192.168.1.5', 'fd00::2'];
const NOW = new Date('2026-11-21T12:00:00Z');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-certificate-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('certificate', () => {
  it('HTTP-1: it names every address, is valid at most 398 days, and its key is for its owner only', async () => {
    const { certificate, fingerprint } = await ownCertificate(folder, NAMES, NOW);
    const parsed = new X509Certificate(certificate);
    expect(parsed.checkHost('localhost')).toBe('localhost');
    for (const address of NAMES.slice(1)) expect(parsed.checkIP(address)).toBe(address);
    const days = (Date.parse(parsed.validTo) - Date.parse(parsed.validFrom)) / DAY_MS;
    expect(days).toBeLessThanOrEqual(CERTIFICATE_DAYS);
    expect(parsed.publicKey.asymmetricKeyType).toBe('ec');
    expect(parsed.fingerprint256).toBe(fingerprint);
    expect((await stat(join(folder, 'key.pem'))).mode & 0o777).toBe(0o600);
  });

  it('HTTP-2: it is kept until an address is new or its end is near', async () => {
    const first = await ownCertificate(folder, NAMES, NOW);
    const later = (days: number) => new Date(NOW.getTime() + days * DAY_MS);
    expect(await ownCertificate(folder, NAMES.slice(1), later(300))).toEqual(first);
    const moved = await ownCertificate(folder, [...NAMES, '10.0.0.7'], NOW);
    expect(moved.fingerprint).not.toBe(first.fingerprint);
    const renewed = await ownCertificate(folder, NAMES, later(CERTIFICATE_DAYS - 20));
    expect(renewed.fingerprint).not.toBe(moved.fingerprint);
    await writeFile(join(folder, 'key.pem'), 'damaged');
    expect((await ownCertificate(folder, NAMES, NOW)).fingerprint).not.toBe(renewed.fingerprint);
  });

  it("HTTP-3: one's own certificate is taken as it is, and refused where its key belongs to another", async () => {
    const [one, other] = [join(folder, 'one'), join(folder, 'other')];
    const made = await ownCertificate(one, NAMES, NOW);
    await ownCertificate(other, NAMES, NOW);
    const pem = join(one, 'certificate.pem');
    expect(await givenCertificate(pem, join(one, 'key.pem'))).toEqual(made);
    for (const key of [join(other, 'key.pem'), join(folder, 'absent.pem'), pem]) {
      const error = await givenCertificate(pem, key).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(TesseraError);
      expect(error).toMatchObject({ code: 'certificate-unusable' });
      expect(String(error)).toContain(key);
    }
  });

  it('HTTP-4: network addresses leave out the machine itself and link-local ones', () => {
    const entry = (family: 'IPv4' | 'IPv6', address: string, internal = false) => ({
      ...{ address, internal, netmask: '', mac: '', cidr: null },
      ...(family === 'IPv4' ? { family } : { family, scopeid: 0 }),
    });
    expect(
      lanAddresses({
        lo: [entry('IPv4', '127.0.0.1', true)],
        eth0: [entry('IPv6', 'fe80::1'), entry('IPv6', 'fd00::2'), entry('IPv4', '192.168.1.5')],
        eth1: [entry('IPv4', '169.254.3.4')],
      }),
    ).toEqual(['192.168.1.5', 'fd00::2']);
    expect(machineNames('Lab-PC')).toEqual(['lab-pc', 'lab-pc.local']);
    expect(machineNames('not a name')).toEqual([]);
  });
});
