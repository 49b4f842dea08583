// What is drawn when somebody looks at a generator: one image a class, or a row of what comes.
import type { GanSpec } from './layer.ts';
import { isConditional } from './without-labels.ts';

/** Images of a generator that is asked for nothing in particular. */
const SHOWN_IMAGES = 10;
/** Points that make a cloud. */
const SHOWN_POINTS = 256;

/** Whether the run's images are points of the plane. */
export function drawsPoints({ imageShape: [height, width, channels] }: Pick<GanSpec, 'imageShape'>): boolean {
  return height === 1 && width === 1 && channels === 2;
}

/** The labels of a preview or a sample: each class once; without labels ten zeros; 256 points, of all classes in turn. */
export function shownLabels(spec: GanSpec): Int32Array {
  const { classes } = spec;
  if (drawsPoints(spec)) return Int32Array.from({ length: SHOWN_POINTS }, (_, row) => row % classes);
  if (!isConditional(spec)) return new Int32Array(SHOWN_IMAGES);
  return Int32Array.from({ length: classes }, (_, label) => label);
}
