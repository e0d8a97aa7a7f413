// Runs many commands of the built command line one after the other in this one process, each in its folder, and prints how each ended as
// one document. For commands that leave nothing behind in the process; starting it anew for each takes most of a second.
import { readFileSync } from 'node:fs';
import { runWords } from '../../../dist/cli/session/run-words.js';

const ends = [];
const print = process.stdout.write.bind(process.stdout);
for (const { words, cwd } of JSON.parse(readFileSync(0, 'utf8'))) {
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'])
    process[stream].write = (text) => {
      said[stream] += text;
      return true;
    };
  process.chdir(cwd);
  process.exitCode = undefined;
  const code = await runWords(words);
  ends.push({ code: code || (process.exitCode ?? 0), ...said });
}
process.exitCode = 0;
print(JSON.stringify(ends));
