// Start, pause, stop and downloads, for the host only.
import type { RunView } from '@tessera/core/session';
import { useEffect, useState } from 'react';
import { ConfirmDialog } from '../../ui/Dialog.tsx';
import { text } from '../../ui/messages.ts';
import { Notice } from '../../ui/Notice.tsx';
import { useHost } from './host-store.ts';

/** The host's buttons; others read how to become host. */
export function HostControls({ view }: { readonly view: RunView }) {
  const { host, problem, enter } = useHost();
  useEffect(() => void enter(), [enter]);
  return (
    <div className="host-controls">
      {problem !== undefined && (
        <Notice tone="bad" role="alert">
          {problem}
        </Notice>
      )}
      {host === true && <Buttons view={view} />}
      {host === false && problem === undefined && <p className="small quiet">{text.host.notHost}</p>}
    </div>
  );
}

function Buttons({ view }: { readonly view: RunView }) {
  const { busy, command, leave } = useHost();
  const [asking, setAsking] = useState(false);
  const words = text.host;
  const { phase } = view;
  const startable = phase === 'not-started' || phase === 'paused';
  return (
    <div className="button-row">
      {startable && (
        <button
          type="button"
          className="button button-primary"
          disabled={busy}
          onClick={() => void command('start')}
        >
          {phase === 'paused' ? words.resume : words.start}
        </button>
      )}
      {!startable && phase !== 'finished' && (
        <button type="button" className="button" disabled={busy} onClick={() => void command('pause')}>
          {words.pause}
        </button>
      )}
      {phase !== 'finished' && phase !== 'not-started' && (
        <button
          type="button"
          className="button button-danger"
          disabled={busy}
          onClick={() => setAsking(true)}
        >
          {words.stop}
        </button>
      )}
      <a className="button" href="/wall" target="_blank" rel="noopener">
        {words.wall}
      </a>
      <button type="button" className="button button-quiet" onClick={() => void leave()}>
        {words.signOut}
      </button>
      {asking && (
        <ConfirmDialog
          title={words.stopTitle}
          body={words.stopBody}
          confirm={words.stop}
          cancel={words.stopKeep}
          onConfirm={() => {
            setAsking(false);
            void command('stop');
          }}
          onCancel={() => setAsking(false)}
        />
      )}
    </div>
  );
}
