// Who may join: a connection's first message, checked in full, becomes a member of the run or an error.
import {
  type DeviceMessage,
  greetingFault,
  parseDeviceMessage,
  type RunSettings,
  TesseraError,
} from '../protocol/index.ts';
import type { AccessPort, MemberRecord } from './ports.ts';

/** Members remembered; beyond them the oldest that no cluster knows is forgotten. */
const MAXIMUM_MEMBERS = 4_096;

export interface Admitted {
  readonly member: MemberRecord;
  readonly token: string;
  /** The device was here before and brought its own token. */
  readonly returning: boolean;
  readonly committedRound: number;
}

/** The members of a run, and the door. */
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

  /** Judges a first message; throws the TesseraError with which to refuse. `present` counts connected devices. */
  admit(message: unknown, peer: string, present: number): Admitted {
    const fault = greetingFault(message, 'coordinator');
    if (fault) throw fault;
    const hello = parseDeviceMessage(message);
    if (hello.type !== 'hello')
      throw new TesseraError('bad-message', 'The first message must be a greeting.');
    if (hello.runId !== undefined && hello.runId !== this.#settings.id) {
      throw new TesseraError('unknown-run', `There is no run "${hello.runId}" here.`);
    }
    const returning = hello.resume && this.#memberWithToken(hello.resume.token);
    if (hello.resume && !returning) {
      throw new TesseraError('bad-token', 'This run does not know the device that the token belongs to.');
    }
    if (!returning) this.#checkCode(hello, peer);
    if (present >= this.#settings.maximumDevices) {
      throw new TesseraError('run-full', `All ${this.#settings.maximumDevices} places are taken.`);
    }
    const token = hello.resume && returning ? hello.resume.token : this.#access.newToken();
    const member = {
      ...(returning ?? { id: this.#newId() }),
      tokenDigest: this.#access.digest(token),
      name: hello.name,
      kind: hello.kind,
    };
    this.#members.set(member.id, member);
    this.#forgetOldest();
    return {
      member,
      token,
      returning: returning !== undefined,
      committedRound: hello.resume?.committedRound ?? -1,
    };
  }

  /** Writes down where a federation has put every device. */
  place(clusters: ReadonlyMap<string, number>, weights: ReadonlyMap<string, number>): void {
    for (const [id, cluster] of clusters) {
      const member = this.#members.get(id);
      if (member) this.#members.set(id, { ...member, cluster, weight: weights.get(id) ?? 0 });
    }
  }

  /** Device to cluster as of the last federation that had it. */
  clusters(): ReadonlyMap<string, number> {
    return new Map(
      this.members.flatMap(({ id, cluster }): [string, number][] =>
        cluster === undefined ? [] : [[id, cluster]],
      ),
    );
  }

  #checkCode(hello: DeviceMessage & { type: 'hello' }, peer: string): void {
    const refused = this.#access.checkJoinCode(hello.joinCode, peer);
    if (refused === 'wrong-join-code') {
      throw new TesseraError(
        refused,
        hello.joinCode === undefined ? 'This run asks for a join code.' : 'The join code is wrong.',
      );
    }
    if (refused) throw new TesseraError(refused, 'Too many wrong join codes came from this address.');
  }

  #memberWithToken(token: string): MemberRecord | undefined {
    const digest = this.#access.digest(token);
    return this.members.find(({ tokenDigest }) => tokenDigest === digest);
  }

  #newId(): string {
    this.#lastNumber += 1;
    return `device-${String(this.#lastNumber).padStart(5, '0')}`;
  }

  #forgetOldest(): void {
    if (this.#members.size <= MAXIMUM_MEMBERS) return;
    const oldest = this.members.find(({ cluster }) => cluster === undefined);
    if (oldest) this.#members.delete(oldest.id);
  }
}
