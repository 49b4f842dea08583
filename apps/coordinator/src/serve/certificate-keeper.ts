// Keeps a certificate that is good: one's own as it is, a made one by the machine's addresses and the calendar.
import {
  type Certificate,
  givenCertificate,
  lanAddresses,
  LOCAL_NAMES,
  machineNames,
  ownCertificate,
} from '../server/index.ts';

export interface CertificateSource {
  /** Where a made certificate is kept. */
  readonly folder: string;
  readonly certificateFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** The certificate in use. */
export class CertificateKeeper {
  readonly #source: CertificateSource;
  current: Certificate;

  static async open(source: CertificateSource): Promise<CertificateKeeper> {
    return new CertificateKeeper(source, await read(source));
  }

  private constructor(source: CertificateSource, current: Certificate) {
    this.#source = source;
    this.current = current;
  }

  /** Looks again; resolves to another certificate where one is needed now. */
  async renew(): Promise<Certificate | undefined> {
    const next = await read(this.#source);
    if (next.fingerprint === this.current.fingerprint) return undefined;
    this.current = next;
    return next;
  }
}

function read({ folder, certificateFile, keyFile }: CertificateSource): Promise<Certificate> {
  if (certificateFile !== undefined && keyFile !== undefined)
    return givenCertificate(certificateFile, keyFile);
  const names = [...LOCAL_NAMES, ...lanAddresses(), ...machineNames()];
  return ownCertificate(folder, names, new Date());
}
