import { expect, test } from 'vitest';
import { routeOf } from './route.ts';

test.each([
  ['/', '', 'volunteer'],
  ['/run', '', 'run'],
  ['/run/', '', 'run'],
  ['/wall', '', 'wall'],
  ['/run', '?wall', 'wall'],
  ['/', '?wall&theme=light', 'wall'],
  ['/elsewhere', '', 'not-found'],
])('PAGE-6: %s%s is the page "%s"', (path, query, route) => {
  expect(routeOf(path, query)).toBe(route);
});
