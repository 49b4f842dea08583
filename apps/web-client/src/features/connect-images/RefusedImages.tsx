// Why images could not be connected, and what to do; folders of unknown classes can be mapped right here.
import { text } from '../../ui/messages.ts';
import { Notice } from '../../ui/Notice.tsx';
import { dataOf, type ImagesState } from '../volunteer/volunteer-state.ts';
import { useVolunteer } from '../volunteer/volunteer-store.ts';
import { FolderMapping } from './FolderMapping.tsx';
import type { ConnectRequest } from './request.ts';

interface RefusedImagesProps {
  readonly refused: Extract<ImagesState, { state: 'refused' }>;
  readonly request: ConnectRequest | undefined;
  readonly onRequest: (change: Partial<ConnectRequest>) => void;
}

/** The reason in words, with the mapping where that is the cure. */
export function RefusedImages({ refused, request, onRequest }: RefusedImagesProps) {
  const { run, lastConnected, keepConnected } = useVolunteer();
  const words = text.data[dataOf(run)];
  const mappable = request !== undefined && run.state === 'ready' && refused.folders.length > 0;
  return (
    <>
      <Notice tone="bad" role="alert">
        <p>{refused.message}</p>
        <p>{words.refusedHelp}</p>
        {lastConnected && (
          <button type="button" className="button" onClick={keepConnected}>
            {words.keepConnected(lastConnected.total)}
          </button>
        )}
      </Notice>
      {mappable && (
        <FolderMapping
          folders={refused.folders}
          classes={run.info.settings.classes}
          chosen={request.mapping}
          ask
          onApply={(mapping) => onRequest({ mapping })}
        />
      )}
    </>
  );
}
