"""The paper's evaluation of synthetic images: a scorer trained on real images and a classifier trained on synthetic ones."""

import numpy as np
import torch
from scipy import linalg
from torch import nn

from idx import from_pixels

CLASSES = 10
SCORE_SAMPLES = 4992
BATCH = 64
EPSILON = 1e-12


class Judge(nn.Module):
    """Two convolutions and two linear layers; padding 0 makes the scorer (225,034 values), 1 the classifier (421,642)."""

    def __init__(self, padding):
        super().__init__()
        side = 5 if padding == 0 else 7
        self.conv1 = nn.Conv2d(1, 32, 3, padding=padding)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=padding)
        self.fc1 = nn.Linear(64 * side * side, 128)
        self.fc2 = nn.Linear(128, CLASSES)

    def features(self, x):
        """The 128 values before the last layer."""
        for conv in (self.conv1, self.conv2):
            x = nn.functional.max_pool2d(torch.relu(conv(x)), 2)
        return torch.relu(self.fc1(x.flatten(1)))

    def forward(self, x):
        return self.fc2(self.features(x))


def as_input(images):
    """Bytes [n, 28, 28] as the networks' input [n, 1, 28, 28] in [-1, 1]."""
    return torch.from_numpy(from_pixels(images)).unsqueeze(1)


def fit(padding, images, labels, epochs, seed):
    """A judge trained with Adam 1e-3, batch 64, cross-entropy, as section 4.2 of the paper's code has it."""
    torch.manual_seed(seed)
    net = Judge(padding)
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3)
    x, y = as_input(images), torch.from_numpy(labels.astype(np.int64))
    for _ in range(epochs):
        for chosen in torch.randperm(len(x)).split(BATCH):
            optimiser.zero_grad()
            nn.functional.cross_entropy(net(x[chosen]), y[chosen]).backward()
            optimiser.step()
    return net.eval()


@torch.no_grad()
def in_batches(function, images):
    """The function's values for all images, without keeping gradients."""
    return torch.cat([function(batch) for batch in as_input(images).split(1000)]).double().numpy()


def confusion(net, images, labels):
    """Counts [true class, predicted class]."""
    predicted = in_batches(net, images).argmax(1)
    return np.bincount(labels.astype(int) * CLASSES + predicted, minlength=CLASSES**2).reshape(CLASSES, CLASSES)


def classification(counts):
    """Accuracy and macro precision, recall, F1 and false positive rate in per cent; a ratio over nothing is 0."""

    def ratio(a, b):
        return np.divide(a, b, out=np.zeros(len(a)), where=b > 0)

    hits, true, predicted = np.diag(counts).astype(float), counts.sum(1).astype(float), counts.sum(0).astype(float)
    precision, recall = ratio(hits, predicted), ratio(hits, true)
    values = {
        "accuracy": hits.sum() / counts.sum(),
        "precision": precision.mean(),
        "recall": recall.mean(),
        "f1": ratio(2 * precision * recall, precision + recall).mean(),
        "fpr": ratio(predicted - hits, counts.sum() - true).mean(),
    }
    return {name: 100 * float(value) for name, value in values.items()}


def image_score(logits):
    """exp(mean KL(p(y|x) || mean p(y))): 1 is worst, 10 is best."""
    p = np.exp(logits - logits.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    mean = p.mean(0)
    return float(np.exp((p * (np.log(p + EPSILON) - np.log(mean + EPSILON))).sum(1).mean()))


def frechet(a, b):
    """Fréchet distance of two Gaussians fitted to features [n, 128]."""
    mean = a.mean(0) - b.mean(0)
    cov_a, cov_b = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    # The trace of the root of cov_a cov_b is the sum of the roots of its eigenvalues, all real and not negative.
    values = linalg.eigvals(cov_a @ cov_b).real
    return float(mean @ mean + np.trace(cov_a) + np.trace(cov_b) - 2 * np.sqrt(np.clip(values, 0, None)).sum())


def judge_samples(samples, test, scorers, settings):
    """All measures of one domain's samples; samples and test are pairs of images and labels, scorers ours and (or None) theirs."""
    images, labels = samples
    scorer, published = scorers
    measures = {"samples": len(labels)}
    if not settings.score_only:
        net = fit(1, images, labels, settings.epochs, settings.seed)
        measures |= classification(confusion(net, *test))
    scored = images[:SCORE_SAMPLES]
    measures["score"] = image_score(in_batches(scorer, scored))
    if published:
        measures["publishedScore"] = image_score(in_batches(published, scored))
    measures["frechet"] = frechet(in_batches(scorer.features, images), in_batches(scorer.features, test[0]))
    agreed = in_batches(scorer, images).argmax(1) == labels
    return measures | {"asLabelled": 100 * float(agreed.mean())}
