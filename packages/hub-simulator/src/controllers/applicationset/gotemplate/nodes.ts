/** A literal number: an `int` where Go would make it one, else a `float64`. */
export interface NumberNode {
  type: 'number';
  pos: number;
  text: string;
  value: bigint | number;
}

export interface VariableNode {
  type: 'variable';
  pos: number;
  /** the name with its dollar, then the fields behind it */
  names: string[];
}

/** What may stand as an argument of a command. */
export type Argument =
  | { type: 'field'; pos: number; names: string[] }
  | { type: 'chain'; pos: number; of: Argument; names: string[] }
  | { type: 'identifier'; pos: number; name: string }
  | { type: 'string'; pos: number; quoted: string; text: string }
  | { type: 'bool'; pos: number; value: boolean }
  | { type: 'dot'; pos: number }
  | { type: 'nil'; pos: number }
  | NumberNode
  | VariableNode
  | Pipeline;

export interface Command {
  pos: number;
  args: Argument[];
}

export interface Pipeline {
  type: 'pipe';
  pos: number;
  isAssignment: boolean;
  variables: VariableNode[];
  commands: Command[];
}

export type Branching = 'if' | 'range' | 'with';

export interface Branch {
  type: Branching;
  pos: number;
  pipe: Pipeline;
  body: Node[];
  otherwise: Node[];
}

export type Node =
  | { type: 'text'; pos: number; text: string }
  | { type: 'action'; pos: number; pipe: Pipeline }
  | { type: 'break' | 'continue'; pos: number }
  | Branch;

/** An argument as Go prints it in its errors. */
export function show(node: Argument): string {
  switch (node.type) {
    case 'field':
      return node.names.map(name => `.${name}`).join('');
    case 'chain': {
      const of = node.of.type === 'pipe' ? `(${show(node.of)})` : show(node.of);
      return `${of}${node.names.map(name => `.${name}`).join('')}`;
    }
    case 'identifier':
      return node.name;
    case 'string':
      return node.quoted;
    case 'bool':
      return String(node.value);
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'number':
      return node.text;
    case 'variable':
      return node.names.join('.');
    default:
      return showPipeline(node);
  }
}

/** A command as Go prints it in its errors. */
export function showCommand({ args }: Command): string {
  return args
    .map(arg => (arg.type === 'pipe' ? `(${show(arg)})` : show(arg)))
    .join(' ');
}

function showPipeline({ variables, isAssignment, commands }: Pipeline): string {
  const sign = isAssignment ? ' = ' : ' := ';
  const names = variables.map(show).join(', ');
  const text = commands.map(showCommand).join(' | ');
  return variables.length ? `${names}${sign}${text}` : text;
}
