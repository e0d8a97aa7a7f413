// Where the application is served: its own files stand one level below, so that it works below any path that a proxy gives it.

const here = import.meta.url;

/** The path of the start page, such as `/` or `/firebreak/`. */
export const basePath = new URL('..', here).pathname;
/** The API of the Firebreak that serves this page. */
export const apiUrl = `${basePath}api/v1`;
