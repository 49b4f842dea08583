// The short Python program that stands beside exported weights and loads them into PyTorch.

/** Name of the program's file. */
export const PYTHON_LOADER_NAME = 'load_tessera.py';

/** Needs PyTorch alone; the networks are built from the block lists in settings.json. */
export const PYTHON_LOADER = `"""Loads networks that Tessera exported into PyTorch.

    from load_tessera import load
    generator = load("generator")                     # an nn.Module in eval mode
    images = generator(torch.randn(4, 100), torch.tensor([0, 1, 2, 3]))   # [4, channels, height, width] in [-1, 1]

Run as a program it draws one image of each class (ten where there are none) into samples.ppm, points into samples.csv.
"""
import json
import struct
from pathlib import Path

import torch
from torch import nn


def read_safetensors(path):
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    body = memoryview(data)[8 + length :]
    tensors = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        tensors[name] = torch.frombuffer(bytearray(body[start:end]), dtype=torch.float32).reshape(entry["shape"])
    return tensors


class Block(nn.Module):
    """One block of a Tessera network; its layers are the ones of settings.json, in their order."""

    def __init__(self, name, layers, tensors):
        super().__init__()
        self.layers = layers
        for layer in layers:
            if "name" in layer:
                weight = tensors[f"{name}.{layer['name']}.weight"]
                setattr(self, layer["name"], self.module(layer, weight.shape))

    @staticmethod
    def module(layer, shape):
        kind = layer["kind"]
        if kind in ("label-vector", "label-plane"):
            return nn.Embedding(shape[0], shape[1])
        if kind == "dense":
            return nn.Linear(shape[1], shape[0])
        if kind == "conv2d":
            return nn.Conv2d(shape[1], shape[0], layer["kernel"], layer["stride"], layer["padding"])
        if kind == "transposed-conv2d":
            return nn.ConvTranspose2d(shape[0], shape[1], layer["kernel"], layer["stride"], layer["padding"])
        if kind == "batch-norm":
            return BatchNorm(shape[0])
        raise ValueError(f"unknown layer {kind}")

    def forward(self, x, labels):
        for layer in self.layers:
            kind = layer["kind"]
            if kind == "label-vector":
                x = torch.cat([x, self.embedding(labels)], 1)
            elif kind == "label-plane":
                x = torch.cat([x, self.embedding(labels).reshape(-1, 1, *x.shape[2:])], 1)
            elif kind == "relu":
                x = torch.relu(x)
            elif kind == "leaky-relu":
                x = nn.functional.leaky_relu(x, layer["slope"])
            elif kind == "tanh":
                x = torch.tanh(x)
            elif kind == "flatten":
                x = x.flatten(1)
            elif kind == "unflatten":
                x = x.reshape(-1, layer["channels"], layer["height"], layer["width"])
            else:
                x = getattr(self, layer["name"])(x)
        return x


class BatchNorm(nn.BatchNorm2d):
    """Normalises units of a vector as well as channels of an image."""

    def _check_input_dim(self, input):
        pass


class Network(nn.Module):
    def __init__(self, blocks, tensors):
        super().__init__()
        self.names = [block["name"] for block in blocks]
        for block in blocks:
            setattr(self, block["name"], Block(block["name"], block["layers"], tensors))

    def forward(self, x, labels):
        for name in self.names:
            x = getattr(self, name)(x, labels)
        return x


def load(which="generator", folder=None):
    """The network "generator" or "discriminator" (which ends in logits) of this folder."""
    folder = Path(folder or Path(__file__).parent)
    settings = json.loads((folder / "settings.json").read_text())
    tensors = read_safetensors(folder / f"{which}.safetensors")
    network = Network(settings[which]["blocks"], tensors)
    missing, unexpected = network.load_state_dict(tensors, strict=False)
    wrong = unexpected + [name for name in missing if not name.endswith("num_batches_tracked")]
    if wrong:
        raise ValueError(f"these do not fit: {wrong}")
    return network.eval()


def main():
    folder = Path(__file__).parent
    settings = json.loads((folder / "settings.json").read_text())
    names = settings["classes"] or ["any"] * 10
    points = settings.get("data") == "points"
    labels = torch.arange(256 if points else len(names)) % len(names)
    with torch.no_grad():
        images = load("generator")(torch.randn(len(labels), settings["zDim"]), labels)
    if points:
        rows = [f"{x},{y}" for x, y in images.reshape(-1, 2).tolist()]
        (folder / "samples.csv").write_text("\\n".join(["x,y", *rows]) + "\\n")
        return print(f"samples.csv: {len(rows)} points")
    strip = torch.cat(list(((images + 1) * 127.5).round().clamp(0, 255).byte()), 2)
    channels, height, width = strip.shape
    pixels = strip.expand(3, height, width).permute(1, 2, 0).contiguous()
    (folder / "samples.ppm").write_bytes(b"P6 %d %d 255\\n" % (width, height) + bytes(pixels.flatten().tolist()))
    print(f"samples.ppm: {', '.join(names)}")


if __name__ == "__main__":
    main()
`;
