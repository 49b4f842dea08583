// Copies a text and says whether that worked.
import { useEffect, useState } from 'react';
import { text as words } from './messages.ts';

/** How long the button shows what happened. */
const SHOWN_MS = 2_000;

/** A button that copies `text()`; the browser may refuse, and the button says so. */
export function CopyButton({ label, text }: { readonly label: string; readonly text: () => string }) {
  const [result, setResult] = useState<'copied' | 'refused'>();
  useEffect(() => {
    if (!result) return undefined;
    const timer = setTimeout(() => setResult(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [result]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      setResult('copied');
    } catch {
      setResult('refused');
    }
  };
  const shown =
    result === 'copied' ? words.details.copied : result === 'refused' ? words.details.copyFailed : label;
  return (
    <button type="button" className="button" onClick={() => void copy()}>
      {shown}
    </button>
  );
}
