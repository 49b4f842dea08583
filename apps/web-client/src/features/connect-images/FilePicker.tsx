// Takes images by button, by folder or by drag and drop.
import { useRef, useState } from 'react';
import { text } from '../../ui/messages.ts';
import { filesOfDrop, filesOfInput, type PickedFile } from './picked-files.ts';

const ACCEPTED = 'image/*,.zip,.gz,.idx,.idx1-ubyte,.idx3-ubyte,application/zip,application/gzip';

/** The drop area with its two buttons. */
export function FilePicker({ onPick }: { readonly onPick: (files: readonly PickedFile[]) => void }) {
  const [over, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const words = text.connect;
  const take = (input: HTMLInputElement) => {
    const picked = input.files ? filesOfInput(input.files) : [];
    // Emptied, so that picking the same files again is noticed.
    input.value = '';
    if (picked.length > 0) onPick(picked);
  };
  return (
    <div
      className={over ? 'drop-area drop-area-over' : 'drop-area'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void filesOfDrop(event.dataTransfer.items).then((picked) => {
          if (picked.length > 0) onPick(picked);
        });
      }}
    >
      <div className="button-row">
        <button type="button" className="button button-primary" onClick={() => files.current?.click()}>
          {words.choose}
        </button>
        <button type="button" className="button" onClick={() => folder.current?.click()}>
          {words.folder}
        </button>
      </div>
      <p className="small quiet drop-hint">{over ? words.dropNow : words.drop}</p>
      <input
        ref={files}
        hidden
        type="file"
        multiple
        accept={ACCEPTED}
        aria-label={words.choose}
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={folder}
        hidden
        type="file"
        multiple
        webkitdirectory=""
        aria-label={words.folder}
        onChange={(event) => take(event.currentTarget)}
      />
    </div>
  );
}
