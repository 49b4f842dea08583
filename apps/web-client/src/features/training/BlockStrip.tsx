// A network as a row of tiles: filled here, outlined on the coordinator.
import { text } from '../../ui/messages.ts';
import { blockPlaces, blockSentence } from './blocks.ts';

interface BlockStripProps {
  readonly name: string;
  readonly blocks: number;
  readonly head: number;
  readonly tail: number;
}

/** The strip with the same in words below it. */
export function BlockStrip({ name, blocks, head, tail }: BlockStripProps) {
  const places = blockPlaces(blocks, head, tail);
  return (
    <div className="block-strip">
      <span className="small quiet">{name}</span>
      <span className="block-tiles" aria-hidden="true">
        {Array.from({ length: blocks }, (_, i) => i + 1).map((block) => {
          const here = places.here.includes(block);
          return (
            <span
              key={block}
              className={here ? 'block-here' : 'block-there'}
              title={here ? text.details.blockHere(block) : text.details.blockThere(block)}
            >
              {block}
            </span>
          );
        })}
      </span>
      <span className="small">{blockSentence(places)}</span>
    </div>
  );
}
