/** Rows of a CSV text (RFC 4180): quoted fields may hold commas, quotes and line breaks. Empty lines are left out. */
export const readCsv = (text: string): readonly (readonly string[])[] => {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  const endRow = (): void => {
    row.push(field);
    if (row.some((cell) => cell !== '')) rows.push(row);
    row = [];
    field = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (quoted) {
      if (sign !== '"') field += sign;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === ',') {
      row.push(field);
      field = '';
    } else if (sign === '\n') endRow();
    else if (sign !== '\r' && sign !== '\uFEFF') field += sign;
  }
  endRow();
  return rows;
};
