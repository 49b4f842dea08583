"""Judges folders of synthetic samples, of the authors' code or of ours, by the paper's measures."""

import argparse
import json
import os
import statistics
from pathlib import Path

import torch

from idx import SAMPLES_PREFIX, read_set, sampled_domains
from judge import Judge, classification, confusion, fit, judge_samples

COLUMNS = ("accuracy", "precision", "recall", "f1", "fpr", "score", "publishedScore", "frechet", "asLabelled")
SCORER_FILES = {"mnist": "mnist", "fashion-mnist": "fmnist", "kmnist": "kmnist", "notmnist": "notmnist"}
SCORER_SEED = 0


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--data", required=True, help="folder with the real sets: mnist/, fashion-mnist/ ... in IDX form")
    parser.add_argument("--samples", required=True, nargs="+", metavar="DIR", help="folders with samples-DOMAIN-images-idx3-ubyte.gz and labels")
    parser.add_argument("--epochs", type=int, default=5, help="epochs of the classifier trained on the samples (paper: 15)")
    parser.add_argument("--scorer-epochs", type=int, default=3, help="epochs of the scorer trained on the real training set")
    parser.add_argument("--cache", default=str(Path.home() / ".cache/tessera-judge"), help="folder that keeps the trained scorers")
    parser.add_argument("--published-scorers", metavar="DIR", help="the authors' Metrics folder: score by their trained scorers too")
    parser.add_argument("--seed", type=int, default=0, help="seed of the classifiers")
    parser.add_argument("--score-only", action="store_true", help="leave the classifier out")
    parser.add_argument("--again", action="store_true", help="judge anew where DIR/evaluation.json was made with these settings")
    parser.add_argument("--json", help="also write all results to this file")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def scorer_of(domain, real, settings):
    """The domain's scorer, from the cache or trained now, and its accuracy in per cent on the real test set."""
    folder = Path(settings.cache)
    folder.mkdir(parents=True, exist_ok=True)
    (train_images, train_labels), test = real
    path = folder / f"scorer-{domain}-{len(train_labels)}-{settings.scorer_epochs}.pt"
    if not path.exists():
        print(f"training the scorer of {domain} on {len(train_labels)} real images", flush=True)
        net = fit(0, train_images, train_labels, settings.scorer_epochs, SCORER_SEED)
        part = path.with_suffix(f".{os.getpid()}")
        torch.save({"values": net.state_dict(), "accuracy": classification(confusion(net, *test))["accuracy"]}, part)
        part.replace(path)
    kept = torch.load(path)
    return scorer_from(kept["values"]), kept["accuracy"]


def scorer_from(values):
    """A scorer with the given values."""
    net = Judge(0)
    net.load_state_dict(values)
    return net.eval()


def published_scorer_of(domain, settings):
    """The authors' own trained scorer of a domain, or None where none is asked for or published."""
    if not settings.published_scorers or domain not in SCORER_FILES:
        return None
    path = Path(settings.published_scorers) / f"{SCORER_FILES[domain]}_classifier.pth"
    return scorer_from(torch.load(path, map_location="cpu"))


def evaluate(folder, reals, settings):
    """Every domain of one folder; reads what was judged before with the same settings."""
    how = {"epochs": settings.epochs, "scorerEpochs": settings.scorer_epochs, "seed": settings.seed, "scoreOnly": settings.score_only,
           "publishedScorers": bool(settings.published_scorers)}
    kept = folder / "evaluation.json"
    if kept.exists() and not settings.again:
        before = json.loads(kept.read_text())
        if before["evaluation"] == how:
            return before
    names = sampled_domains(folder)
    if not names:
        raise SystemExit(f"{folder} holds no {SAMPLES_PREFIX}DOMAIN-images-idx3-ubyte.gz: name a run's folder.")
    domains = []
    for name in names:
        if name not in reals:
            real = tuple(read_set(Path(settings.data) / name, part) for part in ("train", "t10k"))
            reals[name] = (real[1], *scorer_of(name, real, settings), published_scorer_of(name, settings))
        test, scorer, accuracy, published = reals[name]
        samples = read_set(folder, f"{SAMPLES_PREFIX}{name}")
        domains.append({"name": name, **judge_samples(samples, test, (scorer, published), settings), "scorerAccuracy": accuracy})
    result = {"evaluation": how, "domains": domains}
    kept.write_text(json.dumps(result, indent=1) + "\n")
    return result


def group_of(folder):
    """The folder's name without its seed: runs of one group differ by the seed only."""
    return folder.name.split("-seed")[0]


def rows_of(results):
    """A row per folder and domain, then mean and standard deviation of each group of several seeds."""
    rows, groups = [], {}
    for folder, result in results:
        for domain in result["domains"]:
            rows.append((folder.name, domain["name"], [domain.get(c) for c in COLUMNS]))
            groups.setdefault((group_of(folder), domain["name"]), []).append(domain)
    for (group, name), members in groups.items():
        if len(members) < 2:
            continue
        for label, measure in (("mean", statistics.mean), ("deviation", statistics.stdev)):
            values = [measure(m[c] for m in members) if c in members[0] else None for c in COLUMNS]
            rows.append((f"{group} {label} of {len(members)}", name, values))
    return rows


def print_table(rows):
    """Rows as a Markdown table."""
    print("| run | domain | " + " | ".join(COLUMNS) + " |")
    print("|" + "---|" * (2 + len(COLUMNS)))
    for run, domain, values in rows:
        print(f"| {run} | {domain} | " + " | ".join("" if v is None else f"{v:.2f}" for v in values) + " |")


def main():
    settings = parse_arguments()
    torch.set_num_threads(settings.threads)
    reals = {}
    folders = [Path(folder).resolve() for folder in settings.samples]
    results = [(folder, evaluate(folder, reals, settings)) for folder in folders]
    print_table(rows_of(results))
    if settings.json:
        runs = [{"samples": folder.name, **result} for folder, result in results]
        Path(settings.json).write_text(json.dumps(runs, indent=1) + "\n")


if __name__ == "__main__":
    main()
