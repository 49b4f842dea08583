// By which names this coordinator is known, and the certificate that says so; both follow the machine's networks.
import {
  type Certificate,
  givenCertificate,
  inUrl,
  type JoinInfo,
  knownHosts,
  lanAddresses,
  LOCAL_NAMES,
  machineNames,
  ownCertificate,
} from '../server/index.ts';

/** How often the machine's addresses, and with them the certificate, are looked at again. */
const ADDRESSES_EVERY_MS = 60_000;

export interface IdentityOptions {
  /** Where a made certificate is kept. */
  readonly folder: string;
  /** No certificate: nothing beyond this machine. */
  readonly hostOnlyLocal: boolean;
  readonly hostNames: readonly string[];
  readonly certificateFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** Names and certificate in use. */
export class Identity {
  readonly #options: IdentityOptions;
  hosts: ReadonlySet<string>;
  certificate: Certificate | undefined;

  static async open(options: IdentityOptions): Promise<Identity> {
    return new Identity(options, await certificateFor(options));
  }

  private constructor(options: IdentityOptions, certificate: Certificate | undefined) {
    this.#options = options;
    this.hosts = knownHosts(options.hostNames);
    this.certificate = certificate;
  }

  /** Looks at the addresses every minute; returns how to stop. */
  keepFresh(onRenewed: (certificate: Certificate) => void, onFailure: (reason: string) => void): () => void {
    const timer = setInterval(() => {
      this.#refresh().then(
        (renewed) => {
          if (renewed) onRenewed(renewed);
        },
        (error: unknown) => {
          onFailure(error instanceof Error ? error.message : String(error));
        },
      );
    }, ADDRESSES_EVERY_MS);
    return () => {
      clearInterval(timer);
    };
  }

  /** Where others reach the servers: the network first, then this machine. */
  joinInfo({ httpPort, httpsPort }: { readonly httpPort: number; readonly httpsPort?: number }): JoinInfo {
    const home = `http://localhost:${httpPort}/`;
    if (httpsPort === undefined || !this.certificate) return { urls: [home] };
    const network = lanAddresses().map((address) => `https://${inUrl(address)}:${httpsPort}/`);
    return { urls: [...network, home], fingerprint: this.certificate.fingerprint };
  }

  async #refresh(): Promise<Certificate | undefined> {
    this.hosts = knownHosts(this.#options.hostNames);
    const next = await certificateFor(this.#options);
    if (next?.fingerprint === this.certificate?.fingerprint) return undefined;
    this.certificate = next;
    return next;
  }
}

async function certificateFor(options: IdentityOptions): Promise<Certificate | undefined> {
  const { hostOnlyLocal, certificateFile, keyFile, folder, hostNames } = options;
  if (hostOnlyLocal) return undefined;
  if (certificateFile !== undefined && keyFile !== undefined)
    return givenCertificate(certificateFile, keyFile);
  const names = [...LOCAL_NAMES, ...lanAddresses(), ...machineNames(), ...hostNames];
  return ownCertificate(folder, names, new Date());
}
