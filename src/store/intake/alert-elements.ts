// How SQL goes through the alerts of a stored delivery. Whatever somebody has put there by hand, no statement fails for it.

/** The elements of a JSON column, as a table of JSON values; none where it holds no array. */
export const elementsOf = (column: string): string =>
  `json_array_elements(CASE json_typeof(${column}) WHEN 'array' THEN ${column} ELSE '[]' END)`;
