// The image sets that Tessera knows by name: what they are, whose they are, and where they come from.
import type { ImageShape } from '@tessera/core/data';

/** One file as its publisher offers it. */
export interface PublishedFile {
  readonly name: string;
  readonly url: string;
  /** The publisher's own MD5, where there is one. */
  readonly md5?: string;
}

/** How the publisher packs a set; `idx` needs no conversion. */
export type SetForm = 'idx' | 'cifar-10' | 'svhn' | 'medmnist' | 'notmnist';

/** A public image set. */
export interface KnownSet {
  /** Its name in experiment files, and its folder below --data. */
  readonly name: string;
  readonly title: string;
  readonly what: string;
  readonly shape: ImageShape;
  readonly classes: readonly string[];
  /** Images in the publisher's training and test parts. */
  readonly train: number;
  readonly test: number;
  /** True where the publisher makes no such parts, and 80 % and 20 % are drawn at random. */
  readonly splitHere?: boolean;
  /** What is downloaded, in megabytes. */
  readonly megabytes: number;
  readonly licence: string;
  readonly home: string;
  readonly form: SetForm;
  readonly files: readonly PublishedFile[];
}

const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
const MNIST_SHAPE = { shape: [28, 28, 1], train: 60_000, test: 10_000, form: 'idx' } as const;

/** The names of the four files of MNIST and its relatives, training part first. */
export const IDX_NAMES = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
] as const;

function idxFiles(base: string, sums: readonly [string, string, string, string]): PublishedFile[] {
  return IDX_NAMES.map((name, i) => ({
    name: `${name}.gz`,
    url: `${base}/${name}.gz`,
    md5: sums[i] ?? '',
  }));
}

function medMnist(name: string, md5: string): Pick<KnownSet, 'form' | 'files' | 'home'> {
  return {
    form: 'medmnist',
    home: 'https://medmnist.com/',
    files: [
      {
        name: `${name}.npz`,
        url: `https://zenodo.org/records/10519652/files/${name}.npz?download=1`,
        md5,
      },
    ],
  };
}

