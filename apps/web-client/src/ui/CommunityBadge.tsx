// A community's number on its colour; letters are for groups of devices.
import { groupStyle } from './groups.ts';

/** The mark of a community, by its index in the run's list: never colour alone. */
export function CommunityBadge({ index }: { readonly index: number }) {
  const { colour, ink } = groupStyle(index);
  return (
    <span className="group-badge" style={{ background: colour, color: ink }}>
      {index + 1}
    </span>
  );
}
