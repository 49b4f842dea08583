// The paper's latency of one training iteration, kept to reproduce its figures.
import { CUT_POSITIONS } from './genome.ts';
import type { BlockCost, GanCosts } from './block-costs.ts';

/** Devices of one profile, all with the same cut. */
export interface ReferenceClass {
  readonly devices: number;
  readonly gigaflopsPerSecond: number;
  readonly bytesPerSecond: number;
}

/** What the paper's model prices with; the published code takes block 4's cost for block 2 on the way back. */
export interface ReferenceModel {
  readonly costs: GanCosts;
  readonly classes: readonly ReferenceClass[];
  readonly server: { readonly gigaflopsPerSecond: number; readonly bytesPerSecond: number };
  readonly indexing: 'corrected' | 'published';
}

/** Seconds of the three stages of a pass, in their order. */
export type Stages = readonly [number, number, number];

/** A latency with its parts. */
export interface ReferenceLatency {
  readonly seconds: number;
  /** How long the server computes, within `seconds`. */
  readonly serverSeconds: number;
  readonly generator: { readonly forward: Stages; readonly backward: Stages };
  readonly discriminator: { readonly forward: Stages; readonly backward: Stages };
}

/** One class in one network: the two bits of its genome and what the class is. */
interface Member extends ReferenceClass {
  readonly head: number;
  readonly tail: number;
}

/** The discriminator runs three times in an iteration: fake, real, and for the generator. */
const DISCRIMINATOR_PASSES = 3;

/**
 * Seconds of one iteration when class c takes the four bits of the genome from 4c (arXiv 2507.12979, `fitness` of the
 * authors' code). Stages are barriers; the server works on all devices of a stage one after the other, devices work at
 * the same time, and links are not shared. Throws unless the networks have five blocks.
 */
export function referenceLatency(model: ReferenceModel, genome: ArrayLike<number>): ReferenceLatency {
  const members = (headPosition: number): Member[] =>
    model.classes.map((group, index) => ({
      ...group,
      head: genome[CUT_POSITIONS.length * index + headPosition] ?? 0,
      tail: genome[CUT_POSITIONS.length * index + headPosition + 1] ?? 0,
    }));
  const generator = networkLatency(model, { blocks: model.costs.generator, members: members(0), passes: 1 });
  const discriminator = networkLatency(model, {
    blocks: model.costs.discriminator,
    members: members(2),
    passes: DISCRIMINATOR_PASSES,
  });
  return {
    seconds:
      total(generator.forward) +
      total(discriminator.forward) +
      total(generator.backward) +
      total(discriminator.backward),
    serverSeconds: generator.serverSeconds + discriminator.serverSeconds,
    generator,
    discriminator,
  };
}

interface NetworkWork {
  readonly blocks: readonly BlockCost[];
  readonly members: readonly Member[];
  readonly passes: number;
}

function networkLatency({ server, indexing }: ReferenceModel, { blocks, members, passes }: NetworkWork) {
  const [b1, b2, b3, b4, b5] = blocks;
  if (!b1 || !b2 || !b3 || !b4 || !b5 || blocks.length !== 5)
    throw new RangeError(`the paper's latency is defined for networks of 5 blocks, not ${blocks.length}`);

  const serve = (gigaflops: number, devices: number) => (gigaflops * devices) / server.gigaflopsPerSecond;
  const all = countOf(members, () => true);
  const withoutHead = countOf(members, ({ head }) => head === 0);
  const withoutTail = countOf(members, ({ tail }) => tail === 0);
  const up = ({ head }: Member) => passes * (head === 0 ? b1 : b2).outputBytes;
  const down = ({ tail }: Member) => passes * (tail === 0 ? b4 : b3).outputBytes;
  const local = (member: Member, gigaflops: number) => (passes * gigaflops) / member.gigaflopsPerSecond;

  const headForward = (m: Member) =>
    local(m, b1.forwardGigaflops + m.head * b2.forwardGigaflops) + up(m) / m.bytesPerSecond;
  const tailForward = (m: Member) =>
    down(m) / server.bytesPerSecond + local(m, b5.forwardGigaflops + m.tail * b4.forwardGigaflops);
  const tailBackward = (m: Member) =>
    local(m, b5.backwardGigaflops + m.tail * b4.backwardGigaflops) + down(m) / m.bytesPerSecond;
  const headBackward = (m: Member) =>
    up(m) / server.bytesPerSecond + local(m, b1.backwardGigaflops + m.head * b2.backwardGigaflops);

  const block2Forward = serve(b2.forwardGigaflops, withoutHead);
  const block4Forward = serve(b4.forwardGigaflops, withoutTail);
  const block4Backward = serve(b4.backwardGigaflops, withoutTail);
  const block2Backward = serve((indexing === 'published' ? b4 : b2).backwardGigaflops, withoutHead);
  const block3Forward = serve(b3.forwardGigaflops, all);
  const block3Backward = serve(b3.backwardGigaflops, all);
  const lacksHead = ({ head }: Member) => head === 0;
  const lacksTail = ({ tail }: Member) => tail === 0;

  const forward: Stages = [
    slowest(members, (m) => headForward(m) + (lacksHead(m) ? block2Forward : 0)),
    block3Forward,
    slowest(members, (m) => tailForward(m) + (lacksTail(m) ? block4Forward : 0)),
  ];
  const backward: Stages = [
    slowest(members, (m) => tailBackward(m) + (lacksTail(m) ? block4Backward : 0)),
    block3Backward,
    slowest(members, (m) => headBackward(m) + (lacksHead(m) ? block2Backward : 0)),
  ];
  const serverSeconds =
    block2Forward + block3Forward + block4Forward + block4Backward + block3Backward + block2Backward;
  return { forward, backward, serverSeconds };
}

function countOf(members: readonly Member[], matches: (member: Member) => boolean): number {
  return members.reduce((sum, member) => sum + (matches(member) ? member.devices : 0), 0);
}

function slowest(members: readonly Member[], seconds: (member: Member) => number): number {
  return members.reduce((longest, member) => Math.max(longest, member.devices > 0 ? seconds(member) : 0), 0);
}

function total(stages: Stages): number {
  return stages[0] + stages[1] + stages[2];
}
