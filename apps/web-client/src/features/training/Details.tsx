// Everything for those who want to know more; closed until asked for.
import { useState } from 'react';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { formatTimeOfDay } from '../../ui/format.ts';
import { text } from '../../ui/messages.ts';
import type { DeviceStatus } from '../../worker/messages.ts';
import { LossChart } from '../charts/LossChart.tsx';
import { useVolunteer } from '../volunteer/volunteer-store.ts';
import { BlockStrip } from './BlockStrip.tsx';
import { detailFacts, detailsText } from './details-text.ts';

/** Engine, blocks, group, times, bytes, losses and the log. */
export function Details() {
  const device = useVolunteer((state) => state.device);
  const [open, setOpen] = useState(false);
  return (
    <details
      className="disclosure details"
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{text.details.title}</summary>
      {open && device && <DetailsBody device={device} />}
    </details>
  );
}

function DetailsBody({ device }: { readonly device: DeviceStatus }) {
  const words = text.details;
  const { assignment, settings, losses, events } = device;
  return (
    <div className="details-body">
      {assignment && settings && (
        <div className="details-blocks">
          <BlockStrip
            name={words.generator}
            blocks={settings.blocks}
            head={assignment.cut.gHead}
            tail={assignment.cut.gTail}
          />
          <BlockStrip
            name={words.discriminator}
            blocks={settings.blocks}
            head={assignment.cut.dHead}
            tail={assignment.cut.dTail}
          />
        </div>
      )}
      <dl className="facts">
        {detailFacts(device)
          .filter(({ name }) => name !== words.generator && name !== words.discriminator)
          .map(({ name, value }) => (
            <div key={name} className="fact">
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <LossChart
        title={words.lossTitle}
        explanation={words.lossWhat}
        losses={losses}
        stepsPerRound={settings?.stepsPerRound ?? 1}
      />
      <section>
        <h3 className="panel-title">{words.log}</h3>
        <ol className="log small" tabIndex={0} aria-label={words.log}>
          {[...events].reverse().map((event, i) => (
            <li key={`${String(event.atMs)}-${String(i)}`}>
              <time className="quiet">{formatTimeOfDay(event.atMs)}</time>
              <span>{event.text}</span>
            </li>
          ))}
        </ol>
      </section>
      <div>
        <CopyButton label={words.copy} text={() => detailsText(device)} />
      </div>
    </div>
  );
}
