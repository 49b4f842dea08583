// The edges of a community that has several, below its card in the tree.
import type { TierEdge } from '@tessera/core/protocol';
import { text } from '../../ui/messages.ts';
import { edgeState } from './community-state.ts';
import './tiers.css';

interface EdgeListProps {
  /** Of the community. */
  readonly name: string;
  readonly edges: readonly TierEdge[];
  /** The seat of the edge whose page this is. */
  readonly own: number | undefined;
}

/** Each with its state, its share of the community's generator and its devices. */
export function EdgeList({ name, edges, own }: EdgeListProps) {
  const words = text.tiers;
  return (
    <ul className="tier-devices" aria-label={words.edgeList(name)}>
      {edges.map((edge) => {
        const [url] = edge.urls;
        const title = words.edgeNumber(edge.seat);
        return (
          <li key={edge.seat}>
            {edge.present && url !== undefined && edge.seat !== own ? (
              <a className="tier-device-name" href={new URL('/run', url).href}>
                {title}
              </a>
            ) : (
              <span className="tier-device-name">
                {title} {edge.seat === own && <span className="small quiet">{words.own}</span>}
              </span>
            )}
            <span className="small quiet" title={words.shareWhy}>
              {words.edgeFigures(words.states[edgeState(edge).key] ?? edge.phase, edge.here, edge.share)}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
