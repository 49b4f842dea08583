// Chooses the page; the run's page and the wall load only when they are asked for.
import { lazy, Suspense } from 'react';
import { VolunteerPage } from '../features/volunteer/VolunteerPage.tsx';
import { text } from '../ui/messages.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { routeOf } from './route.ts';
import { Shell } from './Shell.tsx';

const RunPage = lazy(async () => ({ default: (await import('../features/run/RunPage.tsx')).RunPage }));
const WallPage = lazy(async () => ({ default: (await import('../features/wall/WallPage.tsx')).WallPage }));

/** The whole application. */
export function App() {
  const route = routeOf(location.pathname, location.search);
  return (
    <ErrorBoundary>
      <Suspense fallback={null}>
        {route === 'wall' ? (
          <WallPage />
        ) : (
          <Shell current={route}>
            {route === 'volunteer' && <VolunteerPage />}
            {route === 'run' && <RunPage />}
            {route === 'not-found' && <NotFound />}
          </Shell>
        )}
      </Suspense>
    </ErrorBoundary>
  );
}

function NotFound() {
  return (
    <section className="shell-message">
      <h1>{text.shell.notFound}</h1>
      <a className="button" href="/">
        {text.shell.toStart}
      </a>
    </section>
  );
}
