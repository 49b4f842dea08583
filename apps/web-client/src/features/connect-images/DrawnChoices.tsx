// The drawn sets for volunteers without images of their own.
import { text } from '../../ui/messages.ts';
import type { DrawnDomain } from '../../worker/messages.ts';
import { useVolunteer } from '../volunteer/volunteer-store.ts';

const DOMAINS: readonly DrawnDomain[] = ['pen', 'marker', 'segments'];

/** Three buttons, each with a picture of how its set looks. */
export function DrawnChoices({ onChosen }: { readonly onChosen: () => void }) {
  const connectDrawn = useVolunteer((state) => state.connectDrawn);
  return (
    <div className="drawn">
      <p className="small quiet">{text.connect.drawn}</p>
      <div className="drawn-choices">
        {DOMAINS.map((domain) => (
          <button
            key={domain}
            type="button"
            className="button drawn-choice"
            onClick={() => {
              onChosen();
              connectDrawn(domain);
            }}
          >
            <DrawnPicture domain={domain} />
            {text.connect.drawnNames[domain]}
          </button>
        ))}
      </div>
    </div>
  );
}

function DrawnPicture({ domain }: { readonly domain: DrawnDomain }) {
  const light = domain === 'marker';
  return (
    <svg
      width="28"
      height="28"
      viewBox="0 0 28 28"
      aria-hidden="true"
      fill="none"
      stroke={light ? '#000' : '#fff'}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <rect width="28" height="28" rx="4" fill={light ? '#fff' : '#000'} stroke="none" />
      {domain === 'pen' && <path strokeWidth="2.2" d="M8.5 8.5c3 1 8 .6 11-.7-3 4-5 8-6 13" />}
      {domain === 'marker' && <path strokeWidth="4.5" d="M8.5 8.5h11c-3 4-5 8-6 12.5" />}
      {domain === 'segments' && (
        <path strokeWidth="2.6" strokeLinecap="butt" d="M9.5 6.5h8M19 8v5.2M19 15v5.2" />
      )}
    </svg>
  );
}
