// Twenty images before and after fitting, so that nobody trains on something unexpected.
import { useMemo } from 'react';
import { text } from '../../ui/messages.ts';
import { PixelImage } from '../../ui/PixelImage.tsx';
import { rgbaOf } from '../../ui/pixels.ts';
import type { ImagePreview } from '../../worker/messages.ts';

const PREVIEWS = 20;

interface PreviewStripProps {
  readonly previews: readonly ImagePreview[];
  readonly classes: readonly string[];
  /** [height, width, channels] of the run. */
  readonly shape: readonly [number, number, number];
  /** False for images that had the run's shape from the start: then there is no "before". */
  readonly fitted: boolean;
}

/** A strip that scrolls sideways on narrow screens. */
export function PreviewStrip({ previews, classes, shape, fitted }: PreviewStripProps) {
  const words = text.connect;
  return (
    <figure className="previews">
      <figcaption className="small">
        {fitted ? words.previewTitle : words.previewAsIs}{' '}
        {fitted && (
          <span className="quiet">
            {words.previewWhy(shape[0], shape[2] === 1 ? words.grey : words.colour)}
          </span>
        )}
      </figcaption>
      <ul tabIndex={0} aria-label={words.previewList}>
        {previews.slice(0, PREVIEWS).map((preview, i) => (
          <li key={i}>
            <Preview
              preview={preview}
              label={classes[preview.classIndex] ?? ''}
              shape={shape}
              fitted={fitted}
            />
          </li>
        ))}
      </ul>
    </figure>
  );
}

interface PreviewProps {
  readonly preview: ImagePreview;
  readonly label: string;
  readonly shape: readonly [number, number, number];
  readonly fitted: boolean;
}

function Preview({ preview, label, shape: [height, width, channels], fitted }: PreviewProps) {
  const { before, after, name } = preview;
  const rgba = useMemo(() => rgbaOf(after, channels), [after, channels]);
  const words = text.connect.previewOf(name, label);
  return (
    <div className="preview">
      {fitted && (
        <div className="preview-before">
          <PixelImage
            smooth
            width={before.width}
            height={before.height}
            rgba={before.rgba}
            label={words.before}
          />
        </div>
      )}
      <div className="preview-after">
        <PixelImage width={width} height={height} rgba={rgba} label={words.after} />
      </div>
      <span className="preview-label small quiet">{label}</span>
    </div>
  );
}
