import { describe, expect, test } from 'vitest';
import { DATA_ERROR_CODES } from '../data/index.ts';
import { ERRORS } from './error-table.ts';
import { asTesseraError, ERROR_CODES, isErrorCode, TesseraError } from './errors.ts';
import { errorsPage } from './errors-page.ts';

describe('the error table', () => {
  test.each(ERROR_CODES)('ERR-1: %s says in whole sentences what to do', (code) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(code.length).toBeLessThanOrEqual(40);
    expect(ERRORS[code].help).toMatch(/^[A-Z].{15,}\.$/);
  });

  test('ERR-2: an error carries its code, its cause and the facts of the table', () => {
    const cause = new Error('inner');
    const error = new TesseraError('run-full', 'All 64 places are taken.', { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'TesseraError',
      message: 'All 64 places are taken.',
      code: 'run-full',
      cause,
    });
    expect({ retryable: error.retryable, closes: error.closes, help: error.help }).toEqual(
      ERRORS['run-full'],
    );
  });

  test('ERR-3: only codes of the table are codes', () => {
    for (const code of ERROR_CODES) expect(isErrorCode(code)).toBe(true);
    for (const text of ['', 'no-such-code', '__proto__', 'toString', 'constructor'])
      expect(isErrorCode(text)).toBe(false);
  });

  test('ERR-4: a foreign error becomes server-error and shows nothing of its inside', () => {
    const foreign = asTesseraError(new Error('secret path'));
    expect(foreign.code).toBe('server-error');
    expect(foreign.message).not.toContain('secret');
    const own = new TesseraError('not-host', 'x');
    expect(asTesseraError(own)).toBe(own);
  });

  test('ERR-6: every code of the data readers is in the table', () => {
    for (const code of DATA_ERROR_CODES) expect(isErrorCode(code)).toBe(true);
  });

  test('ERR-5: docs/errors.md is the page made from the table', async () => {
    await expect(errorsPage()).toMatchFileSnapshot('../../../../docs/errors.md');
  });
});
