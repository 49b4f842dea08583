// The true sentence on privacy, always in sight.
import { strategyOf } from '@tessera/core/strategy';
import { text } from '../../ui/messages.ts';
import { useVolunteer } from '../volunteer/volunteer-store.ts';

/** The strategy's promise, and a link to the whole story on the same page. */
export function PrivacySentence() {
  const run = useVolunteer((state) => state.run);
  if (run.state !== 'ready') return <p className="privacy-sentence" />;
  return (
    <p className="privacy-sentence">
      {strategyOf(run.info.settings.strategy).promise} <a href="#what-is-sent">{text.privacy.link}</a>
    </p>
  );
}
