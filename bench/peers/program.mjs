// What the program of every peer does alike: it loads its packages from where they were installed, answers a request once its
// five steps are over, and ends with its parent. Started as a process of its own with `{ folder, databaseUrl, ... }`.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What the parent gave. */
export const given = JSON.parse(process.argv[2]);

/** A package of the folder `given.folder`. */
export async function load(name) {
  const path = createRequire(join(given.folder, 'package.json')).resolve(name);
  const loaded = await import(pathToFileURL(path).href);
  return loaded.default ?? loaded;
}

/** Says that it is ready at `url`; `stop` is called when the parent goes. */
export function ready(url, stop) {
  process.once('disconnect', async () => {
    await Promise.race([stop(), new Promise((resolve) => setTimeout(resolve, 3000))]).catch(() => undefined);
    process.exit();
  });
  process.send({ url });
}

/** Listens; every request is answered when the `run` that it starts is over. */
export async function serve(run, stop) {
  const server = createServer(async (request, response) => {
    request.resume();
    try {
      await run();
      response.writeHead(200).end('{}');
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  ready(`http://127.0.0.1:${server.address().port}`, stop);
}
