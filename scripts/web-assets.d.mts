// Types of web-assets.mjs, for the test that holds the size of the page.

/** Writes a brotli and a gzip file beside each script and style of the folder that the page was built into. */
export function compressAssets(web: string): void;
/** Bytes of script, gzipped, that load before the start page shows anything. */
export function initialScriptBytes(web: string): number;
