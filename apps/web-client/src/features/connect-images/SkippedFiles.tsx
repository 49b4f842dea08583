// The files that were left out, and why.
import { text } from '../../ui/messages.ts';

/** Files named in the list; the rest is in the count. */
const SHOWN = 50;

/** A count that opens to the names. */
export function SkippedFiles({
  skipped,
}: {
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}) {
  return (
    <details className="disclosure skipped">
      <summary>{text.connect.skipped(skipped.length)}</summary>
      <ul className="small" tabIndex={0}>
        {skipped.slice(0, SHOWN).map((file, i) => (
          <li key={`${file.path}-${String(i)}`}>
            <strong>{file.path}</strong> {file.reason}
          </li>
        ))}
      </ul>
    </details>
  );
}
