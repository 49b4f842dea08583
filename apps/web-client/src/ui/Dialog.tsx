// A question that must be answered before the page goes on, on the browser's own dialog.
import { useEffect, useRef } from 'react';
import { useId } from 'react';

interface ConfirmProps {
  readonly title: string;
  readonly body: string;
  readonly confirm: string;
  readonly cancel: string;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** Asks a question; Escape and the safe button both mean "no", and the safe button has the focus. */
export function ConfirmDialog({ title, body, confirm, cancel, onConfirm, onCancel }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={titleId} onClose={onCancel}>
      <h2 id={titleId}>{title}</h2>
      <p className="quiet">{body}</p>
      <div className="button-row">
        <button type="button" className="button" autoFocus onClick={() => dialog.current?.close()}>
          {cancel}
        </button>
        <button type="button" className="button button-danger" onClick={onConfirm}>
          {confirm}
        </button>
      </div>
    </dialog>
  );
}
