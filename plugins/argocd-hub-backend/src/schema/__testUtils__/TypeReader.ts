import ts from 'typescript';
import { either, fieldsOf, literal, type Shape } from './shapes';

/** Reads the types of a package with the compiler of TypeScript itself. */
export class TypeReader {
  readonly #checker: ts.TypeChecker;
  readonly #exports: Map<string, ts.Symbol>;

  private constructor(program: ts.Program, file: string) {
    this.#checker = program.getTypeChecker();
    const source = program.getSourceFile(file)!;
    const module = this.#checker.getSymbolAtLocation(source)!;
    this.#exports = new Map(
      this.#checker
        .getExportsOfModule(module)
        .map(symbol => [symbol.name, symbol]),
    );
  }

  /** @param file - whose exports are read */
  static of(file: string): TypeReader {
    const program = ts.createProgram([file], {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
      types: [],
      strict: true,
      skipLibCheck: true,
      noEmit: true,
    });
    return new TypeReader(program, file);
  }

  /** Names of types that are no generic ones. */
  names(): string[] {
    return [...this.#exports.values()]
      .filter(symbol => this.#isPlainType(symbol))
      .map(({ name }) => name);
  }

  shape(name: string): Shape {
    return this.#shapeOf(this.#typeNamed(name));
  }

  methods(name: string): string[] {
    return this.#typeNamed(name)
      .getProperties()
      .map(method => method.name);
  }

  /** What a method promises, undefined aside; nothing where it promises nothing. */
  answer(name: string, method: string): Shape | undefined {
    const promised = this.#signature(name, method).getReturnType();
    const [type] = this.#checker.getTypeArguments(promised as ts.TypeReference);
    return type.flags & ts.TypeFlags.Void ? undefined : this.#shapeOf(type);
  }

  /** Shapes of what a method is given, by name. */
  parameters(name: string, method: string): Map<string, Shape> {
    return new Map(
      this.#signature(name, method).parameters.map(parameter => [
        parameter.name,
        this.#shapeOf(this.#checker.getTypeOfSymbol(parameter)),
      ]),
    );
  }

  #signature(name: string, method: string): ts.Signature {
    const symbol = this.#typeNamed(name).getProperty(method)!;
    return this.#checker.getTypeOfSymbol(symbol).getCallSignatures()[0];
  }

  #typeNamed(name: string): ts.Type {
    const symbol = this.#exports.get(name);
    if (!symbol) {
      throw new Error(`There is no type ${name}`);
    }
    return this.#checker.getDeclaredTypeOfSymbol(this.#resolved(symbol));
  }

  #isPlainType(symbol: ts.Symbol): boolean {
    const declarations = this.#resolved(symbol).declarations ?? [];
    return declarations.some(
      declaration =>
        (ts.isInterfaceDeclaration(declaration) ||
          ts.isTypeAliasDeclaration(declaration)) &&
        !declaration.typeParameters,
    );
  }

  #resolved(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias
      ? this.#checker.getAliasedSymbol(symbol)
      : symbol;
  }

  /** Undefined counts for nothing: what may be absent is told by its question mark. */
  #shapeOf(type: ts.Type, within: ts.Type[] = []): Shape {
    const { flags } = type;
    const name = (type.aliasSymbol ?? type.symbol)?.name;
    if (name === 'AbortSignal') return 'any';
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return 'any';
    if (flags & ts.TypeFlags.String) return 'string';
    if (flags & ts.TypeFlags.Number) return 'number';
    if (flags & ts.TypeFlags.Boolean) return 'boolean';
    if (flags & ts.TypeFlags.Null) return 'null';
    if (flags & ts.TypeFlags.NonPrimitive) return { map: 'any' };
    if (flags & ts.TypeFlags.BooleanLiteral) {
      return literal(this.#checker.typeToString(type) === 'true');
    }
    if (type.isStringLiteral()) return literal(type.value);
    if (within.includes(type)) return `-> ${name}`;
    const inside = [...within, type];
    if (type.isUnion()) {
      const defined = type.types.filter(
        each => !(each.flags & ts.TypeFlags.Undefined),
      );
      return either(defined.map(each => this.#shapeOf(each, inside)));
    }
    if (flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) {
      return this.#ofObject(type, inside);
    }
    throw new Error(`Cannot read ${this.#checker.typeToString(type)}`);
  }

  #ofObject(type: ts.Type, inside: ts.Type[]): Shape {
    if (this.#checker.isArrayType(type)) {
      const [item] = this.#checker.getTypeArguments(type as ts.TypeReference);
      return { list: this.#shapeOf(item, inside) };
    }
    const values = type.getStringIndexType();
    if (values) {
      return { map: this.#shapeOf(values, inside) };
    }
    return fieldsOf(
      this.#checker.getPropertiesOfType(type).map(property => {
        const isOptional = property.flags & ts.SymbolFlags.Optional;
        const shape = this.#shapeOf(
          this.#checker.getTypeOfSymbol(property),
          inside,
        );
        return [isOptional ? `${property.name}?` : property.name, shape];
      }),
    );
  }
}
