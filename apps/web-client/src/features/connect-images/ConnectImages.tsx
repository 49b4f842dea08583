// Step 1: the volunteer's images, or drawn examples; nothing leaves the page.
import { useState } from 'react';
import { Meter } from '../../ui/Meter.tsx';
import { text } from '../../ui/messages.ts';
import { Step } from '../volunteer/Step.tsx';
import { useVolunteer } from '../volunteer/volunteer-store.ts';
import { ConnectedPanel } from './ConnectedPanel.tsx';
import { DrawnChoices } from './DrawnChoices.tsx';
import { FilePicker } from './FilePicker.tsx';
import { KeptCopy } from './KeptCopy.tsx';
import { RefusedImages } from './RefusedImages.tsx';
import { asMessage, type ConnectRequest, firstRequest } from './request.ts';
import './connect-images.css';

/** Everything about connecting images. */
export function ConnectImages() {
  const { images, connectFiles } = useVolunteer();
  const [request, setRequest] = useState<ConnectRequest>();
  const [changing, setChanging] = useState(false);
  const words = text.connect;
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
      outcome={connected ? words.connected(images.total, images.source) : words.why}
    >
      {images.state === 'connecting' && (
        <Meter
          label={words.reading}
          value={words.readingCount(images.done, images.total)}
          progress={images.total > 0 ? images.done / images.total : undefined}
        />
      )}
      {images.state === 'refused' && <RefusedImages refused={images} request={request} onRequest={change} />}
      {connected && (
        <ConnectedPanel
          images={images}
          request={images.source === 'files' ? request : undefined}
          onRequest={change}
          onChange={() => setChanging(true)}
        />
      )}
      {!connected && images.state !== 'connecting' && (
        <>
          <KeptCopy onChosen={() => setChanging(false)} />
          <FilePicker onPick={(files) => ask(firstRequest(files))} />
          <DrawnChoices onChosen={() => setChanging(false)} />
          {changing && (
            <div className="button-row">
              <button type="button" className="button button-quiet" onClick={() => setChanging(false)}>
                {words.back}
              </button>
            </div>
          )}
        </>
      )}
    </Step>
  );
}
