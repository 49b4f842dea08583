// Small helpers on bytes.

/** The pieces one after the other. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Length and two independent 32-bit hashes (FNV-1a and its mirror image): equal for equal files only, in practice. */
export function fingerprint(bytes: Uint8Array): string {
  let forward = 0x811c9dc5;
  let backward = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) {
    forward = Math.imul(forward ^ (bytes[i] ?? 0), 0x01000193);
    backward = Math.imul(backward ^ (bytes[bytes.length - 1 - i] ?? 0), 0x01000193);
  }
  return `${bytes.length}-${forward >>> 0}-${backward >>> 0}`;
}
