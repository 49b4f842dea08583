// The page of one run.
import type { Results } from '@tessera/core/report';
import { bulletList } from './bullet-list.ts';
import { curvesSection } from './curves-section.ts';
import { devicesSection, trafficSection } from './devices-section.ts';
import { document, type Section } from './frame.ts';
import { domainsSection } from './domains-section.ts';
import { groupsSection } from './groups-section.ts';
import { latencySection } from './latency-section.ts';
import { resultsSection } from './results-section.ts';
import { samplesSection } from './samples-section.ts';
import { settingsSection } from './settings-section.ts';
import type { ShownRun } from './shown-run.ts';
import { summary } from './summary.ts';

/** A self-contained HTML document about one run. */
export function runPage(run: ShownRun): string {
  const { results } = run;
  return document({
    title: `${results.title}: ${results.strategy.title}`,
    head: summary(results),
    sections: [
      resultsSection(results),
      samplesSection(run),
      curvesSection(results),
      domainsSection(results),
      groupsSection(results),
      latencySection(results),
      trafficSection(results),
      devicesSection(results),
      settingsSection(results),
      ...notesSection(results),
    ],
  });
}

function notesSection({ notes, strategy, rounds }: Results): readonly Section[] {
  const unscored = rounds.filter(({ domains }) => domains.length === 0).length;
  const all = [
    ...notes,
    ...(strategy.paper === null ? [] : [`${strategy.title} was published in ${strategy.paper}.`]),
    ...(unscored > 0
      ? [`${unscored} of ${rounds.length} rounds were not scored; curves pass over them.`]
      : []),
    'These are the figures of one seed; other seeds give other ones.',
    'Virtual time is what the simulated devices and links would have taken, not what this machine took.',
  ];
  return [
    {
      id: 'notes',
      title: 'Notes and limits',
      body: bulletList(all),
    },
  ];
}
