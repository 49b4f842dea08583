// A small classifier of drawn digits, in plain JavaScript, so that its verdict depends on no engine.
import { drawnImages } from '@tessera/core/data';
import { Random } from '@tessera/core/random';

const CLASSES = 10;
const HIDDEN = 48;
const EPOCHS = 5;
const LEARNING_RATE = 0.01;

/**
 * One hidden layer on the pixels of these domains, dark on light turned into light on dark. `accuracy(images, labels)`
 * is the share of images that it takes for their label; `testAccuracy` is that of drawn digits which it has not seen.
 */
export function trainClassifier(domains, seed) {
  const random = new Random(`${seed}/classifier`);
  const train = drawn(domains, { count: 2000, part: 'train', seed });
  const hidden = layer(train.images[0].length, HIDDEN, random);
  const output = layer(HIDDEN, CLASSES, random);
  const order = train.labels.map((_, i) => i);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const rate = LEARNING_RATE / (1 + epoch);
    for (const i of random.shuffle(order)) {
      const activations = hidden.forward(train.images[i]).map((value) => Math.max(0, value));
      const gradient = softmax(output.forward(activations));
      gradient[train.labels[i]] -= 1;
      const back = output.backward(activations, gradient, rate);
      hidden.backward(
        train.images[i],
        back.map((value, h) => (activations[h] > 0 ? value : 0)),
        rate,
      );
    }
  }
  const classOf = (image) => best(output.forward(hidden.forward(image).map((value) => Math.max(0, value))));
  const accuracy = (images, labels) =>
    images.filter((image, i) => classOf(lightOnDark(image)) === labels[i]).length / images.length;
  const test = drawn(domains, { count: 500, part: 'test', seed });
  return { accuracy, testAccuracy: accuracy(test.images, test.labels) };
}

/** A dense layer that steps its own weights as it goes back. */
function layer(inputs, outputs, random) {
  const weights = Float64Array.from(
    { length: outputs * inputs },
    () => random.normal() * Math.sqrt(2 / inputs),
  );
  const biases = new Float64Array(outputs);
  return {
    forward: (input) =>
      Array.from(biases, (bias, o) => {
        let sum = bias;
        for (let i = 0, at = o * inputs; i < inputs; i++, at++) sum += weights[at] * input[i];
        return sum;
      }),
    backward: (input, gradient, rate) => {
      const back = new Array(inputs).fill(0);
      for (let o = 0; o < outputs; o++) {
        if (gradient[o] === 0) continue;
        for (let i = 0, at = o * inputs; i < inputs; i++, at++) {
          back[i] += weights[at] * gradient[o];
          weights[at] -= rate * gradient[o] * input[i];
        }
        biases[o] -= rate * gradient[o];
      }
      return back;
    },
  };
}

/** Most of a drawing is its ground. */
function lightOnDark(image) {
  const mean = image.reduce((sum, value) => sum + value, 0) / image.length;
  return mean > 0 ? image.map((value) => -value) : image;
}

function drawn(domains, { count, part, seed }) {
  const images = [];
  const labels = [];
  for (const domain of domains) {
    const set = drawnImages({ domain, count, part, random: new Random(`${seed}/${domain}`) });
    const size = set.images.length / set.labels.length;
    set.labels.forEach((label, i) => {
      labels.push(label);
      const pixels = set.images.subarray(i * size, (i + 1) * size);
      images.push(lightOnDark(Float64Array.from(pixels, (value) => value / 127.5 - 1)));
    });
  }
  return { images, labels };
}

function softmax(values) {
  const most = Math.max(...values);
  const exponents = values.map((value) => Math.exp(value - most));
  const sum = exponents.reduce((total, value) => total + value, 0);
  return exponents.map((value) => value / sum);
}

function best(values) {
  return values.indexOf(Math.max(...values));
}
