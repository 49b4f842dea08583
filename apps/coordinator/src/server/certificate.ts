// The certificate for HTTPS: one's own, or one made here whose names follow the machine's addresses.
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { TesseraError } from '@tessera/core/protocol';
import { generate } from 'selfsigned';
import { writeFileAtomically } from '../store/index.ts';

/** Browsers take no certificate that is valid for longer. */
export const CERTIFICATE_DAYS = 398;
/** Made anew when fewer days are left. */
export const RENEW_BEFORE_DAYS = 30;
const DAY_MS = 86_400_000;

/** A certificate with its key, in PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
  /** SHA-256 of the certificate, as browsers show it. */
  readonly fingerprint: string;
}

/** The kept certificate where it is still good for these names, else a new one. */
export async function ownCertificate(
  folder: string,
  names: readonly string[],
  now: Date,
): Promise<Certificate> {
  const [certificatePath, keyPath] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  try {
    const kept = withFingerprint(await readFile(certificatePath, 'utf8'), await readFile(keyPath, 'utf8'));
    if (isGood(kept, names, now)) return kept;
  } catch {
    // Absent or unreadable: one is made.
  }
  const made = await make(names, now);
  await mkdir(folder, { recursive: true });
  await writeFileAtomically(keyPath, made.key, { mode: 0o600 });
  await writeFileAtomically(certificatePath, made.certificate);
  return made;
}

/** One's own certificate from two PEM files; throws a TesseraError that says what is wrong with them. */
export async function givenCertificate(certificateFile: string, keyFile: string): Promise<Certificate> {
  try {
    const given = withFingerprint(await readFile(certificateFile, 'utf8'), await readFile(keyFile, 'utf8'));
    if (!matches(given)) throw new Error('the key belongs to another certificate');
    return given;
  } catch (error) {
    throw new TesseraError(
      'certificate-unusable',
      `The certificate ${certificateFile} with the key ${keyFile} cannot be used: ${error instanceof Error ? error.message : String(error)}.`,
      { cause: error },
    );
  }
}

async function make(names: readonly string[], now: Date): Promise<Certificate> {
  const pems = await generate([{ name: 'commonName', value: 'Tessera on this network' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now.getTime() - DAY_MS),
    notAfterDate: new Date(now.getTime() + (CERTIFICATE_DAYS - 1) * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name })),
      },
    ],
  });
  return withFingerprint(pems.cert, pems.private);
}

function withFingerprint(certificate: string, key: string): Certificate {
  const { raw } = new X509Certificate(certificate);
  const fingerprint = createHash('sha256').update(raw).digest('hex').toUpperCase();
  return { certificate, key, fingerprint: fingerprint.match(/../g)?.join(':') ?? '' };
}

function isGood(kept: Certificate, names: readonly string[], now: Date): boolean {
  const parsed = new X509Certificate(kept.certificate);
  const daysLeft = (Date.parse(parsed.validTo) - now.getTime()) / DAY_MS;
  const named = names.every(
    (name) => (isIP(name) ? parsed.checkIP(name) : parsed.checkHost(name)) !== undefined,
  );
  return (
    named && daysLeft >= RENEW_BEFORE_DAYS && Date.parse(parsed.validFrom) <= now.getTime() && matches(kept)
  );
}

function matches({ certificate, key }: Certificate): boolean {
  return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
}
