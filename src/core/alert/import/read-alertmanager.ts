// The text of an Alertmanager configuration as a document, with every fault in its place. Translates nothing.
import { parseYaml, type YamlSource } from '../../playbook/parse-yaml.ts';
import { err, ok, type Result } from '../../result.ts';
import { AlertmanagerDocument } from './alertmanager-document.ts';

/** Reads the text; faults as `line:col  message`. */
export function readAlertmanager(text: string): Result<AlertmanagerDocument, readonly string[]> {
  const { source, faults } = parseYaml(text);
  if (!source) return err(faults.map(({ line, col, message }) => `${line}:${col}  ${message}`));
  const parsed = AlertmanagerDocument.safeParse(asWritten(source.data, [], source));
  if (parsed.success) return ok(parsed.data);
  return err(
    parsed.error.issues.map(({ path, message }) => {
      const { line, col } = source.placeOf(path);
      return `${line}:${col}  ${path.map(String).join('.') || 'the file'}: ${message}`;
    }),
  );
}

/** Numbers and truth values as the text that stands there: `1.10` stays what it is. */
function asWritten(value: unknown, path: readonly PropertyKey[], source: YamlSource): unknown {
  if (Array.isArray(value)) return value.map((item: unknown, n) => asWritten(item, [...path, n], source));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, item]: [string, unknown]) => [key, asWritten(item, [...path, key], source)]),
    );
  if (typeof value !== 'number' && typeof value !== 'boolean') return value;
  return source.writtenAt(path) ?? String(value);
}
