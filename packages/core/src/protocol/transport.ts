// What a transport must offer: an ordered two-way stream of control messages and frames, nothing of training.

/** One thing on the wire: a small JSON message, or a binary frame (`frame.ts`). Contents are not yet trusted. */
export type Packet =
  | { readonly kind: 'control'; readonly message: unknown }
  | { readonly kind: 'frame'; readonly bytes: Uint8Array };

/** One end of a live connection. Packets arrive in the order in which they were sent, or the connection closes. */
export interface Connection {
  /**
   * Hands a packet to the peer. Resolves when the peer's transport has taken it (that is what credits count),
   * rejects with an Error when the connection closes first.
   */
  send(packet: Packet): Promise<void>;
  /** Sets the one receiver of packets; packets that came before are delivered then, in order. */
  onPacket(receiver: (packet: Packet) => void): void;
  /** Sets the one receiver of the close, called exactly once, also when this side closed. */
  onClose(receiver: (reason: string) => void): void;
  /** Closes the connection; later sends reject. */
  close(reason: string): void;
}

/** For a send that nobody waits for: it fails only with its connection, whose close is handled where it is received. */
export function ignoreClosed(): void {
  // Nothing to do here.
}
