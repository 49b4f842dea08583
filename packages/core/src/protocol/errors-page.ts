// The text of docs/errors.md, made from the error table.
import { ERRORS } from './error-table.ts';
import { ERROR_CODES } from './errors.ts';

/** One section per code, so that `docs/errors.md#<code>` is a link. */
export function errorsPage(): string {
  const sections = ERROR_CODES.map((code) => {
    const { help, retryable, closes } = ERRORS[code];
    const retry = retryable ? 'The same attempt may succeed later.' : 'Trying again changes nothing.';
    const close = closes ? 'The connection is closed.' : 'The connection, if there is one, stays open.';
    return `## ${code}\n\n${help}\n\n${retry} ${close}\n`;
  });
  const introduction =
    'Every error of Tessera has a code. What happened stands in the message; what to do stands here. ' +
    'This page is generated from `packages/core/src/protocol/error-table.ts` by `npm run docs:errors`.';
  return `# Errors\n\n${introduction}\n\n${sections.join('\n')}`;
}
