// One generated image a class, large and crisp; generated points as a cloud.
import { useMemo } from 'react';
import { balancedGrid } from '../../ui/columns.ts';
import { text } from '../../ui/messages.ts';
import { PixelImage } from '../../ui/PixelImage.tsx';
import { cloudOf, imagesIn, rgbaOf } from '../../ui/pixels.ts';
import './samples.css';

/** Most images in a row on narrow screens. */
const NARROW = 5;
/** Pixels of each side of a cloud of points. */
const CLOUD_SIDE = 128;

interface SampleGridProps {
  /** [height, width, channels] */
  readonly shape: readonly [number, number, number];
  /** One image a label as bytes, or points of two bytes each for the one label. */
  readonly pixels: Uint8Array;
  readonly labels: readonly string[];
  /** Most images in a row on wide screens. */
  readonly most: number;
}

/** Images in the order of their labels, each with its label below. */
export function SampleGrid({ shape, pixels, labels, most }: SampleGridProps) {
  const [height, width, channels] = shape;
  const points = channels === 2;
  const images = useMemo(
    () =>
      points
        ? [cloudOf(pixels, CLOUD_SIDE)]
        : imagesIn(pixels, height * width * channels).map((bytes) => rgbaOf(bytes, channels)),
    [points, pixels, height, width, channels],
  );
  const size = points ? { width: CLOUD_SIDE, height: CLOUD_SIDE } : { width, height };
  return (
    <div className="sample-grid balanced" style={balancedGrid(labels.length, most, NARROW)}>
      {labels.map((label, i) => {
        const rgba = images[i];
        return (
          <figure key={i}>
            {rgba ? (
              <PixelImage
                {...size}
                rgba={rgba}
                label={points ? text.samples.cloud : text.samples.image(label)}
              />
            ) : (
              <div className="sample-empty" />
            )}
            <figcaption aria-hidden="true">{label}</figcaption>
          </figure>
        );
      })}
    </div>
  );
}

/** The places where samples will stand, so that nothing jumps when they come. */
export function EmptySampleGrid({ labels, most }: Pick<SampleGridProps, 'labels' | 'most'>) {
  return (
    <div
      className="sample-grid balanced"
      style={balancedGrid(labels.length, most, NARROW)}
      aria-hidden="true"
    >
      {labels.map((label, i) => (
        <figure key={i}>
          <div className="sample-empty" />
          <figcaption>{label}</figcaption>
        </figure>
      ))}
    </div>
  );
}
