import { shellWord } from '../../base/shell.js';
import { type Io, say } from '../terminal/io.js';

/** Which of several stacks have been deployed, for whoever has to go on after something went wrong. */
export class Standing {
  private readonly applied: string[] = [];
  private readonly left: string[] = [];
  private begun: { readonly stack: string; readonly done: () => string } | undefined;
  /** What was written besides, such as a state that was put right. */
  private readonly besides: string[] = [];

  constructor(private readonly stacks: readonly string[]) {}

  /** @param done how far it is, for as long as it runs */
  begins(stack: string, done: () => string): void {
    this.begun = { stack, done };
  }

  ends(stack: string): void {
    this.applied.push(stack);
    this.begun = undefined;
  }

  /** It goes on, and nobody waits for it. */
  goesOn(stack: string): void {
    this.left.push(stack);
    this.begun = undefined;
  }

  wrote(what: string): void {
    this.besides.push(what);
  }

  /** Says what was done and what not, and how to go on. */
  say(io: Io): void {
    for (const line of this.lines()) say(io, line);
  }

  lines(): readonly string[] {
    const { applied, left, begun, besides } = this;
    const part = begun === undefined ? [] : [begun.stack];
    const touched = [...applied, ...left, ...part];
    if (touched.length === 0) {
      const isAll = besides.length === 0;
      return [...besides, isAll ? 'Nothing was changed.' : 'Nothing else was changed.'];
    }
    const open = this.stacks.filter((each) => !touched.includes(each));
    const groups = [
      ['Applied', applied],
      [`Applied in part (${begun?.done()}; the state has what was done)`, part],
      ['Still being applied', left],
      ['Not applied', open],
    ] as const;
    const rest = [...part, ...left, ...open];
    const when = left.length > 0 ? 'When that has ended, go on' : 'To go on';
    return [
      ...besides,
      ...groups.flatMap(([what, names]) =>
        names.length === 0 ? [] : [`${what}: ${names.join(', ')}`],
      ),
      ...(rest.length === 0
        ? []
        : [`${when}: npx reprieve deploy ${rest.map(shellWord).join(' ')}`]),
    ];
  }
}
