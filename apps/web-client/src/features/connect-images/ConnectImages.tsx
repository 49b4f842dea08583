// Step 1: the volunteer's images, drawn examples, or points where the run trains on points; nothing leaves the page.
import { useState } from 'react';
import { Meter } from '../../ui/Meter.tsx';
import { text } from '../../ui/messages.ts';
import { Step } from '../volunteer/Step.tsx';
import { type ConnectedImages, dataOf } from '../volunteer/volunteer-state.ts';
import { useVolunteer } from '../volunteer/volunteer-store.ts';
import { ConnectedPanel } from './ConnectedPanel.tsx';
import { ConnectedPoints } from './ConnectedPoints.tsx';
import { DrawnChoices } from './DrawnChoices.tsx';
import { FilePicker } from './FilePicker.tsx';
import { KeptCopy } from './KeptCopy.tsx';
import { PointChoices } from './PointChoices.tsx';
import { RefusedImages } from './RefusedImages.tsx';
import { asMessage, type ConnectRequest, firstRequest } from './request.ts';
import './connect-images.css';

/** Everything about connecting images. */
export function ConnectImages() {
  const { run, images, connectFiles } = useVolunteer();
  const [request, setRequest] = useState<ConnectRequest>();
  const [changing, setChanging] = useState(false);
  const words = text.data[dataOf(run)];
  const connected = images.state === 'connected' && !changing;
  const ask = (wanted: ConnectRequest) => {
    setRequest(wanted);
    setChanging(false);
    connectFiles(asMessage(wanted));
  };
  const change = (part: Partial<ConnectRequest>) => {
    if (request) ask({ ...request, ...part });
  };
  return (
    <Step
      number={1}
      title={words.title}
      state={connected ? 'done' : 'now'}
      outcome={connected ? outcomeOf(images) : words.why}
    >
      {images.state === 'connecting' && (
        <Meter
          label={words.reading}
          value={text.connect.readingCount(images.done, images.total)}
          progress={images.total > 0 ? images.done / images.total : undefined}
        />
      )}
      {images.state === 'refused' && <RefusedImages refused={images} request={request} onRequest={change} />}
      {connected && images.points && (
        <ConnectedPoints total={images.total} points={images.points} onChange={() => setChanging(true)} />
      )}
      {connected && !images.points && (
        <ConnectedPanel
          images={images}
          request={images.source === 'files' ? request : undefined}
          onRequest={change}
          onChange={() => setChanging(true)}
        />
      )}
      {!connected && images.state !== 'connecting' && (
        <>
          {run.state === 'ready' && run.info.settings.data === 'points' ? (
            <PointChoices info={run.info} onChosen={() => setChanging(false)} />
          ) : (
            <>
              <KeptCopy onChosen={() => setChanging(false)} />
              <FilePicker onPick={(files) => ask(firstRequest(files))} />
              <DrawnChoices onChosen={() => setChanging(false)} />
            </>
          )}
          {changing && (
            <div className="button-row">
              <button type="button" className="button button-quiet" onClick={() => setChanging(false)}>
                {text.connect.back}
              </button>
            </div>
          )}
        </>
      )}
    </Step>
  );
}

function outcomeOf({ total, source, points }: ConnectedImages): string {
  if (points) return text.points.connected(text.data.points.count(total), points.mode + 1);
  return text.connect.connected(total, source);
}
