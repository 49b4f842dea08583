// Writes a file of the browser's own storage (OPFS), in any browser's way.

/** The part of a Worker's file handle that TypeScript's library for pages leaves out. */
interface WorkerFileHandle {
  createSyncAccessHandle(): Promise<{
    truncate(size: number): void;
    write(bytes: Uint8Array, options: { readonly at: number }): number;
    flush(): void;
    close(): void;
  }>;
}

/** Writes the whole file; Safari had the Worker's synchronous handle years before `createWritable` (Safari 26). */
export async function writeOriginFile(
  file: FileSystemFileHandle,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  if ('createWritable' in file) {
    const stream = await file.createWritable();
    try {
      await stream.write(bytes);
    } catch (error) {
      await stream.abort();
      throw error;
    }
    await stream.close();
    return;
  }
  const handle = await (file as WorkerFileHandle).createSyncAccessHandle();
  try {
    handle.truncate(0);
    handle.write(bytes, { at: 0 });
    handle.flush();
  } finally {
    handle.close();
  }
}
