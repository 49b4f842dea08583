"""The nine Gaussians in PyTorch: the networks and settings of tiers-gaussians.yaml, thousands of updates in seconds.

Written for one question: why does the global generator of FR sync sit on one mode? It tries what the simulator has no
time for: other readings of the weights and of the loss, more updates, more local iterations. One device a community.

    python many-updates.py --updates 3000 --seeds 5
    python many-updates.py --method fr --weights equal --local 20
"""

import argparse
import math

import torch
from torch.nn.functional import leaky_relu, softplus

SIDE, SPACING, DEVIATION = 3, 0.6, 0.05
MODES = SIDE * SIDE
NOISE, UNITS, HIDDEN, BATCH = 8, 64, 4, 64
MEANS = torch.tensor([[(c - 1) * SPACING, (r - 1) * SPACING] for r in range(SIDE) for c in range(SIDE)])

# method, weights of the communities, local iterations between two merges, the generator's loss
CASES = [
    ("fr", "softmax", 5, "non-saturating"),
    ("fr", "softmax", 20, "non-saturating"),
    ("fr", "equal", 20, "non-saturating"),
    ("fr", "literal", 20, "literal"),
    ("md-gan", "equal", 1, "non-saturating"),
    ("fed-gan", "equal", 5, "non-saturating"),
    ("centralised", "equal", 1, "non-saturating"),
]


def network(copies, sizes, random):
    """`copies` dense networks that begin alike, PyTorch's default initialisation: weights and biases in turn."""
    parameters = []
    for inputs, outputs in zip(sizes[:-1], sizes[1:]):
        bound = 1 / math.sqrt(inputs)
        for shape in ((inputs, outputs), (1, outputs)):
            one = (torch.rand(*shape, generator=random) * 2 - 1) * bound
            parameters.append(one.repeat(copies, 1, 1).requires_grad_())
    return parameters


def forward(parameters, x, slope):
    """x: [copies, rows, inputs]."""
    layers = len(parameters) // 2
    for i in range(layers):
        x = torch.baddbmm(parameters[2 * i + 1], x, parameters[2 * i])
        if i < layers - 1:
            x = leaky_relu(x, slope)
    return x


def coverage(points):
    """Modes with a tenth of an equal share of the points within three deviations; share of points near any mode."""
    near = (points[:, None] - MEANS).norm(dim=2) < 3 * DEVIATION
    hit = near.sum(0) >= 0.1 * len(points) / MODES
    return int(hit.sum()), near.any(1).float().mean().item()


@torch.no_grad()
def average(parameters, weights):
    for p in parameters:
        p.copy_((p * weights[:, None, None]).sum(0, keepdim=True).expand_as(p))


def train(method, weighing, local, loss, updates, seed, rate):
    """What the global generator covers at the end, and what the generators cover together before their last merge."""
    random = torch.Generator().manual_seed(seed)
    judges = 1 if method == "centralised" else MODES
    drawers = MODES if method in ("fr", "fed-gan") else 1
    generator = network(drawers, [NOISE] + [UNITS] * HIDDEN + [2], random)
    discriminator = network(judges, [2] + [UNITS] * HIDDEN + [1], random)
    adam = [torch.optim.Adam(n, lr=rate, betas=(0.5, 0.999)) for n in (generator, discriminator)]
    normal = lambda *shape: torch.randn(*shape, generator=random)
    scores = torch.zeros(judges)

    def draw(rows):
        z = normal(judges, rows, NOISE)
        x = forward(generator, z.reshape(drawers, -1, NOISE), 0.0)
        return torch.tanh(x).reshape(judges, rows, 2)

    def sample(rows=4500):
        with torch.no_grad():
            return torch.tanh(forward(generator, normal(drawers, rows // drawers, NOISE), 0.0)).reshape(-1, 2)

    together = (0, 0.0)
    for update in range(1, updates + 1):
        if method == "centralised":
            centre = MEANS[torch.randint(MODES, (1, BATCH), generator=random)]
        else:
            centre = MEANS[:, None]
        real = centre + DEVIATION * normal(judges, BATCH, 2)
        with torch.no_grad():
            fake = draw(BATCH)
        judged = softplus(-forward(discriminator, real, 0.2)) + softplus(forward(discriminator, fake, 0.2))
        adam[1].zero_grad()
        judged.mean((1, 2)).sum().backward()
        adam[1].step()

        logits = forward(discriminator, draw(BATCH), 0.2)
        realism = -softplus(-logits if loss == "non-saturating" else logits).mean((1, 2))
        objective = -realism if loss == "non-saturating" else realism  # the printed loss is descended
        adam[0].zero_grad()
        (objective.sum() if drawers == judges else objective.mean()).backward()
        adam[0].step()
        scores += realism.detach()

        if drawers > 1 and update % local == 0:
            together = coverage(sample())
            equal = torch.full((MODES,), 1 / MODES)
            average(generator, equal if weighing == "equal" else torch.softmax(scores / local, 0))
            if method == "fed-gan":
                average(discriminator, equal)
            scores.zero_()
    alone = coverage(sample())
    return alone, together if drawers > 1 else alone


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--updates", type=int, default=3000)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--method", choices=["fr", "md-gan", "fed-gan", "centralised"])
    parser.add_argument("--weights", choices=["softmax", "equal", "literal"], default="softmax")
    parser.add_argument("--local", type=int, default=5)
    parser.add_argument("--loss", choices=["non-saturating", "literal"], default="non-saturating")
    wanted = parser.parse_args()
    torch.set_num_threads(1)
    cases = [(wanted.method, wanted.weights, wanted.local, wanted.loss)] if wanted.method else CASES
    print("method       weights  local  loss            global: modes, near    before merging: modes, near")
    for method, weights, local, loss in cases:
        seeds = range(1, wanted.seeds + 1)
        found = [train(method, weights, local, loss, wanted.updates, seed, wanted.rate) for seed in seeds]
        columns = []
        for kind in (0, 1):
            modes = " ".join(str(result[kind][0]) for result in found)
            near = sum(result[kind][1] for result in found) / len(found)
            columns.append(f"{modes}  {near:.2f}")
        print(f"{method:12} {weights:8} {local:5}  {loss:14}  {columns[0]:22}  {columns[1]}", flush=True)


if __name__ == "__main__":
    main()
