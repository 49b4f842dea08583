// A QR code as crisp squares, always dark on white so that every camera reads it.
import { useMemo } from 'react';
import { encode } from 'uqr';
import { text } from '../../ui/messages.ts';

/** Modules of white around the code that readers need. */
const QUIET_ZONE = 3;

/** The QR code of an address. */
export function QrCode({ url }: { readonly url: string }) {
  const { size, path } = useMemo(() => {
    const code = encode(url, { border: QUIET_ZONE, ecc: 'M' });
    const squares = code.data.flatMap((row, y) =>
      row.flatMap((dark, x) => (dark ? [`M${String(x)} ${String(y)}h1v1h-1z`] : [])),
    );
    return { size: code.size, path: squares.join('') };
  }, [url]);
  return (
    <svg
      className="qr-code"
      viewBox={`0 0 ${String(size)} ${String(size)}`}
      role="img"
      aria-label={text.join.qr(url)}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
