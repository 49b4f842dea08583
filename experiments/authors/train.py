"""Trains the authors' HuSCF-GAN, by their own modules, at a reduced setting and writes samples and a log."""

import argparse
import json
import math
import time
from pathlib import Path

import torch

import original
from idx import to_pixels, write_samples

# The best cuts of the seven profiles of the paper, dealt to the devices in turn.
MIXED_CUTS = "0000,1111,1111,1111,0010,1110,1111"
WARM_UP_ROUNDS = 2


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--repo", required=True, help="checkout of youssefga28/HuSCF-GAN")
    parser.add_argument("--data", required=True, help="folder with mnist/, fashion-mnist/, kmnist/, notmnist/ in IDX form")
    parser.add_argument("--out", required=True, help="folder for samples and log.json")
    parser.add_argument("--scenario", type=int, required=True, choices=range(1, 7))
    parser.add_argument("--devices", type=int, default=8)
    parser.add_argument("--images", type=int, default=600, help="base cap of images per device")
    parser.add_argument("--pool", type=int, help="images a domain shares out (default: images x devices, as the authors' 60,000)")
    parser.add_argument("--steps-per-round", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--width", type=float, default=0.25, help="factor on the channels 256, 128, 64")
    parser.add_argument("--cuts", default="0000", help='"mixed", or tuples gHead gTail dHead dTail like "0000,1110", dealt in turn')
    parser.add_argument("--seed", type=int, default=0, help="shifts the authors' partition seeds and seeds PyTorch and NumPy")
    parser.add_argument("--same-start", action="store_true", help="all devices begin with the first one's weights, as ours do")
    parser.add_argument("--previews", action="store_true", help="also run their preview pictures, which move running statistics")
    parser.add_argument("--samples", type=int, default=6000, help="samples per domain")
    parser.add_argument("--snapshot-every", type=int, default=0, help="also write samples every so many rounds (0: never)")
    parser.add_argument("--snapshot-samples", type=int, default=1024)
    parser.add_argument("--threads", type=int, default=1)
    settings = parser.parse_args()
    settings.data, settings.out, settings.repo = (str(Path(p).resolve()) for p in (settings.data, settings.out, settings.repo))
    return settings


def read_cuts(text, devices):
    """One tuple of four bits per device."""
    tuples = (MIXED_CUTS if text == "mixed" else text).split(",")
    if not all(len(bits) == 4 and set(bits) <= {"0", "1"} for bits in tuples):
        raise SystemExit(f'--cuts "{text}": give "mixed" or groups of four bits, like "0000,1110".')
    return [tuple(int(bit) for bit in tuples[i % len(tuples)]) for i in range(devices)]


class Run:
    """The authors' networks, optimisers and loaders, and what a round does with them."""

    def __init__(self, settings, cuts):
        self.settings = settings
        self.models, data, self.algorithm, self.evaluation, self.realised = original.load_original(settings, cuts)
        self.loaders, self.sizes = data.get_data_loaders()[:2]
        (self.g1, self.g2, self.sg, self.d1, self.d2, self.sd, self.og1, self.og2, self.osg, self.od1, self.od2, self.osd,
         self.gen_layers, self.disc_layers, self.smallest, self.cuts, self.indices, _) = self.models.get_models(torch.device("cpu"))
        self.domains = original.DOMAINS[: original.DOMAINS_OF_SCENARIO[settings.scenario]]
        if settings.same_start:
            for segments in (self.g1, self.g2, self.d1, self.d2):
                for segment in segments[1:]:
                    segment.load_state_dict(segments[0].state_dict())

    def step(self, cluster):
        """One of their training steps: every device draws a batch afresh, as in their loop."""
        batches = [next(iter(loader)) for loader in self.loaders]
        return self.algorithm.train_step(
            [labels for _, labels in batches], self.g1, self.g2, self.sg, self.d1, self.d2, self.sd,
            self.og1, self.og2, self.osg, self.od2, self.od1, self.osd,
            [images for images, _ in batches], torch.device("cpu"), self.cuts, cluster=cluster, n_clusters=len(self.domains))

    def federate(self, round_index, labels, scores, global_scores):
        """Their averaging; plain over all devices in the first two rounds, as in their train.py."""
        if round_index < WARM_UP_ROUNDS:
            labels, scores, global_scores = dict.fromkeys(range(self.settings.devices), 0), {}, {}
        self.algorithm.federated_averaging(
            self.g1, self.g2, self.d1, self.d2, self.sg, self.sd, self.sizes, self.gen_layers, self.disc_layers, self.smallest,
            labels=labels, clients_scores=scores, global_scores=global_scores, alpha=1)
        return [int(labels[i]) for i in range(self.settings.devices)]

    @torch.no_grad()
    def preview(self):
        """Their preview pictures of every fourth device, made in training mode: only the running statistics matter."""
        for i in range(0, self.settings.devices, 4):
            allowed = torch.tensor([c for c in range(10) if c not in self.realised["excluded"].get(i, [])])
            labels = allowed[torch.randint(0, len(allowed), (64,))]
            first = self.g1[i].additional_layers_count - self.indices[0]
            last = len(self.models.Generator_extra_layers) - self.g2[i].additional_layers_count - self.indices[0] - 1
            self.g2[i](self.sg.forward_c(self.g1[i](torch.randn(64, 100), labels), [first, last]))

    def write(self, folder, count):
        """Samples of every domain's first device by their generator of classifier data; training's chance stays untouched."""
        per_domain = self.settings.devices // len(self.domains)
        with torch.random.fork_rng(devices=[]):
            for index, (name, kind, _, _) in enumerate(self.domains):
                device = index * per_domain
                self.evaluation.generate_classifier_data(
                    self.g1[device], self.g2[device], self.sg, torch.device("cpu"), self.indices,
                    self.models.Generator_extra_layers, num_samples=count, type=kind)
                saved = Path(f"synthetic_data/HuSCFGAN/scenario_{self.settings.scenario}_{kind}.pt")
                images, labels = torch.load(saved)
                saved.unlink()
                write_samples(folder, name, to_pixels(images.squeeze(1).numpy()), labels.numpy())


def train(run, settings, log, save):
    """All rounds; the log holds a round's mean losses, its clusters and its seconds per step."""
    for index in range(settings.rounds):
        losses, started, cpu_started = [], time.perf_counter(), time.process_time()
        for step in range(settings.steps_per_round):
            *loss, labels, scores, global_scores = run.step(cluster=step == settings.steps_per_round - 1)
            losses.append(torch.stack(loss).detach())
        seconds = (time.perf_counter() - started) / settings.steps_per_round
        cpu_seconds = (time.process_time() - cpu_started) / settings.steps_per_round
        found = [int(labels[i]) for i in range(settings.devices)]
        if settings.previews:
            run.preview()
        used = run.federate(index, labels, scores, global_scores)
        real, fake, generator = torch.stack(losses).mean(0).tolist()
        log["rounds"].append({
            "round": index, "lossReal": real, "lossFake": fake, "lossGenerator": generator, "clustersFound": found, "clustersUsed": used,
            # A device alone in its cluster has no divergence (theirs is NaN); its weight is 1.
            "kld": [scores[i] if math.isfinite(scores[i]) else None for i in range(settings.devices)],
            "secondsPerStep": seconds, "cpuSecondsPerStep": cpu_seconds})
        print(f"round {index + 1}/{settings.rounds}: losses real {real:.3f} fake {fake:.3f} generator {generator:.3f}, "
              f"clusters {used}, {seconds:.3f} s ({cpu_seconds:.3f} s of processor) per step", flush=True)
        save()
        if settings.snapshot_every and (index + 1) % settings.snapshot_every == 0 and index + 1 < settings.rounds:
            run.write(Path(settings.out) / f"round-{index + 1:02d}", settings.snapshot_samples)


def main():
    settings = parse_arguments()
    torch.set_num_threads(settings.threads)
    cuts = read_cuts(settings.cuts, settings.devices)
    out = Path(settings.out)
    original.enter_scratch(out / "scratch")
    run = Run(settings, cuts)
    kept = {k: v for k, v in vars(settings).items() if k not in ("repo", "data", "out")}
    log = {"settings": kept, "originalFiles": original.blob_ids(settings.repo), "torch": torch.__version__, "sizes": run.sizes, **run.realised, "rounds": []}

    def save():
        (out / "log.json").write_text(json.dumps(log, indent=1, allow_nan=False) + "\n")

    started = time.perf_counter()
    train(run, settings, log, save)
    run.write(out, settings.samples)
    log["seconds"] = time.perf_counter() - started
    save()
    print(f"samples and log.json are in {out}")


if __name__ == "__main__":
    main()
