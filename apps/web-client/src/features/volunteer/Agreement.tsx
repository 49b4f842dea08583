// What must be agreed to before Start where images drawn from what the device learned are shared.
import { declarationOf, type Sending, strategyOf } from '@tessera/core/strategy';
import { CheckBox } from '../../ui/CheckBox.tsx';
import { text } from '../../ui/messages.ts';
import { Notice } from '../../ui/Notice.tsx';

interface AgreementProps {
  readonly shared: readonly Sending[];
  readonly agreed: boolean;
  readonly onAgreed: (agreed: boolean) => void;
}

/** Says what is shared and who gets it, above the button that waits for the answer; never agreed beforehand. */
export function Agreement({ shared, agreed, onAgreed }: AgreementProps) {
  const words = text.start;
  return (
    <Notice tone="warn">
      <p>
        <strong>{words.agreeTitle}</strong>
      </p>
      <p>{words.agreeWhat}</p>
      {shared.map(({ what, tells, passedOn }) => (
        <p key={what}>
          {what}. {tells} {passedOn}
        </p>
      ))}
      <CheckBox checked={agreed} label={words.agree} onChange={onAgreed} />
    </Notice>
  );
}

/** The declared sendings of a strategy that are generated images; none for most. */
export function generatedImagesOf(strategy: Parameters<typeof strategyOf>[0]): readonly Sending[] {
  return declarationOf(strategyOf(strategy)).goes.filter(({ synthetic }) => synthetic);
}
