// One picture file on its way into the set: checked, decoded, fitted, given the class of its folder.
import { fingerprint } from './bytes.ts';
import type { FolderLedger } from './class-of-folder.ts';
import type { PictureKind } from './file-kind.ts';
import { fitImage, type DecodedImage } from './fit-image.ts';
import type { DataTarget } from './image-set.ts';
import { MAX_PICTURE_PIXELS } from './limits.ts';
import { classFolder, type NamedFile } from './named-file.ts';
import { pictureSize } from './picture-size.ts';
import type { SetBuilder } from './set-builder.ts';

/**
 * Decodes one PNG, JPEG or WebP file, upright; rejects when it is damaged. It may reduce the picture as long as the
 * shorter side keeps DECODED_SIDE pixels.
 */
export type ImageDecoder = (file: NamedFile) => Promise<DecodedImage>;

interface PictureFile {
  readonly path: string;
  readonly content: Uint8Array;
  readonly kind: PictureKind;
}

/** Reads pictures one by one and knows which it has seen. */
export class PictureReader {
  readonly #target: DataTarget;
  readonly #decode: ImageDecoder;
  readonly #folders: FolderLedger;
  readonly #builder: SetBuilder;
  readonly #pathOf = new Map<string, string>();

  constructor(parts: {
    target: DataTarget;
    decode: ImageDecoder;
    folders: FolderLedger;
    builder: SetBuilder;
  }) {
    this.#target = parts.target;
    this.#decode = parts.decode;
    this.#folders = parts.folders;
    this.#builder = parts.builder;
  }

  /** Adds the picture, or returns why it is left out. */
  async add(file: PictureFile): Promise<string | undefined> {
    const size = pictureSize(file.content, file.kind);
    if (size && size.width * size.height > MAX_PICTURE_PIXELS) {
      return `is larger than ${MAX_PICTURE_PIXELS / 1e6} megapixels (${size.width} x ${size.height})`;
    }
    const mark = fingerprint(file.content);
    const twin = this.#pathOf.get(mark);
    if (twin !== undefined) return `is the same picture as ${twin}`;
    const folder = classFolder(file.path, this.#target.classes);
    const classIndex = this.#folders.classOf(folder);
    const wanted = typeof classIndex === 'number';
    const picture = size && (wanted ? await this.#decoded(file) : 'undecoded');
    if (!picture) return 'is a damaged picture';
    this.#pathOf.set(mark, file.path);
    this.#folders.count(folder);
    if (!wanted || picture === 'undecoded') return undefined;
    const pixels = fitImage(picture, this.#target.imageShape);
    const name = file.path.slice(file.path.lastIndexOf('/') + 1);
    this.#builder.add({ name, classIndex, pixels, original: () => picture });
    return undefined;
  }

  /** Undefined for a damaged file: decoders differ in what they say of one, and the volunteer needs one word. */
  async #decoded({ path, content }: PictureFile): Promise<DecodedImage | undefined> {
    try {
      const bytes = () => Promise.resolve(content);
      const picture = await this.#decode({ path, size: content.length, bytes });
      return picture.width > 0 && picture.height > 0 ? picture : undefined;
    } catch {
      return undefined;
    }
  }
}
