// The rows of pictures of communities and of all together: below each other, or beside each other where each is one cloud.
import type { ReactNode } from 'react';
import { balancedGrid } from '../../ui/columns.ts';
import './tiers.css';

/** Most clouds beside each other, on wide and on narrow screens. */
const CLOUDS = { wide: 5, narrow: 2 } as const;

interface TierRowsProps {
  /** Pictures in each row. */
  readonly pictures: number;
  readonly rows: number;
  /** Two rows beside each other where there is room. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** Lays the rows out. */
export function TierRows({ pictures, rows, wide = false, children }: TierRowsProps) {
  if (pictures > 1)
    return <div className={wide ? 'tier-samples tier-samples-wide' : 'tier-samples'}>{children}</div>;
  return (
    <div className="tier-samples tier-clouds balanced" style={balancedGrid(rows, CLOUDS.wide, CLOUDS.narrow)}>
      {children}
    </div>
  );
}
