/** A point in time as every report writes it: RFC 3339 in UTC, whole seconds where it is whole. */
export function rfc3339(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

/** The later one of two points in time. */
export function later(a: Date, b: Date): Date {
  return a.getTime() >= b.getTime() ? a : b;
}
