// What is connected: preview, counts, classes of folders, and what may be changed about it.
import { drawsBeside } from '@tessera/core/protocol';
import { CheckBox } from '../../ui/CheckBox.tsx';
import { Choices } from '../../ui/Choices.tsx';
import { text } from '../../ui/messages.ts';
import { Notice } from '../../ui/Notice.tsx';
import type { ImagesState } from '../volunteer/volunteer-state.ts';
import { useVolunteer } from '../volunteer/volunteer-store.ts';
import { ClassCounts } from './ClassCounts.tsx';
import { FolderMapping } from './FolderMapping.tsx';
import { undecidedFolders } from './mapping.ts';
import { PreviewStrip } from './PreviewStrip.tsx';
import type { ConnectRequest } from './request.ts';
import { SkippedFiles } from './SkippedFiles.tsx';

interface ConnectedPanelProps {
  readonly images: Extract<ImagesState, { state: 'connected' }>;
  /** What was asked for; undefined for drawn and kept images, which cannot be read again otherwise. */
  readonly request: ConnectRequest | undefined;
  readonly onRequest: (change: Partial<ConnectRequest>) => void;
  readonly onChange: () => void;
}

/** The outcome of connecting. */
export function ConnectedPanel({ images, request, onRequest, onChange }: ConnectedPanelProps) {
  const { run, forgetImages } = useVolunteer();
  const words = text.connect;
  if (run.state !== 'ready') return null;
  const { settings } = run.info;
  const { classes, condition, imageSize, imageChannels } = settings;
  // Networks that are told no classes need none of the images either.
  const isLabelled = condition === 'classes';
  const usedClasses = images.counts.filter((count) => count > 0).length;
  return (
    <div className="connected">
      <PreviewStrip
        previews={images.previews}
        classes={isLabelled ? classes : []}
        shape={[imageSize, imageSize, imageChannels]}
        fitted={images.source === 'files'}
      />
      {isLabelled && <ClassCounts counts={images.counts} classes={classes} />}
      {isLabelled && usedClasses === 1 && classes.length > 1 && (
        <p className="small quiet">
          {words.oneClass[drawsBeside(settings, usedClasses) ? 'welcome' : 'better']}
        </p>
      )}
      {isLabelled && request && images.folders.length > 0 && (
        <FolderMapping
          key={images.folders.map((folder) => folder.name).join('/')}
          folders={images.folders}
          classes={classes}
          chosen={request.mapping}
          ask={undecidedFolders(images.folders, request.mapping).length > 0}
          onApply={(mapping) => onRequest({ mapping })}
        />
      )}
      {images.skipped.length > 0 && <SkippedFiles skipped={images.skipped} />}
      {request && <Treatment images={images} request={request} onRequest={onRequest} />}
      <div className="button-row">
        <button type="button" className="button" onClick={onChange}>
          {text.data.images.change}
        </button>
        {images.source === 'kept' && (
          <button type="button" className="button button-quiet" onClick={forgetImages}>
            {words.forget}
          </button>
        )}
      </div>
    </div>
  );
}

type TreatmentProps = Pick<ConnectedPanelProps, 'images' | 'onRequest'> & {
  readonly request: ConnectRequest;
};

function Treatment({ images, request, onRequest }: TreatmentProps) {
  const { forgetImages, copyProblem } = useVolunteer();
  const words = text.connect;
  return (
    <div className="connected-choices">
      <Choices
        legend={words.invert}
        value={request.invert}
        options={(['auto', 'no', 'yes'] as const).map((value) => ({
          value,
          label: words.invertChoices[value],
        }))}
        onChange={(invert) => onRequest({ invert })}
      />
      <CheckBox
        checked={images.keptCopy}
        label={words.keepCopy}
        onChange={(keepCopy) => {
          if (keepCopy) onRequest({ keepCopy });
          else forgetImages();
        }}
      >
        {words.keepCopyWhy}
      </CheckBox>
      {copyProblem !== undefined && <Notice tone="warn">{copyProblem}</Notice>}
    </div>
  );
}
