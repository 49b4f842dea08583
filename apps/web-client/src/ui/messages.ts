// Every word that people read on the pages, in one place, ready for translation.
import { type Cut, scheduleOf } from '@tessera/core/architecture';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatList,
  formatShare,
  formatShortDuration,
  formatStepSeconds,
} from './format.ts';
import { dataText, pointsText } from './data-text.ts';
import { tiersText } from './tiers-text.ts';

function plural(count: number, one: string, many: string): string {
  const word = new Intl.PluralRules('en').select(count) === 'one' ? one : many;
  return `${formatCount(count)} ${word}`;
}

const ENGINES: Readonly<Record<string, string>> = {
  webgpu: 'WebGPU',
  webgl: 'WebGL',
  wasm: 'WebAssembly',
  tensorflow: 'TensorFlow',
  cpu: 'plain JavaScript',
};

const images = dataText.images.count;
const devices = (count: number) => plural(count, 'device', 'devices');

export const text = {
  shell: {
    name: 'Tessera',
    skip: 'Skip to the content',
    takePart: 'Take part',
    run: 'The run',
    wall: 'Wall',
    theme: { label: 'Colours', system: 'System', light: 'Light', dark: 'Dark' },
    notFound: 'There is no such page here.',
    toStart: 'To the start page',
    broken: 'This page met an error it cannot go on from.',
    reload: 'Load the page again',
  },

  counts: { images, devices },

  tiers: tiersText,

  /** By the run's setting `data`. */
  data: dataText,
  points: pointsText,

  intro: {
    hostedBy: (host: string) => `Hosted by ${host}`,
    loading: 'Looking for the run…',
    steps: 'Take part in three steps',
  },

  connect: {
    choose: 'Choose images',
    folder: 'Choose a folder',
    drop: 'or drop images, a folder, a zip or IDX files here',
    dropNow: 'Drop to connect',
    drawn: 'No images at hand? Use drawn examples',
    drawnNames: { pen: 'Pen', marker: 'Marker', segments: 'Segments' },
    readingCount: (done: number, total: number) => `${formatCount(done)} of ${formatCount(total)}`,
    connected: (count: number, source: 'files' | 'drawn' | 'kept') =>
      `${images(count)} ${{ files: 'from your files', drawn: 'drawn here', kept: 'from the private copy' }[source]}`,
    back: 'Keep these',
    forget: 'Delete the private copy',
    useKept: (count: number) => `Use the ${images(count)} kept in this browser`,
    keptIsHere: 'A private copy from an earlier visit is still in this browser.',
    keepCopy: 'Keep a private copy in this browser',
    keepCopyWhy: 'Then a reload goes on by itself. It stays on this device and you can delete it here.',
    previewTitle: 'Before and after',
    previewWhy: (size: number, colour: string) =>
      `Each image is cropped to a square, reduced to ${formatCount(size)} by ${formatCount(size)} pixels and made ${colour}.`,
    grey: 'grey',
    colour: 'colour',
    previewAsIs: 'A few of them',
    previewList: 'Examples of the connected images',
    previewOf: (name: string, label: string) => ({
      before: `${name}, before`,
      after: `${name}, as “${label}”`,
    }),
    counts: 'Images in each class',
    countsStay: 'The coordinator learns only the total, never the classes.',
    oneClass: {
      welcome: 'All images are of one class. That is welcome: the other classes come from other devices.',
      better:
        'All images are of one class. Add a few of another if you can: in this run the generator does not learn from one alone which class it is.',
    },
    invert: 'Light on dark or dark on light',
    invertChoices: { auto: 'Decide for me', no: 'As they are', yes: 'Inverted' },
    mappingTitle: 'Folders and classes',
    mappingWhy: 'Choose the class that each folder stands for. Names and counts stay here.',
    mappingAsk:
      'Some folders are of no class that this run knows. Choose one for each, or leave the folder out.',
    mappingFolder: 'Folder',
    mappingClass: 'Class',
    mappingLoose: 'Images outside any folder',
    mappingSkip: 'Leave out',
    mappingChoose: 'Choose…',
    mappingApply: 'Use this choice',
    skipped: (count: number) => `${plural(count, 'file was', 'files were')} left out`,
  },

  engine: {
    title: 'Speed check',
    name: (backend: string) => ENGINES[backend] ?? backend,
    short: (backend: string) => (backend === 'wasm' ? 'Wasm' : (ENGINES[backend] ?? backend)),
    loading: 'loading the training program',
    trying: ({
      backend,
      step,
    }: {
      readonly backend: 'webgpu' | 'webgl' | 'wasm';
      readonly step: 'start' | 'test' | 'time';
    }) =>
      ({
        start: `starting ${ENGINES[backend]}`,
        test: `testing ${ENGINES[backend]} with known numbers`,
        time: `timing ${ENGINES[backend]} with a step on noise`,
      })[step],
    starting: 'Getting the engine ready',
    /** "WebGPU on nvidia ampere"; "WebAssembly with SIMD on one processor thread", where the adapter says it all. */
    described: (backend: string, adapter: string) => {
      const name = ENGINES[backend] ?? backend;
      if (adapter.startsWith(name)) return adapter;
      return adapter ? `${name} on ${adapter}` : name;
    },
    checked: 'verified with known numbers',
    whyThis: 'Why this engine?',
    later: 'How fast this device is gets measured when you start.',
    failed: 'No engine works in this browser.',
    failedHelp: 'Try a current Chrome, Edge, Safari or Firefox, or another device.',
    refused: (name: string, why: string) => `${name} was not used: ${why}`,
    insecureTitle: 'This address keeps the graphics processor away from the page.',
    insecure:
      'Browsers offer WebGPU only over https or on this very machine. Over plain http the slower WebGL or WebAssembly is used. Open the https address that the host shows; the browser warns once, because the certificate was made by the coordinator itself.',
  },

  start: {
    title: 'Start training',
    button: 'Start training',
    name: 'Name on the host’s screen',
    code: 'Join code',
    codeWhy: 'The host shows it beside the address.',
    needEngine: 'The engine is still getting ready.',
    needCode: 'Type the join code first.',
    needAgreement: 'Say first whether generated images may be shared.',
    agreeTitle: 'This run shares generated images',
    agreeWhat:
      'A generator that learned from your images draws new ones, and other devices get them. They can look like yours.',
    agree: 'I agree that images drawn from what this device learned are shared',
  },

  status: {
    label: 'What is happening',
    loading: 'Looking for the coordinator.',
    unreachable: 'The coordinator does not answer. The page tries again by itself.',
    preparing: (what: string) => `Getting ready: ${what}.`,
    ready: 'Everything is ready. Start when you like.',
    engineFailed: 'This browser cannot train.',
    connecting: 'Connecting to the coordinator.',
    checkingSpeed: 'Checking how fast this device is. The first time takes longest.',
    notStarted: 'You are in. The host has not started the run yet.',
    waitingForDevices: (here: number, needed: number) =>
      `Waiting for devices: ${formatCount(here)} of at least ${formatCount(needed)} are here.`,
    waitingForRound: (round: number, step: number, steps: number) =>
      `You join with the next round. Round ${formatCount(round + 1)} is at step ${formatCount(step)} of ${formatCount(steps)}.`,
    waitingForRoundQuiet: 'You join with the next round.',
    preparingRound: (round: number) =>
      `Loading your part of the network for round ${formatCount(round + 1)}.`,
    training: (round: number, step: number, steps: number) =>
      `Training: round ${formatCount(round + 1)}, step ${formatCount(step)} of ${formatCount(steps)}.`,
    trainingQuiet: (round: number) => `Training round ${formatCount(round + 1)}.`,
    finishing: 'This device leaves when the round is done.',
    federating: (round: number) =>
      `Round ${formatCount(round + 1)} is done. What all devices learned is being joined.`,
    judging: (round: number) =>
      `Round ${formatCount(round + 1)} was the last. This device tries the result on images that it held back.`,
    paused: {
      host: 'Paused by the host. It goes on by itself.',
      battery: 'Paused: this device runs on battery. It goes on when it is plugged in.',
      hidden: 'Paused: this page was in the background. It goes on now that you are back.',
      'data-saver': 'Paused: this browser is set to save data, and training uses a lot of it.',
    },
    goOnAnyway: 'Go on anyway',
    watching: 'Watching: this device is too slow for the current pace; it is tried again next round.',
    reconnecting: (seconds: number) =>
      seconds > 0
        ? `The connection is lost. Next try in ${plural(seconds, 'second', 'seconds')}.`
        : 'The connection is lost. Trying again now.',
    reconnectingQuiet: 'The connection is lost. The page tries again by itself.',
    finished: (rounds: number) => `Finished after ${plural(rounds, 'round', 'rounds')}. Thank you!`,
    finishedEarly: 'You have left the run. Thank you for taking part!',
    refused: (message: string) => message,
    failed: (message: string) => message,
    hiddenNotice: (seconds: number, steps: number) =>
      `This page was in the background for ${formatDuration(seconds)}. ${
        steps > 0 ? `${plural(steps, 'step', 'steps')} went by without this device.` : 'It lost nothing.'
      }`,
  },

  training: {
    thisRound: 'This round',
    devicesHere: 'Devices here',
    wholeRun: (round: number, rounds: number) => `Round ${formatCount(round)} of ${formatCount(rounds)}`,
    pause: 'Pause',
    resume: 'Go on',
    finish: 'Finish after this round',
    finishing: 'Finishing…',
    leave: 'Leave',
    leaveTitle: 'Leave the run?',
    leaveStay: 'Stay',
    leaveNow: 'Leave now',
    again: 'Take part again',
    oneGroupWhy: 'All devices of this run are in one group and share what they learn.',
    noGroup: 'Groups are found after the first rounds.',
    downloads: 'Take the generator home',
    downloadGroup: (letter: string) => `Generator of group ${letter}`,
    downloadCommunity: (name: string) => `Generator of the community ${name}`,
  },

  power: {
    title: 'How hard this device works',
    names: { gentle: 'Gentle', normal: 'Normal', full: 'Full' },
    meaning: {
      gentle:
        'Long rests between steps: stays cool and quiet, saves the battery. Others wait for it a little longer.',
      normal: 'Short rests between steps: the device stays usable while it trains.',
      full: 'No rests: fastest, and warm. Best when nobody uses the device.',
    },
    pluggedIn: 'Train only while plugged in',
    pluggedInNow: (charging: boolean, level: number) =>
      charging ? `Plugged in, ${formatShare(level)} full.` : `On battery, ${formatShare(level)} full.`,
    screenOn: 'Keep my screen on while training',
    screenOnWhy: 'Phones stop pages when the screen goes dark.',
    screenRefused: 'This browser did not allow it just now.',
  },

  details: {
    title: 'Details',
    backend: 'Engine',
    why: 'Why this one',
    blocks: 'Your part of the network',
    generator: 'Generator',
    discriminator: 'Discriminator',
    allHere: (blocks: number) => `all ${String(blocks)} blocks here`,
    allThere: (blocks: number) => `all ${String(blocks)} blocks on the coordinator`,
    blocksHere: (here: readonly number[], first: number, last: number) =>
      `${here.length === 1 ? 'block' : 'blocks'} ${formatList(here.map(String))} here, ${
        last - first < 2
          ? formatList([...new Set([first, last])].map(String))
          : `${String(first)} to ${String(last)}`
      } on the coordinator`,
    blockHere: (block: number) => `Block ${String(block)}: on this device`,
    blockThere: (block: number) => `Block ${String(block)}: on the coordinator`,
    group: 'Group and weight',
    groupWeight: (letter: string, weight: number) =>
      weight > 0
        ? `group ${letter}, ${formatShare(weight)} of its average`
        : `group ${letter}; the weight follows`,
    stepTime: 'Step time',
    stepTimes: (total: number, compute: number) =>
      `${formatStepSeconds(total)}, of which ${formatStepSeconds(compute)} computing here`,
    predicted: (seconds: number) => `predicted ${formatStepSeconds(seconds)}`,
    steps: 'Steps',
    stepCounts: (done: number, missed: number) => `${formatCount(done)} done, ${formatCount(missed)} missed`,
    traffic: 'Traffic',
    bytes: (sent: number, received: number) => `${formatBytes(sent)} sent, ${formatBytes(received)} received`,
    lossTitle: 'Loss',
    lossWhat:
      'How wrong each network is. The two pull against each other, so good training shows as lines that stay level, not as lines that fall to zero.',
    log: 'What happened lately',
    copy: 'Copy as text',
    copied: 'Copied',
    copyFailed: 'The browser did not allow copying.',
    unknown: 'not known yet',
  },

  samples: {
    own: 'What your group draws now',
    run: 'What the devices draw now',
    wall: 'Made by all devices together',
    group: (letter: string) => `Group ${letter}`,
    empty: 'The first pictures appear after the first round. At the start they are only noise.',
    afterRound: (round: number) => `Round ${formatCount(round)}`,
    beginning: 'Before training',
    slider: 'Look back through the rounds',
    newest: 'Newest',
    play: 'Play',
    stop: 'Stop',
    image: (label: string) => (label === '' ? 'a generated picture' : `a generated ${label}`),
    cloud: 'generated points of the plane',
    loading: 'Loading the pictures…',
    failed: 'These pictures could not be loaded.',
    fresh: 'Made here, from fresh noise, never sent.',
    drawnForYou: 'Drawn by the coordinator, where the generator is, from fresh noise.',
    earlier: 'From before this device joined: drawn by the coordinator for your group.',
  },

  privacy: {
    link: 'What is sent?',
    title: 'What is sent, and what is not',
    staysTitle: 'Stays on this device',
    goesTitle: 'Goes to the coordinator',
    /** "Every round", from the declaration's own word. */
    when: {
      once: 'Once',
      'every step': 'Every step',
      'every round': 'Every round',
      'after some rounds': 'After some rounds',
      'when it happens': 'When it happens',
    },
    by: (strategy: string) => `This run trains by ${strategy}; what is sent follows from that.`,
    generated: 'These are generated images; you are asked before you start.',
    truthTitle: 'What that means',
    truth: [
      'Under each line stands what it tells somebody who runs a dishonest coordinator, and who else gets it.',
      'So take part only in runs whose host you trust, or run a coordinator of your own.',
      'There is no formal privacy guarantee yet, and this page will not claim one.',
    ],
  },

  run: {
    title: 'The run',
    connecting: 'Looking for the coordinator…',
    lost: 'The coordinator does not answer; the page tries again. What you see is the last known state.',
    phases: {
      'not-started': 'Not started',
      'waiting-for-devices': 'Waiting for devices',
      preparing: 'Getting the devices ready',
      training: 'Training',
      federating: 'Joining what was learned',
      judging: 'The devices judge the result',
      paused: 'Paused',
      finished: 'Finished',
    },
    roundStep: (round: number, rounds: number, step: number, steps: number) =>
      `Round ${formatCount(round + 1)} of ${formatCount(rounds)}, step ${formatCount(step)} of ${formatCount(steps)}`,
    waitingFor: (here: number, needed: number) =>
      `${formatCount(here)} of at least ${formatCount(needed)} devices are here`,
    trainingNow: 'training',
    waitingNow: 'waiting',
    watchingNow: 'watching',
    elapsed: 'running for',
    left: 'left, about',
    leftAbout: (seconds: number) => `about ${formatDuration(seconds)} left`,
    stepTime: 'a step',
    traffic: 'moved',
    /** What the coordinator computes, by how a step travels. */
    engine: {
      split: 'Middle layers run on',
      judged: 'The generator runs on',
      local: 'Samples are drawn on',
      twin: 'Samples are drawn on',
    },
    warnings: 'Needs attention',
    announce: (phase: string, round: number) => `${phase}, round ${formatCount(round + 1)}`,
  },

  devices: {
    title: 'Devices',
    none: 'No device has joined yet. Share the address or the code.',
    caption: 'Devices, those with trouble first',
    columns: {
      name: 'Device',
      standing: 'State',
      engine: 'Engine',
      group: 'Group',
      blocks: 'Blocks',
      weight: 'Weight',
      step: 'Step',
      traffic: 'Traffic',
      seen: 'Seen',
    },
    standings: {
      'not-started': 'ready',
      'speed-check-wanted': 'speed check',
      'waiting-for-devices': 'waiting',
      'waiting-for-round': 'next round',
      preparing: 'getting ready',
      training: 'training',
      federating: 'joining',
      judging: 'judging',
      paused: 'paused',
      watching: 'watching',
      finished: 'done',
    },
    troubles: {
      gone: 'gone',
      watching: 'watching',
      missing: 'misses steps',
      silent: 'silent',
      slow: 'slow',
    },
    inGroup: (letter: string) => `group ${letter}`,
    missedTitle: 'Missed',
    why: 'Why',
    missed: (count: number) => `${plural(count, 'step', 'steps')} in a row`,
    now: 'now',
    ago: (seconds: number) => `${formatShortDuration(seconds)} ago`,
    noPrediction: 'no prediction yet',
    stepOf: (measured: number, predicted: number) =>
      `${formatStepSeconds(measured)} measured, ${formatStepSeconds(predicted)} predicted`,
    blocksShort: ({ gHead, gTail, dHead, dTail }: Cut) =>
      ({
        split: `${String(gHead)}+${String(gTail)} · ${String(dHead)}+${String(dTail)}`,
        judged: `0 · ${String(dHead)}`,
        local: `${String(gHead)} · ${String(dHead)}`,
        twin: `2×${String(gHead)} · ${String(dHead)}`,
      })[scheduleOf({ gHead, gTail, dHead, dTail })],
    blocksLong: ({ gHead, gTail, dHead, dTail }: Cut) =>
      ({
        split: `generator ${String(gHead)} at the start and ${String(gTail)} at the end, discriminator ${String(dHead)} and ${String(dTail)}`,
        judged: 'the whole discriminator; the generator is on the coordinator',
        local: 'both networks, whole',
        twin: 'two generators and a discriminator, whole',
      })[scheduleOf({ gHead, gTail, dHead, dTail })],
    timeline: (name: string) => `Timeline of ${name}`,
    show: (name: string) => `Show the timeline of ${name}`,
    timelineSince: 'What this page has seen of the device since it was opened',
    adapter: 'Adapter',
    claimed: (count: number) => `${formatCount(count)} count towards the weight`,
  },

  charts: {
    losses: 'Losses',
    lossesWhat:
      'Mean over the devices at each step. Level lines are good; a discriminator near zero means that the generator has stopped learning.',
    discriminatorReal: 'Discriminator, real',
    discriminatorFake: 'Discriminator, generated',
    generator: 'Generator',
    step: 'Step',
    round: 'Round',
    showTable: 'Show as a table',
    showChart: 'Show as a chart',
    stages: 'Where a step’s time goes',
    stageNames: {
      deviceCompute: 'computing on devices',
      body: 'computing on the coordinator',
      wireAndWaiting: 'on the wire and waiting',
    },
    stagesTotal: (seconds: number, predicted: number) =>
      `${formatStepSeconds(seconds)} a step; ${formatStepSeconds(predicted)} were predicted`,
    stagesNone: 'Shown after the first steps.',
    groups: 'Groups over the rounds',
    groupsOf: (name: string) => `Groups of ${name}`,
    groupsNone: 'Groups are found at the end of each round.',
    noLosses: 'Shown after the first step.',
    judged: 'Judged by the devices',
    judgedWhat:
      'A classifier learns from generated images alone, then each device of the group tries it on images of its own that were never trained on. The higher, the better; guessing gives one divided by the number of classes.',
    judgedIn: (group: string) => `Group ${group}, percent right`,
    judgedBy: (group: {
      readonly round: number;
      readonly devices: number;
      readonly total: number;
      readonly share: number;
    }) =>
      `Round ${formatCount(group.round)}: judged by ${devices(group.devices)} on ${images(group.total)} of their own that were never trained on: ${formatShare(group.share)}`,
    judgedNone: 'Shown when the first answers have come.',
    stage: 'Stage',
    time: 'Time',
    share: 'Share',
    device: 'Device',
  },

  join: {
    title: 'Join in',
    how: 'Open this address in any browser, or scan the code.',
    qr: (url: string) => `QR code of ${url}`,
    code: 'Join code',
    wifi: 'Phones and laptops must be on the same Wi-Fi as the coordinator.',
    others: 'Other addresses',
    whyWarn: 'Why does my browser warn me?',
    warnBody: [
      'The page comes over https, which browsers need before they let a page use the graphics processor. The coordinator made its certificate itself, so no authority vouches for it and the browser asks you.',
      'It is safe to go on if the fingerprint that the browser shows for the certificate is this one:',
    ],
    warnHow:
      'Choose “Advanced”, then “Proceed” (Chrome, Edge), “Accept the risk” (Firefox) or “visit this website” (Safari).',
    local: 'Only this machine can open this address.',
    copy: 'Copy address',
    copied: 'Copied',
  },

  host: {
    title: 'Host',
    start: 'Start the run',
    pause: 'Pause',
    resume: 'Go on',
    stop: 'Stop the run',
    stopTitle: 'Stop the run?',
    stopBody:
      'The run ends at the last finished round for all devices. The generator of that round can be downloaded.',
    stopKeep: 'Let it go on',
    downloads: 'Download the generator of',
    download: (letter: string) => `Download the generator of group ${letter}`,
    /** With the number that its mark shows, so that it can be called by what is seen. */
    downloadCommunity: (index: number, name: string) =>
      `Download the generator of community ${formatCount(index + 1)}, ${name}`,
    downloadAll: 'Download the generator of all communities',
    allCommunities: 'all communities',
    wall: 'Open the wall page',
    wrongKey:
      'The key in this link is not the key of this coordinator. It is printed where the coordinator was started.',
    notHost:
      'Open the host’s own link, printed where the coordinator was started, to start, pause or stop the run.',
    refused: 'The coordinator refused that. Open the host’s own link again.',
    unreachable: 'The coordinator could not be reached. Try again.',
    tooMany: 'Too many wrong keys. Wait a minute, then open the link again.',
    signOut: 'Sign out as host',
  },
} as const;
