// What the source says about itself, read with the parser that builds the page: imports, exports, functions, calls.
// Knows no rule; the architecture test has them.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ESTree, parseSync, Visitor } from 'vite';

/** One import or re-export of another file of the source, types included. */
type Import = { readonly to: string; readonly typeOnly: boolean };
/** A function with the lines it takes, its inner functions included. */
type FunctionSize = { readonly name: string; readonly lines: number };
/** A name that a file exports: whether it names a type (a schema of the same name or not), and whether a docstring stands before a declaration of it. */
type Exported = { readonly name: string; readonly type: boolean; readonly documented: boolean };
/** One file; its own path and those of its imports are seen from the folder that was read. */
export type SourceFile = {
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly functions: readonly FunctionSize[];
  readonly exports: readonly Exported[];
  /** Calls of a method, as `object.method`. */
  readonly methodCalls: readonly string[];
  /** Properties read, as `object.property`. */
  readonly propertiesRead: readonly string[];
  /** Literals spread where they stand: `...{ a, b }` and `...[a, b]`. */
  readonly spreadLiterals: number;
};

/** Every TypeScript file under a folder of the project, with paths from there. */
export function readTree(folder: 'src' | 'test'): readonly SourceFile[] {
  const root = fileURLToPath(new URL(`../../../${folder}`, import.meta.url));
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .sort()
    .map((path) => readSource(path, readFileSync(join(root, path), 'utf8')));
}

/** Reads one file. */
export function readSource(path: string, text: string): SourceFile {
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors.map(({ message }) => message).join('; ')}`);
  const docstringEnds = new Set(
    comments
      .filter(({ type, value }) => type === 'Block' && value.startsWith('*'))
      .map(({ end }) => end + (/^\s*/.exec(text.slice(end))?.[0].length ?? 0)),
  );
  return {
    path,
    text,
    lines: text.split('\n').length - 1,
    exports: exportsOf(program, docstringEnds),
    ...codeOf(path, text, program),
  };
}

type Code = Pick<SourceFile, 'imports' | 'functions' | 'methodCalls' | 'propertiesRead' | 'spreadLiterals'>;

function codeOf(path: string, text: string, program: ESTree.Program): Code {
  const imports: Import[] = [];
  const functions: FunctionSize[] = [];
  const methodCalls: string[] = [];
  const propertiesRead: string[] = [];
  let spreadLiterals = 0;
  /** Where a function starts, and the name that the code around it gives it. */
  const names = new Map<number, string>();

  const addImport = (source: string, typeOnly: boolean) => {
    if (source.startsWith('.')) imports.push({ to: join(dirname(path), source), typeOnly });
  };
  const addFunction = (node: ESTree.Function | ESTree.ArrowFunctionExpression) => {
    const name = ('id' in node ? node.id?.name : undefined) ?? names.get(node.start) ?? 'anonymous';
    functions.push({ name, lines: text.slice(node.start, node.end).split('\n').length });
  };
  new Visitor({
    ImportDeclaration: ({ source, importKind }) => addImport(source.value, importKind === 'type'),
    ExportAllDeclaration: ({ source, exportKind }) => addImport(source.value, exportKind === 'type'),
    ExportNamedDeclaration: ({ source, exportKind }) => source && addImport(source.value, exportKind === 'type'),
    ImportExpression: ({ source }) => {
      if (source.type === 'Literal' && typeof source.value === 'string') addImport(source.value, false);
    },
    TSImportType: ({ source }) => addImport(source.value, true),
    VariableDeclarator: ({ id, init }) => {
      if (id.type === 'Identifier' && init) names.set(init.start, id.name);
    },
    Property: ({ key, value }) => {
      if (key.type === 'Identifier') names.set(value.start, key.name);
    },
    MethodDefinition: ({ key, value }) => {
      if (key.type === 'Identifier') names.set(value.start, key.name);
    },
    FunctionDeclaration: addFunction,
    FunctionExpression: addFunction,
    ArrowFunctionExpression: addFunction,
    MemberExpression: ({ object, property, computed }) => {
      if (object.type !== 'Identifier') return;
      if (!computed && property.type === 'Identifier') propertiesRead.push(`${object.name}.${property.name}`);
      if (property.type === 'Literal') propertiesRead.push(`${object.name}.${String(property.value)}`);
    },
    CallExpression: ({ callee }) => {
      if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return;
      if (callee.property.type === 'Identifier') methodCalls.push(`${callee.object.name}.${callee.property.name}`);
    },
    SpreadElement: ({ argument }) => {
      if (argument.type === 'ObjectExpression' || argument.type === 'ArrayExpression') spreadLiterals += 1;
    },
  }).visit(program);
  return { imports, functions, methodCalls, propertiesRead, spreadLiterals };
}

function exportsOf(program: ESTree.Program, docstringEnds: ReadonlySet<number>): readonly Exported[] {
  /** Every name declared at the top, and whether one of its declarations is documented. */
  const declared = new Map<string, { type: boolean; documented: boolean }>();
  const exported = new Set<string>();
  for (const statement of program.body) {
    const named = statement.type === 'ExportNamedDeclaration' ? statement : null;
    const declaration = named ? named.declaration : statement;
    for (const { name, type } of declaration ? declaredBy(declaration) : []) {
      const before = declared.get(name);
      const documented = docstringEnds.has(statement.start) || before?.documented === true;
      declared.set(name, { type: type || before?.type === true, documented });
      if (named) exported.add(name);
    }
    if (named?.source === null)
      for (const { local } of named.specifiers) if (local.type === 'Identifier') exported.add(local.name);
  }
  return [...exported].flatMap((name) => {
    const found = declared.get(name);
    return found ? [{ name, type: found.type, documented: found.documented }] : [];
  });
}

function declaredBy(node: ESTree.Statement): readonly { readonly name: string; readonly type: boolean }[] {
  switch (node.type) {
    case 'TSTypeAliasDeclaration':
    case 'TSInterfaceDeclaration':
      return [{ name: node.id.name, type: true }];
    case 'ClassDeclaration':
      return node.id ? [{ name: node.id.name, type: true }] : [];
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
      return node.id ? [{ name: node.id.name, type: false }] : [];
    case 'VariableDeclaration':
      return node.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [{ name: id.name, type: false }] : []));
    default:
      return [];
  }
}
