/** One way in which an object doesn't keep a policy. It holds no value of the object. */
export interface Fault {
  /** JSON pointer into the object. */
  readonly pointer: string;
  /** What the schema wants there. */
  readonly message: string;
}
