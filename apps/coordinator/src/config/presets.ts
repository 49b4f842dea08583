// The runs that need no configuration file.

const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** What `serve` hosts when nothing else is asked for: handwritten digits. */
export const DEFAULT_RUN = {
  id: 'digits',
  title: 'Digits',
  sentence: 'Together we teach one model to write digits; every device keeps its own pictures.',
  classes: DIGITS,
};

/** What `serve --demo` hosts: drawn digits of two domains, sized for a machine with two cores. */
export const DEMO_RUN = {
  id: 'demo',
  title: 'Digits, drawn by many hands',
  sentence:
    'A demonstration: three small devices draw digits with a pen and a marker, and you can join them.',
  hostedBy: 'this computer',
  classes: DIGITS,
  width: 0.25,
  batch: 16,
  // The devices share this machine's processor with the coordinator: nothing is gained by giving them more blocks.
  deepestCut: 1,
  // Faster than the paper's 0.0002: digits can be read after 250 steps instead of 800.
  learningRate: 0.0007,
  // Short rounds: the two pens learn from each other sooner, and the pictures move.
  stepsPerRound: 25,
  rounds: 400,
  minimumDevices: 3,
};
