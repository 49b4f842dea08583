// One device: a line of numbers, and its timeline when opened.
import type { DeviceView, RunView } from '@tessera/core/session';
import { formatBytes, formatShare, formatStepSeconds } from '../../ui/format.ts';
import { GroupBadge } from '../../ui/GroupBadge.tsx';
import { text } from '../../ui/messages.ts';
import { DeviceTimeline } from './DeviceTimeline.tsx';
import { troubleOf } from './trouble.ts';

interface DeviceRowProps {
  readonly device: DeviceView;
  readonly view: RunView;
  /** The longest step of all devices, in seconds: the bars' scale. */
  readonly slowest: number;
  readonly columns: number;
  readonly open: boolean;
  readonly onToggle: () => void;
}

/** A row, and a second one with the timeline while it is open. */
export function DeviceRow({ device, view, slowest, columns, open, onToggle }: DeviceRowProps) {
  const words = text.devices;
  const trouble = troubleOf(device);
  const { cut } = device;
  return (
    <>
      <tr className={trouble && `device-trouble device-trouble-${trouble}`}>
        <th scope="row" className="column-name">
          <button type="button" aria-expanded={open} aria-label={words.show(device.name)} onClick={onToggle}>
            <span className="device-chevron" aria-hidden="true" />
            <span className="device-name">{device.name}</span>
          </button>
        </th>
        <td className="column-standing">
          <span
            className={
              trouble ? 'device-mark device-mark-trouble' : `device-mark device-mark-${device.standing}`
            }
            aria-hidden="true"
          />
          {trouble ? words.troubles[trouble] : words.standings[device.standing]}
        </td>
        {view.community === undefined && (
          <td className="column-group">
            {device.cluster === undefined ? '–' : <GroupBadge cluster={device.cluster} />}
          </td>
        )}
        <td className="column-engine">{device.backend ? text.engine.short(device.backend) : '–'}</td>
        <td className="column-blocks">
          {cut ? <span title={words.blocksLong(cut)}>{words.blocksShort(cut)}</span> : '–'}
        </td>
        <td className="column-weight number">
          {device.weight === undefined ? '–' : formatShare(device.weight)}
        </td>
        <td className="column-step">
          <StepBar device={device} slowest={slowest} />
        </td>
        <td className="column-traffic number">{formatBytes(device.bytesReceived + device.bytesSent)}</td>
        <td className="column-seen number">{seen(device)}</td>
      </tr>
      {open && (
        <tr className="device-open">
          <td colSpan={columns}>
            <DeviceTimeline device={device} view={view} />
          </td>
        </tr>
      )}
    </>
  );
}

/** Seconds after which "now" is no longer true. */
const NOW_SECONDS = 5;

function seen(device: DeviceView): string {
  return device.lastSeenSecondsAgo < NOW_SECONDS
    ? text.devices.now
    : text.devices.ago(device.lastSeenSecondsAgo);
}

function StepBar({ device, slowest }: { readonly device: DeviceView; readonly slowest: number }) {
  const { stepSeconds, predictedStepSeconds } = device;
  if (stepSeconds === undefined) return <span className="quiet">–</span>;
  const percent = (seconds: number) => `${String((seconds / slowest) * 100)}%`;
  const words =
    predictedStepSeconds === undefined
      ? text.devices.noPrediction
      : text.devices.stepOf(stepSeconds, predictedStepSeconds);
  return (
    <span className="step-bar" title={words}>
      <span className="step-bar-track" aria-hidden="true">
        <span className="step-bar-measured" style={{ width: percent(stepSeconds) }} />
        {predictedStepSeconds !== undefined && (
          <span className="step-bar-predicted" style={{ left: percent(predictedStepSeconds) }} />
        )}
      </span>
      <span className="number">{formatStepSeconds(stepSeconds)}</span>
      <span className="visually-hidden">{words}</span>
    </span>
  );
}
