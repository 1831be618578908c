import ts from 'typescript';

const DECLARES = ['it', 'test', 'describe'];

/**
 * The names of the tests in the text of a test file, and those of contract cases,
 * as they are written: placeholders such as `%s` included.
 */
export function testNames(text: string): string[] {
  const file = ts.createSourceFile('tests.ts', text, ts.ScriptTarget.Latest);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const name = nameOfTest(node) ?? nameOfCase(node);
    if (name && ts.isStringLiteralLike(name)) found.push(name.text);
    if (name && ts.isTemplateExpression(name)) found.push(name.head.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Of `it(name, …)`, `it.only(name, …)`, `it.each(…)(name, …)`, `` it.each`…`(name, …) ``. */
function nameOfTest(node: ts.Node): ts.Expression | undefined {
  if (!ts.isCallExpression(node) || !declares(node.expression)) {
    return undefined;
  }
  return node.arguments[0];
}

function declares(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return DECLARES.includes(callee.text);
  if (ts.isCallExpression(callee)) return isEach(callee.expression);
  if (ts.isTaggedTemplateExpression(callee)) return isEach(callee.tag);
  return (
    ts.isPropertyAccessExpression(callee) &&
    callee.name.text !== 'each' &&
    declares(callee.expression)
  );
}

function isEach(callee: ts.Expression): boolean {
  return (
    ts.isPropertyAccessExpression(callee) &&
    callee.name.text === 'each' &&
    declares(callee.expression)
  );
}

/** A case of the contract has a name and the operation that it calls. */
function nameOfCase(node: ts.Node): ts.Expression | undefined {
  if (!ts.isObjectLiteralExpression(node)) return undefined;
  const value = (key: string) =>
    node.properties
      .filter(each => ts.isPropertyAssignment(each))
      .find(({ name }) => ts.isIdentifier(name) && name.text === key)
      ?.initializer;
  return value('operation') && value('name');
}
