// RegGAN: all images in one place, of several domains, with pairs of generated images held to the same content.
import { centralised } from './local-only.ts';
import type { Strategy } from './strategy.ts';

/**
 * Mao and Li, arXiv 1805.02456. The weights are those of the authors' MNIST and inverse MNIST (github.com/xudonmao/RegCGAN,
 * mnist_inv/main.py: 0.1 for the generator, 0.00001 for the discriminator), there of half the sum of the squared distances of
 * a batch of 32 pairs, here of half their mean. Networks are the run's, as for all methods of a table: theirs tell every layer
 * of the generator the domain, ours the first alone, and there the sum leaves no domain to tell (after 200 steps of MNIST and
 * its inverse 62 % of the images were as bright as their domain; with the mean all).
 */
export const regGan: Strategy = {
  ...centralised,
  name: 'reg-gan',
  title: 'RegGAN',
  paper:
    'Mao, Li: Unpaired Multi-Domain Image Generation via Regularized Conditional GANs, 2018, arXiv 1805.02456',
  regularised: { generator: 0.1, discriminator: 1e-5 },
};
