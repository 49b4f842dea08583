// The details as plain text, to be sent to somebody who can help.
import { formatTimeOfDay } from '../../ui/format.ts';
import { groupStyle } from '../../ui/groups.ts';
import { text } from '../../ui/messages.ts';
import type { DeviceStatus } from '../../worker/messages.ts';
import { blockPlaces, blockSentence } from './blocks.ts';

/** One fact a line, then the events, oldest first. */
export function detailsText(device: DeviceStatus): string {
  const facts = detailFacts(device).map(({ name, value }) => `${name}: ${value}`);
  const events = device.events.map((event) => `${formatTimeOfDay(event.atMs)}  ${event.text}`);
  return [...facts, '', ...events].join('\n');
}

/** Everything under Details that is one line each. */
export function detailFacts(
  device: DeviceStatus,
): readonly { readonly name: string; readonly value: string }[] {
  const words = text.details;
  const { engine, assignment, settings, lastStep } = device;
  const blocks =
    assignment && settings
      ? [
          {
            name: words.generator,
            value: sentence(settings.blocks, assignment.cut.gHead, assignment.cut.gTail),
          },
          {
            name: words.discriminator,
            value: sentence(settings.blocks, assignment.cut.dHead, assignment.cut.dTail),
          },
        ]
      : [];
  return [
    {
      name: words.backend,
      value: text.engine.described(engine.backend, engine.adapter),
    },
    { name: words.why, value: engine.reason },
    ...blocks,
    {
      name: words.group,
      value: assignment
        ? words.groupWeight(groupStyle(assignment.cluster).letter, assignment.weight)
        : words.unknown,
    },
    {
      name: words.stepTime,
      value: lastStep ? words.stepTimes(lastStep.seconds, lastStep.computeSeconds) : words.unknown,
    },
    { name: words.steps, value: words.stepCounts(device.stepsDone, device.stepsMissed) },
    { name: words.traffic, value: words.bytes(device.bytesSent, device.bytesReceived) },
  ];
}

function sentence(blocks: number, head: number, tail: number): string {
  return blockSentence(blockPlaces(blocks, head, tail));
}
