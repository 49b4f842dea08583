// Which page an address means.

export type Route = 'volunteer' | 'run' | 'wall' | 'not-found';

/** The page of a path and query: `/`, `/run`, `/wall`, or any of them with `?wall`. */
export function routeOf(path: string, query: string): Route {
  if (new URLSearchParams(query).has('wall')) return 'wall';
  switch (path.replace(/\/+$/, '')) {
    case '':
    case '/index.html':
      return 'volunteer';
    case '/run':
      return 'run';
    case '/wall':
      return 'wall';
    default:
      return 'not-found';
  }
}
