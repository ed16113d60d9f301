import { dirname, join } from "node:path";
import ts from "typescript";
import { root } from "./sources.ts";

/**
 * The public API as text: the declaration of everything that src/index.ts exports, by name and without comments, then of every type that those name and that is not
 * exported by itself. It changes where a name, a parameter, a type or a field does, and not where code does.
 */
export function apiReport(): string {
  const modules = declarations();
  const index = modules("src/index.ts");
  const exported = new Map(
    [...index.imported].map(([name, { from, name: original }]) => [name, find(modules, from, original)] as const),
  );
  const shown = new Set([...exported.values()].map(keyOf));
  const others = new Map<string, Found>();
  const todo = [...exported.values()];
  for (let found = todo.pop(); found !== undefined; found = todo.pop()) {
    for (const other of namedBy(modules, found)) {
      if (shown.has(keyOf(other))) continue;
      shown.add(keyOf(other));
      others.set(keyOf(other), other);
      todo.push(other);
    }
  }
  const hidden = [...others.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, found]) => textOf(found));
  const open = [...exported.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, found]) => textOf(found));
  return `${[...open, "// Named by these, and not exported", ...hidden].join("\n\n")}\n`;
}

interface Module {
  path: string;
  declared: Map<string, ts.Statement[]>;
  /** Local name -> what it is in another module; names that are exported from there as well. */
  imported: Map<string, { from: string; name: string }>;
}

interface Found {
  module: Module;
  name: string;
  statements: ts.Statement[];
}

const keyOf = ({ module, name }: Found) => `${name} ${module.path}`;
const sourceOf = new Map<Module, ts.SourceFile>();

function textOf({ module, name, statements }: Found): string {
  const text = statements.map((statement) => statement.getText(sourceOf.get(module))).join("\n");
  // Its type has the whole schema, and unions in an order that depends on what was declared before.
  if (/^(export )?(declare )?const [\s\S]*\bz\.Zod/.test(text))
    return `const ${name}: of schemas of zod; grids/problem.schema.json has them`;
  return text
    .replaceAll(/^export (declare )?|^declare /gm, "")
    .replaceAll(/import\("\.[^"]*"\)\./g, "")
    .replaceAll("    ", "  ");
}

type Modules = (path: string) => Module;

/** A module that src/index.ts is made of as the compiler declares it, by its path: only those that are asked for are declared. */
function declarations(): Modules {
  const path = join(root, "tsconfig.build.json");
  const { config } = ts.readConfigFile(path, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(
    { ...config, include: ["src/index.ts"], exclude: [] },
    ts.sys,
    root,
    undefined,
    path,
  );
  // The order of a union shall not depend on what is declared first; whether types fit is checked elsewhere.
  const wanted = {
    ...options,
    emitDeclarationOnly: true,
    removeComments: true,
    stableTypeOrdering: true,
    noCheck: true,
    noEmit: false,
  };
  const program = ts.createProgram([join(root, "src/index.ts")], wanted);
  const modules = new Map<string, Module>();
  return (name) => {
    const known = modules.get(name);
    if (known !== undefined) return known;
    let text = "";
    program.emit(program.getSourceFile(join(root, name)), (_, content) => { text = content; }, undefined, true);
    const module = readModule(name, text);
    modules.set(name, module);
    return module;
  }; // biome-ignore format: long lines
}

function readModule(path: string, text: string): Module {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const module: Module = { path, declared: new Map(), imported: new Map() };
  sourceOf.set(module, source);
  const declare = (name: string, statement: ts.Statement) =>
    module.declared.set(name, [...(module.declared.get(name) ?? []), statement]);
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) declare(name.getText(source), statement);
    } else if (
      ts.isFunctionDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      ts.isClassDeclaration(statement)
    ) {
      declare(statement.name!.text, statement);
    } else if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) {
      const from = (statement.moduleSpecifier as ts.StringLiteral | undefined)?.text;
      if (from === undefined || !from.startsWith(".")) continue;
      const bindings = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : statement.exportClause;
      if (bindings === undefined || !(ts.isNamedImports(bindings) || ts.isNamedExports(bindings))) continue;
      for (const { name, propertyName } of bindings.elements)
        module.imported.set(name.text, {
          from: join(dirname(path), from),
          name: (propertyName ?? name).text,
        });
    }
  }
  return module;
}

function find(modules: Modules, path: string, name: string): Found {
  const found = lookUp(modules, modules(path), name);
  if (found === null) throw new Error(`${path} declares no ${name}`);
  return found;
}

/** What a name means in a module; null where it is of a library or of the language. */
function lookUp(modules: Modules, module: Module, name: string): Found | null {
  const statements = module.declared.get(name);
  if (statements !== undefined) return { module, name, statements };
  const imported = module.imported.get(name);
  return imported === undefined ? null : find(modules, imported.from, imported.name);
}

/** What a declaration names and we declare. */
function namedBy(modules: Modules, { module, statements }: Found): Found[] {
  const found: Found[] = [];
  const add = (other: Found | null) => {
    if (other !== null) found.push(other);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node)) add(lookUp(modules, module, firstOf(node.typeName)));
    if (ts.isTypeQueryNode(node)) add(lookUp(modules, module, firstOf(node.exprName)));
    if (ts.isExpressionWithTypeArguments(node) && ts.isIdentifier(node.expression))
      add(lookUp(modules, module, node.expression.text));
    if (ts.isImportTypeNode(node) && node.qualifier !== undefined) {
      const from = ((node.argument as ts.LiteralTypeNode).literal as ts.StringLiteral).text;
      if (from.startsWith(".")) add(find(modules, join(dirname(module.path), from), firstOf(node.qualifier)));
    }
    ts.forEachChild(node, visit);
  };
  for (const statement of statements) visit(statement);
  return found;
}

const firstOf = (name: ts.EntityName): string => (ts.isIdentifier(name) ? name.text : firstOf(name.left));
