// The true sentence on privacy, always in sight.
import { runDeclaration } from '@tessera/core/strategy';
import { text } from '../../ui/messages.ts';
import { useVolunteer } from '../volunteer/volunteer-store.ts';

/** The strategy's promise, and a link to the whole story on the same page. */
export function PrivacySentence() {
  const run = useVolunteer((state) => state.run);
  if (run.state !== 'ready') return <p className="privacy-sentence" />;
  return (
    <p className="privacy-sentence">
      {runDeclaration(run.info.settings).promise} <a href="#what-is-sent">{text.privacy.link}</a>
    </p>
  );
}
