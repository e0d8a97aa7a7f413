// Entry of scripts/dashboards.mjs: the dashboards as files, by name.
import { boardFile } from './dashboard.ts';
import { debug } from './debug.ts';
import { executive } from './executive.ts';
import { onCall } from './on-call.ts';

/** Text by the name of the file in deploy/grafana/dashboards. */
export const files: ReadonlyMap<string, string> = new Map(
  [executive, onCall, debug].map((board) => [`${board.uid}.json`, boardFile(board)]),
);
