// When two texts mean the same thing done to different targets: numbers, hashes, addresses and times are left out. Pure.

/** The same for texts that differ in numbers, hashes, instants and letter case only. */
export const sameThing = (text: string): string =>
  text
    .toLowerCase()
    .replace(/\b\d{4}-\d\d-\d\dt[\d:.]+z?/g, '<time>')
    .replace(/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, '<address>')
    .replace(/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{5,}\b/g, '<id>')
    .replace(/\d+/g, '<n>')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);

/** Words of a title that tell something: not those of one or two letters, nor those that every title has. */
export const wordsOf = (text: string): readonly string[] => [
  ...new Set(
    text
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word.length > 2 && !/^\d+$/.test(word) && !common.has(word)),
  ),
];
const common = new Set([
  'the',
  'and',
  'for',
  'has',
  'have',
  'are',
  'was',
  'not',
  'with',
  'from',
  'too',
  'over',
  'under',
  'high',
  'low',
  'alert',
  'firing',
]);

const programs =
  /^(?:sudo\s+)?(?:kubectl|helm|systemctl|service|servicectl|docker|podman|psql|mysql|redis-cli|aws|gcloud|az|terraform|ansible|ansible-playbook|nomad|consul|vault|curl|rm|kill|pkill|ip|iptables|nginx|rabbitmqctl|etcdctl)\s+\S/;

/** The command that somebody says to have typed: after a prompt, between backticks, or a line that begins with a known program. */
export function commandIn(text: string): string | null {
  const lines = text.slice(0, 4000).split('\n');
  for (const line of lines) {
    const prompt = /^\s*[$#]\s+(\S.{0,300})$/.exec(line)?.[1];
    const quoted = /`([^`]{3,300})`/.exec(line)?.[1];
    if (prompt !== undefined) return prompt.trim();
    if (quoted !== undefined && programs.test(quoted.trim())) return quoted.trim();
    if (programs.test(line.trim())) return line.trim().slice(0, 300);
  }
  return null;
}
