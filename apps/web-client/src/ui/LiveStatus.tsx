// The one place of a page that a screen reader listens to.
import { systemClock } from '@tessera/core/clock';
import { useEffect, useRef, useState } from 'react';
import { Announcements } from './announcements.ts';

/** Announces `message`, at most once in ten seconds; nothing is shown. */
export function LiveStatus({ message }: { readonly message: string }) {
  const [spoken, setSpoken] = useState('');
  const announcements = useRef<Announcements>(undefined);
  useEffect(() => {
    const created = new Announcements(systemClock, setSpoken);
    announcements.current = created;
    return () => created.stop();
  }, []);
  useEffect(() => announcements.current?.offer(message), [message]);
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {spoken}
    </div>
  );
}
