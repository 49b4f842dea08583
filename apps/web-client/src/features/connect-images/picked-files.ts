// Files as the volunteer picked or dropped them, folders walked, each with its path.

export interface PickedFile {
  /** With folders, separated by "/". */
  readonly path: string;
  readonly file: File;
}

/** Files that one connection takes at most; a folder of more is cut there. */
export const MOST_FILES = 100_000;

/** The files of an `<input type="file">`; a picked folder gives relative paths. */
export function filesOfInput(list: FileList): PickedFile[] {
  return [...list].slice(0, MOST_FILES).map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** The files of a drop, with folders walked all the way down. */
export async function filesOfDrop(items: DataTransferItemList): Promise<PickedFile[]> {
  // The list is emptied when the event handler returns, so that all entries are taken out at once.
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const found: PickedFile[] = [];
  for (const entry of entries) await walk(entry, found);
  return found;
}

async function walk(entry: FileSystemEntry, found: PickedFile[]): Promise<void> {
  if (found.length >= MOST_FILES) return;
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.push({ path: entry.fullPath.replace(/^\//, ''), file });
    return;
  }
  if (!isFolder(entry)) return;
  const reader = entry.createReader();
  for (;;) {
    // A reader hands out its entries in portions, and an empty one at the end.
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (portion.length === 0) return;
    for (const child of portion) await walk(child, found);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
