// Which class of the run each of the volunteer's folders stands for.
import type { FolderClass } from '../../worker/messages.ts';

/** Folder name to class index or 'skip'; a folder without an entry is not decided yet. */
export type Mapping = ReadonlyMap<string, number | 'skip'>;

/** The mapping that was found by itself: folders whose class the run knows. */
export function foundMapping(folders: readonly FolderClass[]): Mapping {
  return new Map(
    folders.flatMap(({ name, classIndex }) =>
      classIndex === undefined ? [] : [[name, classIndex] as const],
    ),
  );
}

/** The folders that no class was found for and that the volunteer has not decided on. */
export function undecidedFolders(folders: readonly FolderClass[], chosen: Mapping): readonly FolderClass[] {
  return folders.filter((folder) => folder.classIndex === undefined && !chosen.has(folder.name));
}

/** The mapping with one folder's choice changed: a class index, 'skip', or '' for "not decided". */
export function withChoice(mapping: Mapping, folder: string, choice: string): Mapping {
  const changed = new Map(mapping);
  if (choice === '') changed.delete(folder);
  else changed.set(folder, choice === 'skip' ? 'skip' : Number(choice));
  return changed;
}

/** The mapping as the Worker takes it. */
export function chosenMapping(mapping: Mapping): (readonly [string, number | 'skip'])[] {
  return [...mapping];
}
