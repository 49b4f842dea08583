// One generated image a class, large and crisp; generated points as a cloud.
import { useMemo } from 'react';
import { balancedGrid } from '../../ui/columns.ts';
import { text } from '../../ui/messages.ts';
import { PixelImage } from '../../ui/PixelImage.tsx';
import { imagesIn, rgbaOf } from '../../ui/pixels.ts';
import { PointCloud } from '../../ui/PointCloud.tsx';
import './samples.css';

/** Most images in a row on narrow screens. */
const NARROW = 5;

interface SampleGridProps {
  /** [height, width, channels] */
  readonly shape: readonly [number, number, number];
  /** One image a label as bytes, or points of two bytes each for the one label. */
  readonly pixels: Uint8Array;
  readonly labels: readonly string[];
  /** Most images in a row on wide screens. */
  readonly most: number;
}

/** Images in the order of their labels, each with its label below; or the one cloud. */
export function SampleGrid(props: SampleGridProps) {
  const { shape, pixels, labels, most } = props;
  if (shape[2] !== 2) return <ImageGrid {...props} />;
  return (
    <div className={gridClass(labels)} style={balancedGrid(labels.length, most, NARROW)}>
      <PointCloud points={pixels} label={text.samples.cloud} />
    </div>
  );
}

function ImageGrid({ shape: [height, width, channels], pixels, labels, most }: SampleGridProps) {
  const images = useMemo(
    () => imagesIn(pixels, height * width * channels).map((bytes) => rgbaOf(bytes, channels)),
    [pixels, height, width, channels],
  );
  return (
    <div className={gridClass(labels)} style={balancedGrid(labels.length, most, NARROW)}>
      {labels.map((label, i) => {
        const rgba = images[i];
        return (
          <figure key={i}>
            {rgba ? (
              <PixelImage width={width} height={height} rgba={rgba} label={text.samples.image(label)} />
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
    <div className={gridClass(labels)} style={balancedGrid(labels.length, most, NARROW)} aria-hidden="true">
      {labels.map((label, i) => (
        <figure key={i}>
          <div className="sample-empty" />
          <figcaption>{label}</figcaption>
        </figure>
      ))}
    </div>
  );
}

function gridClass({ length }: readonly string[]): string {
  return length === 1 ? 'sample-grid balanced sample-single' : 'sample-grid balanced';
}
