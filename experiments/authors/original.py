"""Loads the authors' modules from a checkout and sets them to a reduced setting without editing a file."""

import ast
import hashlib
import importlib
import os
import sys
import types
from pathlib import Path

import numpy as np
import torch
import yaml

from idx import from_pixels, read_set

FILES = ("HuSCFGAN.py", "models.py", "Data/data.py", "Metrics/evaluation.py")
CHANNELS = (256, 128, 64)
ADAM = {"learning_rate": 0.0002, "betas": [0.5, 0.999]}
# Folder name of ours, type name in their evaluation, key in their configs.yaml, data set class in their data.py.
DOMAINS = (
    ("mnist", "mnist", "num_digit_clients", "MNIST"),
    ("fashion-mnist", "fmnist", "num_fashion_clients", "FashionMNIST"),
    ("kmnist", "kmnist", "num_kmnist_clients", "KMNIST"),
    ("notmnist", "notmnist", "num_notmnist_clients", None),
)
DOMAINS_OF_SCENARIO = {1: 1, 2: 1, 3: 2, 4: 2, 5: 2, 6: 4}


class ScaleChannels(ast.NodeTransformer):
    """Multiplies the channel counts 256, 128 and 64 of models.py by the width."""

    def __init__(self, width):
        self.width = width
        self.replaced = 0

    def visit_Constant(self, node):
        if type(node.value) is not int or node.value not in CHANNELS:
            return node
        self.replaced += 1
        return ast.copy_location(ast.Constant(max(1, round(node.value * self.width))), node)


class ByteSet(torch.utils.data.Dataset):
    """An IDX set held as tensors in [-1, 1], in place of their downloaded torchvision sets."""

    def __init__(self, images, labels):
        self.images = torch.from_numpy(from_pixels(images)).unsqueeze(1)
        self.labels = labels.tolist()

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, position):
        return self.images[position], self.labels[position]


def write_config(settings):
    """Writes the configs.yaml that their modules read from the current folder."""
    domains = DOMAINS_OF_SCENARIO[settings.scenario]
    if settings.devices % domains:
        raise SystemExit(f"--devices must be a multiple of {domains}, the domains of scenario {settings.scenario}.")
    clients = {key: settings.devices // domains * (i < domains) for i, (_, _, key, _) in enumerate(DOMAINS)}
    config = {
        "clients": clients,
        "training": {"batch_size": settings.batch},
        "experiment": {"scenario": settings.scenario},
        "optimizer": ADAM,
        "settings": {"local_epochs": 1, "num_rounds": settings.rounds},
    }
    Path("configs.yaml").write_text(yaml.safe_dump(config))
    Path("synthetic_data/HuSCFGAN").mkdir(parents=True, exist_ok=True)


def load_models(repo, width):
    """Their models.py as a module with its channel constants scaled; the file itself stays as it is."""
    path = Path(repo) / "models.py"
    scale = ScaleChannels(width)
    tree = ast.fix_missing_locations(scale.visit(ast.parse(path.read_text())))
    if scale.replaced == 0:
        raise SystemExit(f"{path} holds none of the channel counts {CHANNELS}: is it the right commit?")
    module = types.ModuleType("models")
    exec(compile(tree, str(path), "exec"), module.__dict__)
    return module


def use_data(data, settings, pool):
    """Puts our IDX sets and the seed shift in the places where their data.py downloads and seeds."""

    def idx_set(folder, part, count=None):
        images, labels = read_set(Path(settings.data) / folder, part)
        return ByteSet(images[:count], labels[:count])

    def torchvision_set(folder):
        # Their test loaders are not used here (evaluate.py judges), so only the first call reads the pool.
        return lambda train, **_: idx_set(folder, "train", pool) if train else idx_set(folder, "t10k", 1)

    named = {name: staticmethod(torchvision_set(folder)) for folder, _, _, name in DOMAINS if name}
    data.datasets = type("IdxSets", (), named)
    # They keep 80 % of NotMNIST for training: a larger pool makes its training part as large as the others'.
    data.TransformedPTDataset = lambda _path, **_: idx_set("notmnist", "train", -(-pool * 5 // 4))

    exclude, cap = data.generate_exclusion_dict, data.generate_client_sizes
    total = settings.images * settings.devices
    realised = {"excluded": {}, "caps": {}}

    def exclusions(*args, seed=42, **kwargs):
        found = exclude(*args, seed=seed + settings.seed, **kwargs)
        realised["excluded"].update(found)
        return found

    def sizes(*args, **kwargs):
        realised["caps"] = cap(*args, total_dataset_size=total, seed=42 + settings.seed, **kwargs)
        return realised["caps"]

    data.generate_exclusion_dict, data.generate_client_sizes = exclusions, sizes
    return realised


def load_original(settings, cuts):
    """Their modules at the reduced setting; the current folder must be a scratch folder."""
    write_config(settings)
    repo = str(Path(settings.repo).resolve())
    sys.path.insert(0, repo)
    try:
        models = load_models(repo, settings.width)
        data = importlib.import_module("Data.data")
        algorithm = importlib.import_module("HuSCFGAN")
        evaluation = importlib.import_module("Metrics.evaluation")
    except (ImportError, FileNotFoundError) as error:
        raise SystemExit(f"--repo {settings.repo}: cannot load the authors' code ({error}).") from error
    # The cuts are given, so neither the cost tables nor the genetic search run.
    models.modelCutter = types.SimpleNamespace(get_flops_and_outputs=lambda: (None,) * 5)
    models.CutLayerSelection = types.SimpleNamespace(get_best_cuts=lambda *_: (cuts, None))
    realised = use_data(data, settings, settings.pool or settings.images * settings.devices)
    torch.manual_seed(settings.seed)
    np.random.seed(settings.seed)
    return models, data, algorithm, evaluation, realised


def enter_scratch(folder):
    """Makes the scratch folder that their relative paths need and goes there."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    os.chdir(folder)


def blob_ids(repo):
    """The git blob ids of the files that ran, to compare with `git ls-tree -r COMMIT`."""
    ids = {}
    for name in FILES:
        content = (Path(repo) / name).read_bytes()
        ids[name] = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    return ids
