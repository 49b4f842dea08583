// What is sent and what is not, in plain words.
import { text } from '../../ui/messages.ts';
import './privacy.css';

/** The section that the privacy sentence links to. */
export function PrivacySection() {
  const words = text.privacy;
  return (
    <section id="what-is-sent" className="privacy" aria-labelledby="what-is-sent-title" tabIndex={-1}>
      <h2 id="what-is-sent-title">{words.title}</h2>
      <List title={words.staysTitle} items={words.stays} />
      <List title={words.goesTitle} items={words.goes} />
      <div>
        <h3>{words.truthTitle}</h3>
        {words.truth.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
    </section>
  );
}

function List({ title, items }: { readonly title: string; readonly items: readonly string[] }) {
  return (
    <div>
      <h3>{title}</h3>
      <ul>
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </div>
  );
}
