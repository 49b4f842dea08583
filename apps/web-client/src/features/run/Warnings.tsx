// What needs the host's attention, as sentences that say what to do.
import type { RunView } from '@tessera/core/session';
import { text } from '../../ui/messages.ts';
import { Notice } from '../../ui/Notice.tsx';

/** The coordinator's warnings; nothing is shown when all is well. */
export function Warnings({ warnings }: { readonly warnings: RunView['warnings'] }) {
  if (warnings.length === 0) return null;
  return (
    <section className="run-warnings" aria-label={text.run.warnings}>
      {warnings.map((warning) => (
        <Notice key={warning.code + warning.sentence} tone="warn">
          {warning.sentence}
        </Notice>
      ))}
    </section>
  );
}
