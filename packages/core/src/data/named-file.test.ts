import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classFolder, cleanPath, filesOfPart, isHidden, partOf, withoutOtherPart } from './named-file.ts';

describe('paths', () => {
  test('DATA-11: a path never leads out of its folder', () => {
    expect(cleanPath('..\\..//etc/./pass\nwd')).toBe('etc/passwd');
    fc.assert(
      fc.property(fc.string(), (path) => {
        const clean = cleanPath(path);
        expect(clean.split('/')).not.toContain('..');
        expect(clean.startsWith('/')).toBe(false);
        expect(cleanPath(clean)).toBe(clean);
      }),
    );
  });

  test('DATA-11: what systems leave behind is hidden', () => {
    const hidden = ['.DS_Store', 'a/.git/x.png', '__MACOSX/a/._x.png', 'a/Thumbs.db', 'Desktop.ini'];
    expect(hidden.filter((path) => !isHidden(path))).toEqual([]);
    expect(isHidden('a/b.c/d.png')).toBe(false);
  });

  test('DATA-13: the nearest folder names the class, a zip counts as a folder', () => {
    expect(classFolder('set/cats/1.png', ['cats'])).toBe('cats');
    expect(classFolder('cats/train/1.png', ['cats'])).toBe('cats');
    expect(classFolder('cats.ZIP/1.png', ['cats'])).toBe('cats');
    expect(classFolder('1.png', ['cats'])).toBe('');
    expect(classFolder('vehicles/Train/1.png', ['train', 'bus'])).toBe('Train');
  });
});

describe('training and test parts', () => {
  test('DATA-17: names of files and folders say which part', () => {
    expect(partOf('mnist/t10k-images-idx3-ubyte.gz', [])).toBe('test');
    expect(partOf('test/train-labels-idx1-ubyte', [])).toBe('train');
    expect(partOf('set/testing/cats/1.png', [])).toBe('test');
    expect(partOf('set/cats/train-1.png', [])).toBeUndefined();
    expect(partOf('vehicles/train/1.png', ['train'])).toBeUndefined();
  });

  test('DATA-17: without a wish the training part is used, or all where there is only one part', () => {
    const files = ['train/a.png', 'test/b.png', 'c.png'].map((path) => ({ path }));
    const of = (part: 'train' | 'test' | undefined, from = files) =>
      filesOfPart(from, { part, classes: [] }).map(({ path }) => path);
    expect(of(undefined)).toEqual(['train/a.png', 'c.png']);
    expect(of('test')).toEqual(['test/b.png']);
    expect(of(undefined, files.slice(1, 2))).toEqual(['test/b.png']);
    expect(of('train', files.slice(1, 2))).toEqual([]);
  });
  test('DATA-17: files marked as the other part are not even read, unmarked ones may hold either', () => {
    const files = ['train.zip', 'test.zip', 'set.zip'].map((path) => ({ path }));
    const of = (part: 'train' | 'test' | undefined, from = files) =>
      withoutOtherPart(from, { part, classes: [] }).map(({ path }) => path);
    expect(of('test')).toEqual(['test.zip', 'set.zip']);
    expect(of(undefined)).toEqual(['train.zip', 'set.zip']);
    expect(of(undefined, files.slice(1))).toEqual(['test.zip', 'set.zip']);
  });
});
