// What is sent and what is not, in plain words, as the run's strategy declares it.
import { runDeclaration, type Sending, strategyOf } from '@tessera/core/strategy';
import { text } from '../../ui/messages.ts';
import { useVolunteer } from '../volunteer/volunteer-store.ts';
import './privacy.css';

/** The section that the privacy sentence links to; empty until the run's strategy is known. */
export function PrivacySection() {
  const words = text.privacy;
  const run = useVolunteer((state) => state.run);
  if (run.state !== 'ready') return null;
  const strategy = strategyOf(run.info.settings.strategy);
  const { stays, goes } = runDeclaration(run.info.settings);
  return (
    <section id="what-is-sent" className="privacy" aria-labelledby="what-is-sent-title" tabIndex={-1}>
      <h2 id="what-is-sent-title">{words.title}</h2>
      <div>
        <h3>{words.staysTitle}</h3>
        <ul>
          {stays.map((item) => (
            <li key={item}>{item}</li>
          ))}
        </ul>
      </div>
      <div>
        <h3>{words.goesTitle}</h3>
        <ul>
          {goes.map((sending) => (
            <SendingItem key={sending.what} sending={sending} />
          ))}
        </ul>
      </div>
      <div>
        <h3>{words.truthTitle}</h3>
        <p>{words.by(strategy.title)}</p>
        {words.truth.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
    </section>
  );
}

function SendingItem({ sending: { what, when, tells, passedOn, synthetic } }: { readonly sending: Sending }) {
  const words = text.privacy;
  return (
    <li>
      {what}
      <span className="privacy-when small quiet"> {words.when[when]}</span>
      {synthetic && <strong className="privacy-tells small">{words.generated}</strong>}
      <span className="privacy-tells small quiet">
        {tells} {passedOn}
      </span>
    </li>
  );
}
