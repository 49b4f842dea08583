// Offers the private copy that an earlier visit left in this browser.
import { text } from '../../ui/messages.ts';
import { Notice } from '../../ui/Notice.tsx';
import { useVolunteer } from '../volunteer/volunteer-store.ts';

/** Nothing where there is no copy. */
export function KeptCopy({ onChosen }: { readonly onChosen: () => void }) {
  const { keptImages, connectKept, forgetImages } = useVolunteer();
  if (keptImages === 0) return null;
  const use = () => {
    onChosen();
    connectKept();
  };
  return (
    <Notice>
      <p>{text.connect.keptIsHere}</p>
      <div className="button-row">
        <button type="button" className="button" onClick={use}>
          {text.connect.useKept(keptImages)}
        </button>
        <button type="button" className="button button-quiet" onClick={forgetImages}>
          {text.connect.forget}
        </button>
      </div>
    </Notice>
  );
}
