/** A bucket could not be asked, or didn't answer as S3 does. The message is a sentence without a credential. */
export class BucketError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BucketError';
  }

  static isBucketError(x: unknown): x is BucketError {
    return x instanceof Error && x.name === 'BucketError';
  }
}
