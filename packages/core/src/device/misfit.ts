// Whether what a device has connected is what the run trains on: told before the first step, not in the middle of one.
import { type RunSettings, runSpec } from '../protocol/index.ts';
import type { DeviceImages } from './ports.ts';

/** What is wrong with the connected images for this run, and what to do, in a sentence; undefined where they fit. */
export function misfitOf(
  { shape, classNames }: Pick<DeviceImages, 'shape' | 'classNames'>,
  settings: RunSettings,
): string | undefined {
  const { data, condition, classes } = settings;
  const [height, width, channels] = shape;
  const [wantedHeight, wantedWidth, wantedChannels] = runSpec(settings).imageShape;
  const isPoints = channels === 2;
  if (data === 'points')
    return isPoints
      ? undefined
      : 'This run trains on points of the plane, but images are connected: connect points.';
  if (isPoints) return 'This run trains on images, but points of the plane are connected: connect images.';
  if (channels !== wantedChannels)
    return `This run trains on ${colourOf(wantedChannels)} images, but ${colourOf(channels)} ones are connected: ${AGAIN}.`;
  if (height !== wantedHeight || width !== wantedWidth)
    return `This run trains on images of ${wantedHeight}x${wantedWidth} pixels, but images of ${height}x${width} are connected: ${AGAIN}.`;
  if (condition === 'classes' && classNames.length !== classes.length)
    return `This run tells ${countOf(classes)} apart, but the connected images were sorted into ${countOf(classNames)}: ${AGAIN}.`;
  return undefined;
}

const AGAIN = 'connect them again, so that they are fitted to this run';

function colourOf(channels: number): string {
  return channels === 1 ? 'grey' : 'colour';
}

function countOf(names: readonly string[]): string {
  return `${names.length} class${names.length === 1 ? '' : 'es'}`;
}
