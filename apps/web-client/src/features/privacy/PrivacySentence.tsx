// The true sentence on privacy, always in sight.
import { text } from '../../ui/messages.ts';

/** One sentence, and a link to the whole story on the same page. */
export function PrivacySentence() {
  return (
    <p className="privacy-sentence">
      {text.privacy.sentence} <a href="#what-is-sent">{text.privacy.link}</a>
    </p>
  );
}
