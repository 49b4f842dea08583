// A group's letter on its colour.
import { groupStyle } from './groups.ts';

/** The mark of a group: never colour alone. */
export function GroupBadge({ cluster }: { readonly cluster: number }) {
  const { letter, colour, ink } = groupStyle(cluster);
  return (
    <span className="group-badge" style={{ background: colour, color: ink }}>
      {letter}
    </span>
  );
}
