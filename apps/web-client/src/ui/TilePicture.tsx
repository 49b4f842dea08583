// The picture of a situation: nine tiles of a mosaic, set differently for each.
import './tile-picture.css';

/** How each tile stands, row by row: '.' absent, 'o' outlined, '#' filled, '*' accent, '~' moving accent. */
const PATTERNS = {
  searching: 'o.o.*.o.o',
  empty: 'ooooooooo',
  measuring: '###~##oo~',
  ready: '####*####',
  waiting: '##o#~ooo.',
  training: '#~#~*~#~#',
  joining: '.~.~*~.~.',
  paused: '#.##.##.#',
  watching: 'oooo#oooo',
  lost: '#o.o.o.o#',
  done: '*********',
  stopped: '#.#.#.#.#',
} as const;

export type TilePattern = keyof typeof PATTERNS;

const KINDS: Record<string, string> = { o: 'outlined', '#': 'filled', '*': 'accent', '~': 'accent moving' };

/** A decorative picture; the sentence beside it says the same in words. */
export function TilePicture({
  pattern,
  size = 64,
}: {
  readonly pattern: TilePattern;
  readonly size?: number;
}) {
  return (
    <svg className="tile-picture" width={size} height={size} viewBox="0 0 34 34" aria-hidden="true">
      {Array.from(PATTERNS[pattern]).map((sign, i) => {
        const kind = KINDS[sign];
        if (!kind) return null;
        const x = (i % 3) * 12 + 0.5;
        const y = Math.floor(i / 3) * 12 + 0.5;
        return (
          <rect key={i} className={`${kind} tile-${String(i)}`} x={x} y={y} width="9" height="9" rx="1.5" />
        );
      })}
    </svg>
  );
}
