import { type IConstruct, Node } from 'constructs';
import { rememberSource } from './call-site.js';

const ADDING = Symbol.for('reprieve/adding');

/** The apps whose constructs are traced: a trace for each costs time, so only while it is needed. */
const traced = new WeakSet<IConstruct>();

/**
 * Remembers from now on where each construct of an app is declared, those of other libraries too, so
 * that a problem with one can name its line.
 */
export function traceConstructs(app: IConstruct): void {
  traced.add(app);
  watch(Node.prototype);
}

/** What is added from now on isn't the user's. */
export function endTracing(app: IConstruct): void {
  traced.delete(app);
}

/** The library of constructs tells nobody that one was added; its own method for it is the only place. */
function watch(prototype: object): void {
  if (ADDING in prototype) return;
  const add: unknown = Reflect.get(prototype, 'addChild');
  if (typeof add !== 'function') return;
  Object.defineProperty(prototype, ADDING, { value: true });
  Reflect.set(prototype, 'addChild', function addChild(this: Node, child: IConstruct, id: string) {
    Reflect.apply(add, this, [child, id]);
    if (traced.has(this.root)) rememberSource(child);
  });
}
