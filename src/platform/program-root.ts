// Where the program's own files are: package.json, deploy/, dist/. Every module is compiled, or joined with others, two folders below.

/** The folder with package.json; it ends with `/`. */
export const programRoot = new URL('../../', import.meta.url);
