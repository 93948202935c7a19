/**
 * Tells whether a plan mentions every object of its prior state, whatever their number, in
 * constant memory: both sides add up the hashes of their addresses. A plan made with `-target`
 * leaves objects out, and OpenTofu doesn't say so otherwise.
 */
export class AddressTally {
  private readonly priorSum = new Sum();
  private readonly plannedSum = new Sum();

  /** Notes an object of the prior state. */
  prior(address: string): void {
    this.priorSum.add(address);
  }

  /** Notes an object that the plan mentions and that was there before. */
  planned(address: string): void {
    this.plannedSum.add(address);
  }

  /** Whether the prior state has objects that were not noted as planned. */
  get isPartial(): boolean {
    return !this.priorSum.equals(this.plannedSum);
  }
}

class Sum {
  private count = 0;
  private first = 0;
  private second = 0;

  add(text: string): void {
    let a = 0x811c9dc5;
    let b = 0x9e3779b9;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b + code, 0x85ebca6b) ^ (b >>> 13);
    }
    this.count += 1;
    this.first = (this.first + a) | 0;
    this.second = (this.second + b) | 0;
  }

  equals(other: Sum): boolean {
    return this.count === other.count && this.first === other.first && this.second === other.second;
  }
}
