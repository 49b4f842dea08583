// What is connected in a run that trains on points: all of them as one cloud.
import { text } from '../../ui/messages.ts';
import { PointCloud } from '../../ui/PointCloud.tsx';
import type { ConnectedImages } from '../volunteer/volunteer-state.ts';

interface ConnectedPointsProps {
  readonly total: number;
  readonly points: NonNullable<ConnectedImages['points']>;
  readonly onChange: () => void;
}

/** The cloud, and the way to another mean. */
export function ConnectedPoints({ total, points: { mode, cloud }, onChange }: ConnectedPointsProps) {
  const words = text.points;
  const data = text.data.points;
  return (
    <div className="connected">
      <figure className="connected-points">
        <PointCloud points={cloud} label={words.cloud(data.count(total), mode + 1)} />
        <figcaption className="small quiet">{words.plane}</figcaption>
      </figure>
      <div className="button-row">
        <button type="button" className="button" onClick={onChange}>
          {data.change}
        </button>
      </div>
    </div>
  );
}
