// Plain-text tables for the terminal.

/** Columns padded to their widest cell; columns in which every body cell is a number stand to the right. */
export function renderTable(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const body = rows.map((row) => row.map(String));
  const widths = header.map((title, column) =>
    Math.max(title.length, ...body.map((row) => (row[column] ?? '').length)),
  );
  const numeric = header.map(
    (_, column) =>
      body.length > 0 && body.every((row) => /^[-+]?[\d.,]+(e[-+]?\d+)?$|^-?$/.test(row[column] ?? '')),
  );
  const line = (cells: readonly string[]) =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? '';
        return numeric[column] ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [line(header), rule, ...body.map(line)].join('\n');
}