/** Every known set, in the order in which they are listed. */
export const KNOWN_SETS: readonly KnownSet[] = [
  {
    ...MNIST_SHAPE,
    name: 'mnist',
    title: 'MNIST',
    what: 'handwritten digits',
    classes: DIGITS,
    megabytes: 12,
    licence: 'CC BY-SA 3.0',
    home: 'http://yann.lecun.com/exdb/mnist/',
    files: idxFiles('https://ossci-datasets.s3.amazonaws.com/mnist', [
      'f68b3c2dcbeaaa9fbdd348bbdeb94873',
      'd53e105ee54ea40749a09fcbcd1e9432',
      '9fb629c4189551a2d022fa330f9573f3',
      'ec29112dd5afa0611ce80d1b7f02629c',
    ]),
  },
  {
    ...MNIST_SHAPE,
    name: 'fashion-mnist',
    title: 'Fashion-MNIST',
    what: 'garments',
    classes: [
      'T-shirt/top',
      'Trouser',
      'Pullover',
      'Dress',
      'Coat',
      'Sandal',
      'Shirt',
      'Sneaker',
      'Bag',
      'Ankle boot',
    ],
    megabytes: 31,
    licence: 'MIT',
    home: 'https://github.com/zalandoresearch/fashion-mnist',
    files: idxFiles('http://fashion-mnist.s3-website.eu-central-1.amazonaws.com', [
      '8d4fb7e6c68d591d4c3dfef9ec88bf0d',
      '25c81989df183df01b3e8a0aad5dffbe',
      'bef4ecab320f06d8554ea6380940ec79',
      'bb300cfdad3c16e7a12a480ee83cd310',
    ]),
  },
  {
    ...MNIST_SHAPE,
    name: 'kmnist',
    title: 'KMNIST',
    what: 'cursive Japanese characters',
    classes: ['o', 'ki', 'su', 'tsu', 'na', 'ha', 'ma', 'ya', 're', 'wo'],
    megabytes: 21,
    licence: 'CC BY-SA 4.0',
    home: 'http://codh.rois.ac.jp/kmnist/',
    files: idxFiles('http://codh.rois.ac.jp/kmnist/dataset/kmnist', [
      'bdb82020997e1d708af4cf47b453dcf7',
      'e144d726b3acfaa3e44228e80efcd344',
      '5c965bf0a639b31b8f53240b1b52f4d7',
      '7320c461ea6c1c855c0b718fb2a4b134',
    ]),
  },
  {
    name: 'notmnist',
    title: 'notMNIST',
    what: 'letters A to J in many typefaces (the hand-cleaned small set)',
    shape: [28, 28, 1],
    classes: ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J'],
    train: 14_979,
    test: 3_745,
    splitHere: true,
    megabytes: 8,
    licence: 'none stated',
    home: 'http://yaroslavvb.blogspot.com/2011/09/notmnist-dataset.html',
    form: 'notmnist',
    files: [
      {
        name: 'notMNIST_small.tar.gz',
        url: 'http://yaroslavvb.com/upload/notMNIST/notMNIST_small.tar.gz',
      },
    ],
  },
  {
    name: 'cifar-10',
    title: 'CIFAR-10',
    what: 'small colour photographs',
    shape: [32, 32, 3],
    classes: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
    train: 50_000,
    test: 10_000,
    megabytes: 170,
    licence: 'none stated; cite Krizhevsky 2009',
    home: 'https://www.cs.toronto.edu/~kriz/cifar.html',
    form: 'cifar-10',
    files: [
      {
        name: 'cifar-10-binary.tar.gz',
        url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
        md5: 'c32a1d4ab5d03f1284b67883e8d87530',
      },
    ],
  },
  {
    name: 'svhn',
    title: 'SVHN',
    what: 'house numbers in colour photographs (cropped digits)',
    shape: [32, 32, 3],
    classes: DIGITS,
    train: 73_257,
    test: 26_032,
    megabytes: 246,
    licence: 'for non-commercial use only',
    home: 'http://ufldl.stanford.edu/housenumbers/',
    form: 'svhn',
    files: [
      {
        name: 'train_32x32.mat',
        url: 'http://ufldl.stanford.edu/housenumbers/train_32x32.mat',
        md5: 'e26dedcc434d2e4c54c9b2d4a06d8373',
      },
      {
        name: 'test_32x32.mat',
        url: 'http://ufldl.stanford.edu/housenumbers/test_32x32.mat',
        md5: 'eb5a983be6a315427106f1b164d9cef3',
      },
    ],
  },
  {
    ...medMnist('bloodmnist', '7053d0359d879ad8a5505303e11de1dc'),
    name: 'bloodmnist',
    title: 'BloodMNIST',
    what: 'blood cells under the microscope (MedMNIST)',
    shape: [28, 28, 3],
    classes: [
      'basophil',
      'eosinophil',
      'erythroblast',
      'immature granulocyte',
      'lymphocyte',
      'monocyte',
      'neutrophil',
      'platelet',
    ],
    train: 11_959,
    test: 3_421,
    megabytes: 35,
    licence: 'CC BY 4.0',
  },
  {
    ...medMnist('dermamnist', '0744692d530f8e62ec473284d019b0c7'),
    name: 'dermamnist',
    title: 'DermaMNIST',
    what: 'skin lesions (MedMNIST)',
    shape: [28, 28, 3],
    classes: [
      'actinic keratosis',
      'basal cell carcinoma',
      'benign keratosis',
      'dermatofibroma',
      'melanoma',
      'melanocytic nevus',
      'vascular lesion',
    ],
    train: 7_007,
    test: 2_005,
    megabytes: 20,
    licence: 'CC BY-NC 4.0',
  },
];

/** The set of that name; undefined for any other word. */
export function knownSet(name: string): KnownSet | undefined {
  return KNOWN_SETS.find((set) => set.name === name.toLowerCase());
}
