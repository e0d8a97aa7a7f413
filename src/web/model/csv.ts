// A CSV file as rows of a table (RFC 4180). Pure; a cell is text, whatever it begins with.

/** Rows that are shown, its head among them, and whether there are more. */
export type CsvTable = { readonly rows: readonly (readonly string[])[]; readonly more: boolean };

type Reading = { rows: string[][]; row: string[]; cell: string; quoted: boolean };

function endCell(reading: Reading): void {
  reading.row.push(reading.cell);
  reading.cell = '';
}

function endRow(reading: Reading): void {
  endCell(reading);
  if (reading.row.length > 1 || reading.row[0] !== '') reading.rows.push(reading.row);
  reading.row = [];
}

/** Reads one character; answers how many it took. */
function take(reading: Reading, text: string, at: number): number {
  const char = text[at] ?? '';
  if (reading.quoted) {
    if (char !== '"') reading.cell += char;
    else if (text[at + 1] === '"') {
      reading.cell += '"';
      return 2;
    } else reading.quoted = false;
  } else if (char === '"' && reading.cell === '') reading.quoted = true;
  else if (char === ',') endCell(reading);
  else if (char === '\n') endRow(reading);
  else if (char !== '\r') reading.cell += char;
  return 1;
}

/** The first `limit` rows; a quote that is never closed ends with the text. */
export function csvTable(text: string, limit: number): CsvTable {
  const reading: Reading = { rows: [], row: [], cell: '', quoted: false };
  let at = 0;
  while (at < text.length && reading.rows.length <= limit) at += take(reading, text, at);
  if (at >= text.length && (reading.cell !== '' || reading.row.length > 0)) endRow(reading);
  return { rows: reading.rows.slice(0, limit), more: reading.rows.length > limit || at < text.length };
}
