// A small image drawn pixel by pixel and shown large and crisp.
import { useEffect, useRef } from 'react';
import './pixel-image.css';

interface PixelImageProps {
  readonly width: number;
  readonly height: number;
  /** RGBA bytes. */
  readonly rgba: Uint8ClampedArray;
  readonly label: string;
  /** Photos are smoothed; generated images stay crisp. */
  readonly smooth?: boolean;
}

/** One image on a canvas of its own size; the style sheet enlarges it. */
export function PixelImage({ width, height, rgba, label, smooth = false }: PixelImageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(width, height);
    image.data.set(rgba);
    context.putImageData(image, 0, 0);
  }, [width, height, rgba]);
  return (
    <canvas
      ref={canvas}
      className={smooth ? 'pixel-image pixel-image-smooth' : 'pixel-image'}
      width={width}
      height={height}
      role="img"
      aria-label={label}
    />
  );
}
