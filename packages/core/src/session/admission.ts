// Who may join: a connection's first message, checked in full, becomes a member of the run or an error.
import {
  type DeviceMessage,
  greetingFault,
  parseDeviceMessage,
  type RunSettings,
  TesseraError,
} from '../protocol/index.ts';
import type { FederatedDevice, FederationResult } from '../strategy/index.ts';
import { MAXIMUM_MEMBERS } from './limits.ts';
import type { AccessPort, MemberRecord } from './ports.ts';

type Hello = DeviceMessage & { readonly type: 'hello' };

export interface Admitted {
  readonly member: MemberRecord;
  readonly token: string;
  /** The device was here before and brought its own token. */
  readonly returning: boolean;
  /** The last round whose commit the device remembers, -1 for none. */
  readonly committedRound: number;
}

/** The members of a run, in the order in which they last joined. */
export class Admission {
  readonly #settings: RunSettings;
  readonly #access: AccessPort;
  readonly #members: Map<string, MemberRecord>;
  #lastNumber: number;

  constructor(settings: RunSettings, access: AccessPort, members: readonly MemberRecord[]) {
    this.#settings = settings;
    this.#access = access;
    this.#members = new Map(members.map((member) => [member.id, member]));
    this.#lastNumber = Math.max(0, ...members.map(({ id }) => Number(id.slice('device-'.length)) || 0));
  }

  get members(): readonly MemberRecord[] {
    return [...this.#members.values()];
  }

  member(id: string): MemberRecord | undefined {
    return this.#members.get(id);
  }

  /** Judges a first message; throws the TesseraError with which to refuse. `present` are the devices connected now. */
  admit(message: unknown, peer: string, present: ReadonlySet<string>): Admitted {
    const hello = this.#read(message);
    const returning = this.#returning(hello);
    if (!returning) this.#checkCode(hello, peer);
    // A device that comes back takes its own place, also when its old connection has not been missed yet.
    const others = returning && present.has(returning.id) ? present.size - 1 : present.size;
    if (others >= this.#settings.maximumDevices) {
      throw new TesseraError('run-full', `All ${this.#settings.maximumDevices} places are taken.`);
    }
    const token = hello.resume && returning ? hello.resume.token : this.#access.newToken();
    const member = {
      ...(returning ?? { id: this.#newId() }),
      tokenDigest: this.#access.digest(token),
      name: hello.name,
      kind: hello.kind,
    };
    this.#members.delete(member.id);
    this.#members.set(member.id, member);
    this.#forgetOldest(present);
    return {
      member,
      token,
      returning: returning !== undefined,
      committedRound: hello.resume?.committedRound ?? -1,
    };
  }

  /** The members as a federation of these devices has placed them; nothing is written down yet. */
  placed(
    devices: readonly Pick<FederatedDevice, 'id' | 'cut'>[],
    { clusters, clusterWeights }: Pick<FederationResult, 'clusters' | 'clusterWeights'>,
  ): readonly MemberRecord[] {
    const cuts = new Map(devices.map(({ id, cut }) => [id, cut]));
    return this.members.map((member) => {
      const [cluster, cut] = [clusters.get(member.id), cuts.get(member.id)];
      return {
        ...member,
        ...(cluster !== undefined && { cluster, weight: clusterWeights.get(member.id) ?? 0 }),
        ...(cut && { cut }),
      };
    });
  }

  /** Writes down where a federation has put every device. */
  place(...federation: Parameters<Admission['placed']>): void {
    for (const member of this.placed(...federation)) this.#members.set(member.id, member);
  }

  /** Device to cluster as of the last federation that had it. */
  clusters(): ReadonlyMap<string, number> {
    return new Map(
      this.members.flatMap(({ id, cluster }): [string, number][] =>
        cluster === undefined ? [] : [[id, cluster]],
      ),
    );
  }

  #read(message: unknown): Hello {
    const fault = greetingFault(message, 'coordinator');
    if (fault) throw fault;
    const hello = parseDeviceMessage(message);
    if (hello.type !== 'hello')
      throw new TesseraError('bad-message', 'The first message must be a greeting.');
    if (hello.runId !== undefined && hello.runId !== this.#settings.id) {
      throw new TesseraError('unknown-run', `There is no run "${hello.runId}" here.`);
    }
    return hello;
  }

  #returning({ resume }: Hello): MemberRecord | undefined {
    if (!resume) return undefined;
    const digest = this.#access.digest(resume.token);
    const member = this.members.find(({ tokenDigest }) => tokenDigest === digest);
    if (member) return member;
    throw new TesseraError('bad-token', 'This run does not know the device that the token belongs to.');
  }

  #checkCode(hello: Hello, peer: string): void {
    const refused = this.#access.checkJoinCode(hello.joinCode, peer);
    if (refused === 'wrong-join-code') {
      throw new TesseraError(
        refused,
        hello.joinCode === undefined ? 'This run asks for a join code.' : 'The join code is wrong.',
      );
    }
    if (refused) throw new TesseraError(refused, 'Too many wrong join codes came from this address.');
  }

  #newId(): string {
    this.#lastNumber += 1;
    return `device-${String(this.#lastNumber).padStart(5, '0')}`;
  }

  #forgetOldest(present: ReadonlySet<string>): void {
    if (this.#members.size <= MAXIMUM_MEMBERS) return;
    const oldest = this.members.find(({ id }) => !present.has(id));
    if (oldest) this.#members.delete(oldest.id);
  }
}
