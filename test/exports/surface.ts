import ts from 'typescript';

/** What is wrong with the declarations that users see. */
export interface SurfaceFaults {
  /** Types that an exported declaration names and that no entry point exports. */
  readonly unexported: ReadonlySet<string>;
  /** Exported values and public members without a docstring. */
  readonly undocumented: ReadonlySet<string>;
  /** Exported classes, functions and objects without an `@example`. */
  readonly withoutExample: ReadonlySet<string>;
  /** Every name that can be written after a dot, for a look at what is public. */
  readonly members: ReadonlySet<string>;
}

/** Walks everything that can be reached from the entry points of the built package. */
export function surfaceOf(entries: readonly string[], own: string): SurfaceFaults {
  const program = ts.createProgram([...entries], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    types: [],
    skipLibCheck: true,
  });
  return new Surface(program.getTypeChecker(), own).of(
    entries.flatMap((entry) => program.getSourceFile(entry) ?? []),
  );
}

class Surface implements SurfaceFaults {
  readonly unexported = new Set<string>();
  readonly undocumented = new Set<string>();
  readonly withoutExample = new Set<string>();
  readonly members = new Set<string>();

  constructor(
    private readonly checker: ts.TypeChecker,
    private readonly own: string,
  ) {}

  of(files: readonly ts.SourceFile[]): SurfaceFaults {
    const exported = files.flatMap((file) => {
      const module = this.checker.getSymbolAtLocation(file);
      return module === undefined ? [] : this.checker.getExportsOfModule(module);
    });
    const symbols = new Set(exported.map((each) => this.target(each)));
    for (const symbol of symbols) {
      this.document(symbol);
      for (const declaration of symbol.declarations ?? []) this.visit(declaration, symbols);
    }
    return this;
  }

  private target(symbol: ts.Symbol): ts.Symbol {
    const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    return isAlias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  private visit(node: ts.Node, exported: ReadonlySet<ts.Symbol>): void {
    if (isPrivate(node)) return;
    const name = nameIn(node);
    if (name !== undefined) this.look(name, exported);
    if (isMember(node)) this.member(node);
    if (ts.isTypeQueryNode(node)) this.value(node.exprName, exported);
    ts.forEachChild(node, (child) => this.visit(child, exported));
  }

  private look(name: ts.Node, exported: ReadonlySet<ts.Symbol>): void {
    const found = this.checker.getSymbolAtLocation(name);
    const symbol = found && this.target(found);
    const file = symbol?.declarations?.[0]?.getSourceFile().fileName ?? '';
    const isParameter = ((symbol?.flags ?? 0) & ts.SymbolFlags.TypeParameter) !== 0;
    if (symbol === undefined || isParameter || !file.startsWith(this.own)) return;
    if (!exported.has(symbol)) this.unexported.add(symbol.name);
  }

  /** The type of a value is written out, wherever the value is. */
  private value(name: ts.Node, exported: ReadonlySet<ts.Symbol>): void {
    const found = this.checker.getSymbolAtLocation(name);
    for (const each of found === undefined ? [] : (this.target(found).declarations ?? [])) {
      this.visit(each, exported);
    }
  }

  private member(node: ts.NamedDeclaration): void {
    const name = node.name?.getText() ?? '';
    this.members.add(name);
    const symbol = node.name && this.checker.getSymbolAtLocation(node.name);
    if (symbol !== undefined && textOf(symbol, this.checker) === '' && isDocumented(node)) {
      this.undocumented.add(`${ownerOf(node)}.${name}`);
    }
  }

  private document(symbol: ts.Symbol): void {
    if (textOf(symbol, this.checker) === '') this.undocumented.add(symbol.name);
    const isValue = (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Function)) !== 0;
    const isObject = (symbol.flags & ts.SymbolFlags.Variable) !== 0;
    const tags = symbol.getJsDocTags(this.checker).map((tag) => tag.name);
    const isBase = symbol.declarations?.some(
      (each) => ts.getCombinedModifierFlags(each as ts.Declaration) & ts.ModifierFlags.Abstract,
    );
    if ((isValue || isObject) && isBase !== true && !tags.includes('example')) {
      this.withoutExample.add(symbol.name);
    }
  }
}

function textOf(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  return ts.displayPartsToString(symbol.getDocumentationComment(checker));
}

function isPrivate(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getCombinedModifierFlags(node as ts.Declaration) & ts.ModifierFlags.Private) !== 0
  );
}

/** Where a node names a type. */
function nameIn(node: ts.Node): ts.Node | undefined {
  if (ts.isTypeReferenceNode(node)) return node.typeName;
  if (ts.isExpressionWithTypeArguments(node)) return node.expression;
  return undefined;
}

function isMember(node: ts.Node): node is ts.NamedDeclaration {
  return (
    ts.isPropertySignature(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isMethodSignature(node) ||
    ts.isGetAccessorDeclaration(node)
  );
}

/** The parts of a small object type say themselves what they are. */
function isDocumented(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isTypeLiteralNode(parent)) return false;
  const name = 'name' in node && ts.isIdentifier(node.name as ts.Node);
  return name && (ts.isClassDeclaration(parent) || ts.isInterfaceDeclaration(parent));
}

function ownerOf(node: ts.Node): string {
  const { parent } = node;
  return 'name' in parent ? (parent.name as ts.Identifier).text : '';
}
