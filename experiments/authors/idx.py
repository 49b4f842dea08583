"""Image sets in the MNIST distribution's IDX form, gzip or plain."""

import gzip
import struct
from pathlib import Path

import numpy as np

IMAGES_MAGIC = 2051
LABELS_MAGIC = 2049
SAMPLES_PREFIX = "samples-"
IMAGES_SUFFIX = "-images-idx3-ubyte.gz"
LABELS_SUFFIX = "-labels-idx1-ubyte.gz"


def read_idx(path):
    """The bytes of an IDX file as an array: [n, height, width] for images, [n] for labels."""
    path = Path(path)
    if not path.exists():
        path = path.with_suffix("") if path.suffix == ".gz" else Path(f"{path}.gz")
    if not path.exists():
        raise SystemExit(f"No file {path}, with or without .gz: name the folder that holds the IDX files.")
    raw = path.read_bytes()
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    magic, count = struct.unpack(">II", raw[:8])
    if magic == LABELS_MAGIC:
        return np.frombuffer(raw, np.uint8, count, 8)
    if magic != IMAGES_MAGIC:
        raise SystemExit(f"{path} is not an IDX file of images or labels (magic number {magic}).")
    height, width = struct.unpack(">II", raw[8:16])
    return np.frombuffer(raw, np.uint8, count * height * width, 16).reshape(count, height, width)


def write_idx(path, values):
    """Writes [n, height, width] images or [n] labels of bytes as a gzip IDX file."""
    magic = IMAGES_MAGIC if values.ndim == 3 else LABELS_MAGIC
    header = struct.pack(f">{1 + values.ndim}I", magic, *values.shape)
    # mtime 0: the same samples give the same file.
    Path(path).write_bytes(gzip.compress(header + values.astype(np.uint8).tobytes(), mtime=0))


def read_set(folder, part):
    """Images and labels of one data set folder; part is "train" or "t10k" (the test set)."""
    folder = Path(folder)
    return read_idx(folder / f"{part}{IMAGES_SUFFIX}"), read_idx(folder / f"{part}{LABELS_SUFFIX}")


def to_pixels(images):
    """Values in [-1, 1] as bytes."""
    return np.clip(np.rint((images * 0.5 + 0.5) * 255), 0, 255).astype(np.uint8)


def from_pixels(images):
    """Bytes as float32 values in [-1, 1], as the authors' Normalize(0.5, 0.5) makes them."""
    return (images.astype(np.float32) / 255 - 0.5) / 0.5


def write_samples(folder, domain, images, labels):
    """Writes the samples of one domain under the names that evaluate.py looks for."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_idx(folder / f"{SAMPLES_PREFIX}{domain}{IMAGES_SUFFIX}", images)
    write_idx(folder / f"{SAMPLES_PREFIX}{domain}{LABELS_SUFFIX}", labels)


def sampled_domains(folder):
    """The domains of which a folder holds samples, sorted by name."""
    found = Path(folder).glob(f"{SAMPLES_PREFIX}*{IMAGES_SUFFIX}")
    return sorted(path.name[len(SAMPLES_PREFIX) : -len(IMAGES_SUFFIX)] for path in found)
