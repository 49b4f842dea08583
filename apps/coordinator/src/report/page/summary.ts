// What was run, in a sentence and a few large figures.
import type { Results } from '@tessera/core/report';
import { count, share, bytes, counted, decimal, duration, list } from './format.ts';
import { type Html, html, type HtmlValue } from './html.ts';

/** Title, sentence and figures at the top of a run's page. */
export function summary(results: Results): Html {
  return html`<p class="kicker">Tessera experiment</p>
    <h1>${results.title}</h1>
    <p class="lead">${sentence(results)}</p>
    ${!results.finished && html`<p class="notice">${interruption(results)}</p>`}
    <dl class="tiles">${tiles(results)}</dl>`;
}

/** "HuSCF-GAN on 10 devices …", for one run. */
export function sentence({ strategy, domains, devices, rounds, seed, engine, startedAt }: Results): string {
  const steps = rounds.reduce((sum, round) => sum + round.steps, 0);
  const images = domains.reduce((sum, { trainImages }) => sum + trainImages, 0);
  const names = list(domains.map(({ name }) => name));
  const time = rounds.at(-1)?.wallSeconds;
  return [
    `${strategy.title} trained for ${counted(rounds.length, 'round')} (${counted(steps, 'step')}) on ${counted(devices.length, 'device')} with ${counted(images, 'image')} of ${counted(domains.length, 'domain')}: ${names}.`,
    `Seed ${seed}, computed by ${engine}${time === undefined ? '' : ` in ${duration(time)}`}${startedAt === undefined ? '' : `, begun ${dayOf(startedAt)}`}.`,
  ].join(' ');
}

/** What an interrupted run's figures stand for. */
export function interruption({ rounds }: Results): string {
  const last = rounds.at(-1)?.round;
  return last === undefined
    ? 'This run was interrupted before its first round ended: its figures are those of untrained networks.'
    : `This run was interrupted: its figures are those after round ${last}, the last one that was finished.`;
}

function tiles({ domains, latency, traffic }: Results): HtmlValue {
  return [
    ...domains.map(({ name, accuracy, score, frechet, modes, nearby }) =>
      modes !== undefined
        ? tile(`${name}: modes hit`, count(modes), `${share(nearby ?? null)} of the points are near one`)
        : accuracy === null
          ? tile(`${name}: image score`, decimal(score), `Fréchet distance ${decimal(frechet)}`)
          : tile(`${name}: accuracy`, `${decimal(accuracy)} %`, `image score ${decimal(score)}`),
    ),
    tile(
      'A step, in virtual time',
      duration(latency.measuredStepSeconds),
      `predicted ${duration(latency.predictedStepSeconds)}`,
    ),
    tile(
      'Traffic of a device, per step',
      bytes(traffic.perDevicePerStep),
      `${bytes(traffic.bytesUp + traffic.bytesDown)} in all`,
    ),
  ];
}

function tile(name: string, figure: string, beside: string): Html {
  return html`<div class="tile">
    <dt>${name}</dt>
    <dd class="figure">${figure}</dd>
    <dd class="beside">${beside}</dd>
  </div>`;
}

function dayOf(startedAt: string): string {
  const zone = startedAt.endsWith('Z') ? ' UTC' : startedAt.slice(-6);
  return `${startedAt.slice(0, 16).replace('T', ' ')}${zone}`;
}
