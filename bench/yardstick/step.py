"""The same training step in PyTorch: runs it once for every line that comes in, and answers with its milliseconds."""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Label(nn.Module):
    """Appends a class's embedding to a vector, or to an image as one more channel."""

    def __init__(self, classes, width, plane=None):
        super().__init__()
        self.embedding = nn.Embedding(classes, width)
        self.plane = plane

    def forward(self, x, labels):
        own = self.embedding(labels)
        return torch.cat([x, own.view(-1, 1, *self.plane) if self.plane else own], 1)


class Network(nn.Module):
    """The label's layer and what follows it."""

    def __init__(self, label, layers):
        super().__init__()
        self.label = label
        self.layers = nn.Sequential(*layers)

    def forward(self, x, labels):
        return self.layers(self.label(x, labels))


def make_layer(layer, inputs):
    """One layer of the order, for `inputs` channels or units; the second result is what it makes of them."""
    kind = layer["kind"]
    if kind == "dense":
        return nn.Linear(inputs, layer["outputs"]), layer["outputs"]
    if kind in ("conv2d", "transposed-conv2d"):
        make = nn.Conv2d if kind == "conv2d" else nn.ConvTranspose2d
        own = make(inputs, layer["channels"], layer["kernel"], layer["stride"], layer["padding"])
        return own, layer["channels"]
    if kind == "unflatten":
        shape = (layer["channels"], layer["height"], layer["width"])
        return nn.Unflatten(1, shape), layer["channels"]
    simple = {
        "relu": lambda: nn.ReLU(),
        "leaky-relu": lambda: nn.LeakyReLU(layer["slope"]),
        "tanh": lambda: nn.Tanh(),
    }
    return simple[kind](), inputs


def make_network(network, image_size):
    """A network of the order that came as JSON."""
    first, *rest = [layer for block in network["blocks"] for layer in block["layers"]]
    inputs = network["inputShape"][-1]
    if first["kind"] == "label-vector":
        label, inputs = Label(first["classes"], first["width"]), inputs + first["width"]
    else:
        plane = (image_size, image_size)
        label, inputs = Label(first["classes"], image_size**2, plane), inputs + 1
    layers, flat = [], first["kind"] == "label-vector"
    for layer in rest:
        if layer["kind"] == "batch-norm":
            layers.append((nn.BatchNorm1d if flat else nn.BatchNorm2d)(inputs))
            continue
        if layer["kind"] == "flatten":
            layers.append(nn.Flatten())
            with torch.no_grad():
                probe = nn.Sequential(*layers)(torch.zeros(2, label_channels(network), image_size, image_size))
            inputs, flat = probe.shape[1], True
            continue
        own, inputs = make_layer(layer, inputs)
        flat = flat and layer["kind"] != "unflatten"
        layers.append(own)
    return Network(label, layers)


def label_channels(network):
    return network["inputShape"][-1] + 1


def main():
    order = json.loads(sys.argv[1])
    torch.set_num_threads(order["threads"])
    torch.manual_seed(1)
    batch, spec, rates = order["batch"], order["spec"], order["adam"]
    height, width, channels = spec["imageShape"]
    generator = make_network(spec["generator"], height)
    discriminator = make_network(spec["discriminator"], height)
    settings = {"lr": rates["learningRate"], "betas": (rates["beta1"], rates["beta2"]), "eps": rates["epsilon"]}
    for_generator = torch.optim.Adam(generator.parameters(), **settings)
    for_discriminator = torch.optim.Adam(discriminator.parameters(), **settings)
    images = torch.rand(batch, channels, height, width) * 2 - 1
    z = torch.randn(batch, spec["zDim"])
    labels = torch.arange(batch) % spec["classes"]
    ones, zeros = torch.ones(batch, 1), torch.zeros(batch, 1)
    loss = F.binary_cross_entropy_with_logits

    def step():
        fakes = generator(z, labels)
        fake = loss(discriminator(fakes.detach(), labels), zeros)
        real = loss(discriminator(images, labels), ones)
        for_discriminator.zero_grad()
        (fake + real).backward()
        for_discriminator.step()
        discriminator.requires_grad_(False)
        fooled = loss(discriminator(fakes, labels), ones)
        for_generator.zero_grad()
        fooled.backward()
        for_generator.step()
        discriminator.requires_grad_(True)
        return real.item(), fake.item(), fooled.item()

    print(json.dumps({"version": torch.__version__}), flush=True)
    for _ in sys.stdin:
        start, processor = time.perf_counter(), time.process_time()
        losses = step()
        milliseconds = (time.perf_counter() - start) * 1000
        busy = (time.process_time() - processor) * 1000
        print(json.dumps({"ms": milliseconds, "cpuMs": busy, "losses": losses}), flush=True)


main()
