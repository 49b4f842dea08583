// Step 1 of a run that trains on points: around which of nine means the volunteer's points lie.
import { modeOfCommunity, POINT_MODES } from '@tessera/core/data';
import { text } from '../../ui/messages.ts';
import type { RunInfo } from '../api/coordinator-api.ts';
import { useVolunteer } from '../volunteer/volunteer-store.ts';

interface PointChoicesProps {
  readonly info: RunInfo;
  readonly onChosen: () => void;
}

/** Nine buttons that lie as their means do in the plane; that of the edge's community stands out. */
export function PointChoices({ info: { settings, community }, onChosen }: PointChoicesProps) {
  const connectPoints = useVolunteer((state) => state.connectPoints);
  const own = community === undefined ? undefined : modeOfCommunity(settings.communities.indexOf(community));
  const words = text.points;
  return (
    <fieldset className="point-choices">
      <legend className="small quiet">
        {words.choose}.
        {community !== undefined && own !== undefined && ` ${words.ofCommunity(community, own + 1)}`}
      </legend>
      {Array.from({ length: POINT_MODES }, (_, mode) => (
        <button
          key={mode}
          type="button"
          className={mode === own ? 'button button-primary' : 'button'}
          onClick={() => {
            onChosen();
            connectPoints(mode);
          }}
        >
          {words.around(mode + 1)}
        </button>
      ))}
    </fieldset>
  );
}
