// Where others join, asked from the coordinator.
import { useEffect, useState } from 'react';
import { fetchJoin, fetchRun, type JoinInfo } from '../api/coordinator-api.ts';
import { orderJoinUrls } from './join-urls.ts';

export interface JoinDetails extends JoinInfo {
  readonly joinCodeWanted: boolean;
}

/** The addresses, best first; undefined until they are known. */
export function useJoinInfo(): JoinDetails | undefined {
  const [info, setInfo] = useState<JoinDetails>();
  useEffect(() => {
    let gone = false;
    Promise.all([fetchJoin(), fetchRun()]).then(
      ([join, run]) => {
        if (!gone)
          setInfo({
            ...join,
            urls: orderJoinUrls(join.urls, location.href),
            joinCodeWanted: run.joinCodeWanted,
          });
      },
      // Without an answer the page's own address is the best that can be said.
      () => {
        if (!gone) setInfo({ urls: [new URL('/', location.href).href], joinCodeWanted: false });
      },
    );
    return () => {
      gone = true;
    };
  }, []);
  return info;
}
