// What is known of one device: facts, groups over the rounds, and its changes.
import type { DeviceView, RunView } from '@tessera/core/session';
import { formatTimeOfDay } from '../../ui/format.ts';
import { text } from '../../ui/messages.ts';
import { GroupStrip } from '../charts/GroupStrip.tsx';
import { useRun } from '../run/run-store.ts';

interface DeviceTimelineProps {
  readonly device: DeviceView;
  readonly view: RunView;
}

/** The opened part of a device's row. */
export function DeviceTimeline({ device, view }: DeviceTimelineProps) {
  const seen = useRun((state) => state.sightings.get(device.id));
  const words = text.devices;
  return (
    <div className="device-timeline">
      <dl className="facts">
        <dt>{words.adapter}</dt>
        <dd>{device.adapter === undefined || device.adapter === '' ? '–' : device.adapter}</dd>
        <dt>{text.data[view.settings.data].name}</dt>
        <dd>{device.samples === undefined ? '–' : words.claimed(device.samples)}</dd>
        {device.missesInARow > 0 && (
          <>
            <dt>{words.missedTitle}</dt>
            <dd>{words.missed(device.missesInARow)}</dd>
          </>
        )}
        {device.reason && (
          <>
            <dt>{words.why}</dt>
            <dd>{device.reason}</dd>
          </>
        )}
      </dl>
      <GroupStrip view={view} only={device} />
      <div>
        <h3 className="panel-title">{words.timelineSince}</h3>
        <ol className="log small">
          {[...(seen ?? [])].reverse().map((sighting) => (
            <li key={sighting.atMs}>
              <time className="quiet">{formatTimeOfDay(sighting.atMs)}</time>
              <span>{sighting.what}</span>
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}
