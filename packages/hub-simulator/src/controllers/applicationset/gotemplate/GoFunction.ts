import type { Value } from './values';

/** The type of a parameter; `value` takes anything, as Go's builtins do. */
export type GoType =
  | 'string'
  | 'int'
  | 'bool'
  | 'any'
  | 'value'
  | 'map'
  | 'list';

/** A function of templates with its signature. */
export interface GoFunction {
  fixed: GoType[];
  /** the type of further arguments, where any number may follow */
  rest?: GoType;
  /** `and` and `or`: the truth at which evaluation stops */
  shortCircuit?: boolean;
  /** Throws CallError with the function's own sentence. */
  run: (args: Value[]) => Value;
}

/** A type as Go names it. */
export function typeLabel(type: GoType): string {
  switch (type) {
    case 'any':
      return 'interface {}';
    case 'value':
      return 'reflect.Value';
    case 'map':
      return 'map[string]interface {}';
    case 'list':
      return '[]interface {}';
    default:
      return type;
  }
}

type Run = (...args: never[]) => Value;

/** A function with as many parameters as types. */
export function fixed(types: GoType[], run: Run): GoFunction {
  return { fixed: types, run: args => run(...(args as never[])) };
}

/** A function that takes further arguments of one type. */
export function variadic(types: GoType[], rest: GoType, run: Run): GoFunction {
  return { fixed: types, rest, run: args => run(...(args as never[])) };
}
