import { expect, test } from 'vitest';
import { chosenMapping, foundMapping, undecidedFolders, withChoice } from './mapping.ts';
import { asMessage, firstRequest } from './request.ts';

const folders = [
  { name: 'three', count: 20, classIndex: 3 },
  { name: 'misc', count: 4, classIndex: undefined },
];

test('PAGE-20: folders that match a class by name are mapped, the others are asked about', () => {
  expect(chosenMapping(foundMapping(folders))).toEqual([['three', 3]]);
  expect(undecidedFolders(folders, new Map()).map(({ name }) => name)).toEqual(['misc']);
});

test('PAGE-20: a folder that was left out is not asked about again', () => {
  const chosen = withChoice(foundMapping(folders), 'misc', 'skip');
  expect(undecidedFolders(folders, chosen)).toEqual([]);
  expect(chosenMapping(withChoice(chosen, 'three', '7'))).toEqual([
    ['three', 7],
    ['misc', 'skip'],
  ]);
});

test('PAGE-20: a choice can be taken back', () => {
  expect(chosenMapping(withChoice(foundMapping(folders), 'three', ''))).toEqual([]);
});

test('PAGE-21: files are first connected with everything decided by itself and without a copy', () => {
  expect(asMessage(firstRequest([]))).toEqual({ files: [], invert: 'auto', keepCopy: false });
});

test('PAGE-21: one changed choice leaves the others as they are', () => {
  const request = { ...firstRequest([]), mapping: withChoice(new Map(), 'misc', '2'), keepCopy: true };
  expect(asMessage({ ...request, invert: 'yes' })).toEqual({
    files: [],
    invert: true,
    keepCopy: true,
    mapping: [['misc', 2]],
  });
});
