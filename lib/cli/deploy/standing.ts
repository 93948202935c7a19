import { plural } from '../../base/plural.js';
import { shellWord } from '../../base/shell.js';
import { type Io, say } from '../terminal/io.js';

/** Which of several stacks have been deployed, for whoever has to go on after something went wrong. */
export class Standing {
  private readonly applied: string[] = [];
  private readonly left: string[] = [];
  private begun: string | undefined;
  /** What was written besides, such as a state that was put right. */
  private readonly besides: string[] = [];

  constructor(private readonly stacks: readonly string[]) {}

  begins(stack: string): void {
    this.begun = stack;
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
    const { applied, left, begun, besides } = this;
    for (const each of besides) say(io, each);
    const touched = [...applied, ...left, ...(begun === undefined ? [] : [begun])];
    if (touched.length === 0) {
      say(io, besides.length === 0 ? 'Nothing was changed.' : 'Nothing else was changed.');
      return;
    }
    const open = this.stacks.filter((each) => !touched.includes(each));
    const parts = [
      ['Applied', applied],
      ['Applied in part; its state has what was done', begun === undefined ? [] : [begun]],
      ['Still being applied', left],
      ['Not applied', open],
    ] as const;
    for (const [what, names] of parts)
      if (names.length > 0) say(io, `${what}: ${names.join(', ')}`);
    const rest = [...(begun === undefined ? [] : [begun]), ...left, ...open];
    if (rest.length === 0) return;
    const when =
      left.length > 0
        ? `Once ${plural(left.length, 'it has', 'they have').replace(/^\d+ /, '')} ended, go on`
        : 'Go on';
    say(io, `${when}: npx reprieve deploy ${rest.map(shellWord).join(' ')}`);
  }
}
