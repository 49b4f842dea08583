// The heart of the page while training: one sentence, one bar, and what the volunteer can do.
import { useState } from 'react';
import { ConfirmDialog } from '../../ui/Dialog.tsx';
import { groupStyle } from '../../ui/groups.ts';
import { Meter } from '../../ui/Meter.tsx';
import { text } from '../../ui/messages.ts';
import { Notice } from '../../ui/Notice.tsx';
import { TilePicture } from '../../ui/TilePicture.tsx';
import { generatorUrl } from '../api/coordinator-api.ts';
import type { Situation } from '../volunteer/situation.ts';
import { dataOf } from '../volunteer/volunteer-state.ts';
import { useVolunteer } from '../volunteer/volunteer-store.ts';
import { useAwayNotice } from './use-away-notice.ts';
import { useWishes } from './wishes-store.ts';
import './training.css';

/** Status in words, progress, and the buttons in reach of the thumb. */
export function StatusPanel({ situation }: { readonly situation: Situation }) {
  const { device, finishing } = useVolunteer();
  const away = useAwayNotice(device?.stepsMissed ?? 0);
  const settings = device?.settings;
  const standing = device?.current.state === 'standing' ? device.current.standing : undefined;
  const round = standing && 'round' in standing ? standing.round : undefined;
  const over = situation.picture === 'done' || situation.picture === 'stopped';
  return (
    <section className={`status status-${situation.tone}`} aria-label={text.status.label}>
      <div className="status-now">
        <TilePicture pattern={situation.picture} />
        <div>
          <p className="status-sentence">{situation.sentence}</p>
          {situation.detail !== undefined && <p className="quiet">{situation.detail}</p>}
        </div>
      </div>
      {!over && (
        <div className={situation.progress ? 'status-meter' : 'status-meter status-meter-empty'}>
          <Meter
            label={situation.progress?.of ?? text.training.thisRound}
            value={settings && round !== undefined ? text.training.wholeRun(round + 1, settings.rounds) : ''}
            progress={situation.progress?.share ?? 0}
          />
        </div>
      )}
      {finishing && !over && <p className="quiet">{text.status.finishing}</p>}
      {away.notice !== undefined && (
        <Notice>
          <p>{away.notice}</p>
        </Notice>
      )}
      {over ? <Afterwards /> : <Actions />}
    </section>
  );
}

function Actions() {
  const { run, pausedFor, finishing, pause, resume, finish, leave } = useVolunteer();
  const change = useWishes((wishes) => wishes.change);
  const [asking, setAsking] = useState(false);
  const words = text.training;
  return (
    <div className="status-actions">
      {pausedFor === undefined ? (
        <button type="button" className="button" onClick={() => pause('volunteer')}>
          {words.pause}
        </button>
      ) : (
        <button
          type="button"
          className="button button-primary"
          onClick={() => {
            if (pausedFor === 'data-saver') change({ ignoreSaveData: true });
            resume();
          }}
        >
          {pausedFor === 'data-saver' ? text.status.goOnAnyway : words.resume}
        </button>
      )}
      <button type="button" className="button" disabled={finishing} onClick={finish}>
        {finishing ? words.finishing : words.finish}
      </button>
      <button type="button" className="button button-danger" onClick={() => setAsking(true)}>
        {words.leave}
      </button>
      {asking && (
        <ConfirmDialog
          title={words.leaveTitle}
          body={text.data[dataOf(run)].leave}
          confirm={words.leaveNow}
          cancel={words.leaveStay}
          onConfirm={leave}
          onCancel={() => setAsking(false)}
        />
      )}
    </div>
  );
}

function Afterwards() {
  const { run, device, again } = useVolunteer();
  const words = text.training;
  const cluster = device?.assignment?.cluster;
  const mayDownload = run.state === 'ready' && run.info.settings.volunteersMayDownload;
  const community = run.state === 'ready' ? run.info.community : undefined;
  return (
    <div className="status-actions">
      {mayDownload && cluster !== undefined && (
        <a className="button button-primary" href={generatorUrl(cluster)} download>
          {community === undefined
            ? words.downloadGroup(groupStyle(cluster).letter)
            : words.downloadCommunity(community)}
        </a>
      )}
      <button type="button" className="button" onClick={again}>
        {words.again}
      </button>
    </div>
  );
}
