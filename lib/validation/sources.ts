import type { Declared } from '../model/declared.js';
import type { CodeSource } from '../review/review.js';
import { withoutIndex } from '../state/address.js';

/** The code that resources and declared things of a stack come from. */
export class Sources {
  private byConstruct: ReadonlyMap<string, CodeSource> | undefined;

  /** @param byAddress - by address without an index, as synthesis notes them */
  constructor(private readonly byAddress: ReadonlyMap<string, CodeSource>) {}

  /** Where a resource was declared. */
  of(address: string): CodeSource | undefined {
    return this.byAddress.get(withoutIndex(address));
  }

  /** Where something else was: by a line of a file, or by the resources that its construct made. */
  ofDeclared({ path, source }: Declared): CodeSource {
    this.byConstruct ??= parentsOf(this.byAddress);
    return { ...(source ?? this.byConstruct.get(path)), path };
  }
}

function parentsOf(byAddress: ReadonlyMap<string, CodeSource>): ReadonlyMap<string, CodeSource> {
  return new Map(
    [...byAddress.values()].map((source) => [
      source.path.slice(0, source.path.lastIndexOf('/')),
      source,
    ]),
  );
}
