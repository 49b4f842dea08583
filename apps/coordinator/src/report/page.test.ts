import { readFile } from 'node:fs/promises';
import type { Results } from '@tessera/core/report';
import { type ExampleOptions, exampleResults } from '@tessera/core/report/testing';
import { describe, expect, test } from 'vitest';
import { comparisonPage, runPage, type ShownRun } from './index.ts';
import { GROUP_COLOURS } from './page/groups.ts';
import { html } from './page/html.ts';
import { lineChart } from './page/line-chart.ts';
import { TOKENS } from './page/style.ts';
import { tickDigits, ticks } from './page/ticks.ts';

const PNG = Buffer.from('iVBORw0KGgo=', 'base64');

/** A run whose pictures are all there. */
function shown(
  options: ExampleOptions = {},
  change: (results: Results) => Results = (same) => same,
): ShownRun {
  const results = change(exampleResults(options));
  return {
    folder: `run-${results.seed}`,
    results,
    pictures: new Map(results.samples.map(({ file }) => [file, PNG])),
  };
}

/** The texts of a page's table rows, cells separated by bars. */
function rows(page: string): string[] {
  return [...page.matchAll(/<tr[^>]*>([\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)]
      .map(([, cell = '']) => cell.replace(/<[^>]*>/g, '').trim())
      .join('|'),
  );
}

/** Every text of the results that a person may have chosen becomes hostile. */
function hostile(results: Results): Results {
  const bad = '"\'><script>alert(1)</script><img src=x onerror=alert(1)>';
  const domains = new Map(results.domains.map(({ name }) => [name, `${name}${bad}`]));
  const renamed = (name: string) => domains.get(name) ?? name;
  return {
    ...results,
    title: bad,
    engine: bad,
    seed: bad,
    settings: { [bad]: { [bad]: bad, list: [bad] } },
    strategy: { name: bad, title: bad, paper: bad },
    domains: results.domains.map((domain) => ({ ...domain, name: renamed(domain.name), notes: [bad] })),
    rounds: results.rounds.map((round) => ({
      ...round,
      domains: round.domains.map((domain) => ({ ...domain, name: renamed(domain.name) })),
    })),
    clusters: results.clusters.map(({ round, assignment }) => ({
      round,
      assignment: Object.fromEntries(Object.entries(assignment).map(([id, group]) => [id + bad, group])),
    })),
    devices: results.devices.map((device) => ({
      ...device,
      id: device.id + bad,
      domain: renamed(device.domain),
      profile: bad,
    })),
    latency: {
      ...results.latency,
      stages: [{ name: bad, seconds: 1 }],
      model: { name: bad, seconds: 1 },
    },
    published: results.published.map((row) => ({ ...row, domain: renamed(row.domain) })),
    notes: [bad],
    samples: results.samples.map((sample) => ({
      ...sample,
      domain: sample.domain === null ? null : renamed(sample.domain),
      classes: sample.classes.map((name) => name + bad),
    })),
  };
}

describe('every page', () => {
  test.each([
    ['a run', runPage(shown())],
    ['a comparison', comparisonPage([shown({ seed: 1 }), shown({ strategy: 'fedgan' })])],
  ])('REP-30: the page of %s needs no other file, no network and no script', (_, page) => {
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain(
      'content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:"',
    );
    expect(page).not.toMatch(/<(script|link|iframe|object|embed|base)\b/);
    expect(page).not.toMatch(/@import|@font-face|url\(/);
    const addresses = [...page.matchAll(/\b(?:src|href|srcset|action)="([^"]*)"/g)].map(
      ([, address]) => address,
    );
    expect(addresses.length).toBeGreaterThan(5);
    for (const address of addresses) expect(address).toMatch(/^(#|data:image\/png;base64,)/);
  });

  test('REP-31: whatever a title, class, device or setting is called, it stays text', () => {
    const missing: ShownRun = { ...shown({}, hostile), pictures: new Map() };
    for (const page of [
      runPage(shown({}, hostile)),
      runPage(missing),
      comparisonPage([shown({}, hostile), shown({ strategy: 'fedgan' }, hostile), shown()]),
    ]) {
      expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
      expect(page).not.toContain('<script');
      expect(page).not.toContain('<img src=x');
      // What is left of each tag once its quoted attributes are gone holds no quote and no handler.
      for (const [tag] of page.replace(/<style>[\s\S]*?<\/style>/, '').matchAll(/<[a-z][^>]*>/g))
        expect(tag.replace(/"[^"]*"/g, '')).not.toMatch(/["']|onerror/);
    }
  });

  test('REP-31: templates escape values and leave HTML as it is', () => {
    const inner = html`<b>${'<&>"\''}</b>`;
    expect(html`${inner}${[1, 'a', null, false, undefined, inner]}`.text).toBe(
      `${inner.text}1a${inner.text}`,
    );
    expect(inner.text).toBe('<b>&lt;&amp;&gt;&quot;&#39;</b>');
  });

  test('REP-32: colours are those of the pages', async () => {
    const ui = new URL('../../../web-client/src/ui/', import.meta.url);
    const tokens = await readFile(new URL('tokens.css', ui), 'utf8');
    for (const [name, [light, dark]] of Object.entries(TOKENS))
      expect(tokens).toContain(`--${name}: light-dark(${light}, ${dark});`);
    const groups = await readFile(new URL('groups.ts', ui), 'utf8');
    expect([...groups.matchAll(/\['(#\w{6})', '(#\w{6})'\]/g)].map(([, fill, ink]) => [fill, ink])).toEqual(
      GROUP_COLOURS,
    );
  });

  test.each(['ink', 'ink-quiet', 'accent', 'good', 'warn', 'bad'] as const)(
    'REP-33: %s reads at 4.5 : 1 or more on every ground, light and dark; letters on groups do, too',
    (name) => {
      for (const theme of [0, 1] as const) {
        for (const ground of ['paper', 'surface', 'sunken', 'warn-soft'] as const)
          expect(contrast(TOKENS[name][theme], TOKENS[ground][theme])).toBeGreaterThanOrEqual(4.5);
      }
      for (const [fill, ink] of GROUP_COLOURS) expect(contrast(fill, ink)).toBeGreaterThanOrEqual(4.5);
    },
  );
});

describe('the page of a run', () => {
  test('REP-34: figures stand above the published ones and the difference', () => {
    const page = runPage(
      shown({}, (results) => ({
        ...results,
        domains: results.domains.map((domain) => ({ ...domain, accuracy: 97, fpr: 1.5, score: 9.05 })),
      })),
    );
    const [here, published, difference] = rows(page)
      .slice(4, 7)
      .map((row) => row.split('|'));
    expect(here?.slice(0, 2)).toEqual(['FMNIST', '97.00']);
    expect(published).toEqual([
      'Published, scenario 5',
      '81.46',
      '81.32',
      '81.46',
      '80.61',
      '1.95',
      '9.05',
      '–',
      '–',
      '–',
    ]);
    expect([difference?.[1], difference?.[5], difference?.[6]]).toEqual(['+15.54', '−0.45', '0.00']);
    // A lower false positive rate is the better one.
    expect(page).toMatch(/class="number better">−0\.45/);
    expect(page).toMatch(/class="number">0\.00/);
  });

  test('REP-35: pictures of the first, middle and last round are embedded; one that is missing is named', () => {
    const run = shown({ rounds: 20 }, (results) => ({
      ...results,
      samples: [5, 15, 10, 20, 1].flatMap((round) =>
        results.samples.slice(0, 1).map((sample) => ({ ...sample, round, file: `r${round}.png` })),
      ),
    }));
    const page = runPage({
      ...run,
      pictures: new Map([
        ['r1.png', PNG],
        ['r20.png', PNG],
      ]),
    });
    expect([...page.matchAll(/<figcaption>(.*?)</g)].map(([, caption]) => caption)).toEqual([
      'Round 1',
      'Round 10',
      'Round 20',
    ]);
    expect([...page.matchAll(/<img\s+src="data:image\/png;base64,iVBORw0KGgo="/g)]).toHaveLength(2);
    expect(page).toContain('The file r10.png is missing.');
    expect(page).toContain('Columns from the left: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9.');
  });

  test('REP-36: each device has a row of groups with a letter in every cell, under its domain', () => {
    const page = runPage(shown({ rounds: 6 }));
    expect(rows(page)).toContain('device-002|A|A|A|A|B|A');
    expect(rows(page)).toContain('device-010|A|A|B|B|B|B');
    expect(page).toContain('for the last time in round 6');
  });

  test('REP-36: of more rounds than fit, evenly spaced ones are shown, the first and last among them', () => {
    const page = runPage(shown({ rounds: 300 }));
    const header =
      rows(page)
        .find((row) => row.startsWith('Device|1|'))
        ?.split('|') ?? [];
    expect(header).toHaveLength(61);
    expect([header[1], header.at(-1)]).toEqual(['1', '300']);
    expect(page).toContain('Of 300 rounds, 60 evenly spaced ones are shown.');
  });

  test('REP-37: a run that measured nothing is shown without a NaN, and says what is missing', () => {
    const nothing = { accuracy: null, precision: null, recall: null, f1: null, fpr: null, score: null };
    const page = runPage(
      shown({}, (results) => ({
        ...results,
        finished: false,
        rounds: [],
        clusters: [],
        devices: [],
        samples: [],
        published: [],
        domains: results.domains.map((domain) => ({
          ...domain,
          ...nothing,
          frechet: null,
          coverage: null,
          realAccuracy: null,
          realScore: null,
        })),
        latency: { predictedStepSeconds: null, measuredStepSeconds: null, stages: [], model: null },
        traffic: { bytesUp: 0, bytesDown: 0, bytesPerStep: null, perDevicePerStep: null },
      })),
    );
    expect(page).not.toMatch(/NaN|Infinity|undefined|\bnull\b/);
    expect(page).toContain('interrupted before its first round ended');
    expect(page).toContain('No pictures were kept.');
    expect(page).toContain('This strategy made no groups.');
    expect(page).toContain('The time of a step was not measured.');
  });

  test('REP-38: settings are grouped; a long group is folded', () => {
    const many = Object.fromEntries(Array.from({ length: 13 }, (_, i) => [`key${i}`, i]));
    const page = runPage(shown({ settings: { seed: 3, network: { width: 0.5 }, many, hosts: [{ a: 1 }] } }));
    expect(page).toMatch(/<h3>Experiment<\/h3>[\s\S]*seed[\s\S]*<h3>network<\/h3>[\s\S]*width/);
    expect(page).toMatch(/<summary>13 settings<\/summary>/);
    expect(page).toContain('[0].a');
  });
});

describe('charts', () => {
  const chart = (points: readonly (readonly [number, number])[]) =>
    lineChart({
      title: 'Score',
      explanation: 'x',
      xName: 'round',
      from: 0,
      lines: [{ label: 'a', style: 1, points: points.map(([x, y]) => ({ x, y })) }],
    }).text;

  test('REP-39: a line goes through its points, and the numbers stand beneath', () => {
    const text = chart([
      [1, 0],
      [2, 5],
      [5, 10],
    ]);
    expect(text).toContain('d="M0 400L250 200L1000 0"');
    expect(text).toContain('aria-label="Score: a from 0.00 to 10.00."');
    expect(rows(text)).toEqual(['round|a', '1|0.00', '2|5.00', '5|10.00']);
  });

  test('REP-39: twelve lines differ in colour or dash', () => {
    const lines = Array.from({ length: 12 }, (_, style) => ({ label: 'a', style, points: [{ x: 1, y: 1 }] }));
    const { text } = lineChart({ title: 'Score', explanation: 'x', xName: 'round', lines });
    const styles = [...text.matchAll(/<g class="(l\d)">\s*<path class="series" d="[^"]*"([^>]*)>/g)];
    expect(new Set(styles.map(([, colour, dash]) => `${colour ?? ''} ${dash ?? ''}`)).size).toBe(12);
  });

  test('REP-39: one point, equal points and none can be drawn', () => {
    for (const points of [
      [[3, 7]],
      [
        [1, 0],
        [2, 0],
      ],
    ] as const)
      expect(chart(points)).not.toMatch(/NaN|Infinity/);
    expect(chart([])).toContain('Nothing was measured.');
  });

  test('REP-39: ticks are round numbers that enclose the values', () => {
    expect(ticks(0, 10)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(ticks(0.13, 0.31)).toEqual([0.1, 0.15, 0.2, 0.25, 0.3, 0.35]);
    expect(ticks(1, 3, { whole: true })).toEqual([1, 2, 3]);
    expect(ticks(5, 5).length).toBeGreaterThan(1);
    expect([tickDigits([0, 2]), tickDigits([0.1, 0.15]), tickDigits([0, 0.2])]).toEqual([0, 2, 1]);
  });
});

describe('the page of several runs', () => {
  const accuracy = (value: number) => (results: Results) => ({
    ...results,
    domains: results.domains.map((domain) => ({ ...domain, accuracy: value })),
  });

  test('REP-40: seeds become mean and deviation, the best mean is bold, published figures stand below', () => {
    const page = comparisonPage([
      shown({ seed: 1 }, accuracy(90)),
      shown({ seed: 2 }, accuracy(94)),
      shown({ strategy: 'fedgan', seed: 1 }, accuracy(80)),
    ]);
    const table = rows(page);
    expect(table[1]).toMatch(/^HuSCF-GAN\|2\|92\.00 ± 2\.83\|/);
    expect(table[2]).toMatch(/^FedGAN\|1\|80\.00\|/);
    expect(table[3]).toMatch(/^Published, scenario 5\|\|96\.15\|/);
    expect(page).toContain('class="number best">92.00 ± 2.83');
    expect(page).not.toContain('best">80.00');
  });

  test('REP-41: curves lie over each other with a band where there are several seeds, by round and by virtual time', () => {
    const page = comparisonPage([shown({ seed: 1 }), shown({ seed: 2 }), shown({ strategy: 'fedgan' })]);
    expect([...page.matchAll(/<figure class="chart">/g)]).toHaveLength(8);
    // Two figures by round in each of two domains have a band for the one experiment with two seeds.
    expect([...page.matchAll(/class="band"/g)]).toHaveLength(4);
    expect(page).toMatch(/Image score by virtual time: HuSCF-GAN from [\d.]+ to [\d.]+; FedGAN from/);
  });

  test('REP-41: generated points are followed by their modes, whose mean over seeds is no whole number', () => {
    const hitting = (modes: number) => (results: Results) => ({
      ...results,
      domains: results.domains.map((domain) => ({ ...domain, modes })),
      rounds: results.rounds.map((round) => ({
        ...round,
        domains: round.domains.map((domain) => ({
          ...domain,
          score: null,
          frechet: null,
          modes,
          nearby: 0.5,
        })),
      })),
    });
    const page = comparisonPage([shown({ seed: 1 }, hitting(8)), shown({ seed: 2 }, hitting(9))]);
    expect(page).toContain('8.5 ± 0.7');
    expect(page).toContain('Modes hit by virtual time');
    expect(page).not.toContain('Nothing was measured');
  });

  test('REP-42: settings that differ, times and traffic are tables', () => {
    const page = comparisonPage([
      shown({ settings: { alpha: 1, rounds: 5 } }),
      shown({ strategy: 'fedgan', settings: { alpha: 0, rounds: 5 } }, (results) => ({
        ...results,
        latency: { ...results.latency, measuredStepSeconds: 2 * 7.94 },
      })),
    ]);
    expect(rows(page)).toContain('alpha|1|0');
    expect(rows(page).find((row) => row.startsWith('FedGAN|15.9 s|2.0|'))).toBeDefined();
    expect(page).not.toMatch(/>rounds<\/code>/);
  });
});

/** The contrast ratio of WCAG 2. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string) => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5]
      .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}
