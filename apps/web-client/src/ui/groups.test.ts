import { expect, test } from 'vitest';
import { groupStyle } from './groups.ts';

/** Relative luminance of a colour as WCAG 2.2 defines it. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test('PAGE-2: every group has a letter of its own and one of eight different colours', () => {
  const styles = Array.from({ length: 8 }, (_, cluster) => groupStyle(cluster));
  expect(styles.map(({ letter }) => letter).join('')).toBe('ABCDEFGH');
  expect(new Set(styles.map(({ colour }) => colour)).size).toBe(8);
});

test.each([0, 1, 2, 3, 4, 5, 6, 7])(
  'PAGE-2: the letter of group %i stands out from its colour by 4.5 : 1',
  (cluster) => {
    const { colour, ink } = groupStyle(cluster);
    const [light = 0, dark = 0] = [luminance(colour), luminance(ink)].sort((a, b) => b - a);
    expect((light + 0.05) / (dark + 0.05)).toBeGreaterThanOrEqual(4.5);
  },
);
