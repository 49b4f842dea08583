// Whether a headless device trusts the coordinator's certificate: by its fingerprint, by a known authority, or at home.
import { once } from 'node:events';
import { connect } from 'node:tls';
import { TesseraError } from '@tessera/core/protocol';

const CONNECT_DEADLINE_MS = 10_000;
const AT_HOME = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The certificate to accept beside those of known authorities; absent where none is needed. */
export interface Trust {
  readonly ca?: string;
}

/**
 * Looks at the certificate that stands at the URL. With a fingerprint it must be that one; on this machine any is
 * good; else known authorities decide, and the connection fails where they do not know it.
 */
export async function trustFor(url: URL, fingerprint?: string): Promise<Trust> {
  if (url.protocol !== 'https:') return {};
  if (fingerprint === undefined && !AT_HOME.has(url.hostname)) return {};
  const { pem, found } = await certificateAt(url);
  if (fingerprint !== undefined && plain(found) !== plain(fingerprint))
    throw new TesseraError(
      'certificate-unusable',
      `The certificate of ${url.host} has another fingerprint (${found}): this may not be the coordinator that you mean.`,
    );
  return { ca: pem };
}

async function certificateAt(url: URL): Promise<{ pem: string; found: string }> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  // Nothing is sent on this connection: it only shows the certificate, which is judged above.
  const socket = connect({ host, port: Number(url.port || 443), rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(CONNECT_DEADLINE_MS) });
    const { raw, fingerprint256 } = socket.getPeerCertificate();
    const base64 = raw.toString('base64').replace(/.{64}/g, '$&\n');
    return {
      pem: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
      found: fingerprint256,
    };
  } finally {
    socket.destroy();
  }
}

function plain(fingerprint: string): string {
  return fingerprint.replaceAll(/[^0-9a-f]/gi, '').toLowerCase();
}
