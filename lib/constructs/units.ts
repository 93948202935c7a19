import { durationOf } from '../base/duration.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * A length of time, wherever a text such as `7d` can be given too. A day has 24 hours.
 *
 * @example
 * new Project(stack, 'billing', { reclamationPeriod: Duration.days(14) });
 */
export class Duration {
  /** A text or number is no duration. */
  declare private readonly brand: 'duration';

  private constructor(private readonly amount: number) {}

  /**
   * Seconds.
   *
   * @example Duration.seconds(90)
   */
  static seconds(amount: number): Duration {
    return new Duration(amount);
  }

  /**
   * Minutes of 60 seconds.
   *
   * @example Duration.minutes(30)
   */
  static minutes(amount: number): Duration {
    return new Duration(amount * MINUTE);
  }

  /**
   * Hours of 60 minutes.
   *
   * @example Duration.hours(12)
   */
  static hours(amount: number): Duration {
    return new Duration(amount * HOUR);
  }

  /**
   * Days of 24 hours.
   *
   * @example Duration.days(7)
   */
  static days(amount: number): Duration {
    return new Duration(amount * DAY);
  }

  /** The whole duration in seconds. */
  toSeconds(): number {
    return this.amount;
  }

  /** As it is written in settings: `168h`. What can't be a duration is left for the check. */
  toString(): string {
    return Number.isSafeInteger(this.amount) && this.amount > 0
      ? durationOf(this.amount).text
      : `${this.amount}s`;
  }
}

/**
 * An amount of memory or storage, wherever a text such as `4G` can be given too. Code Engine
 * counts in decimal units.
 *
 * @example
 * new JobTemplate(billing, 'nightly', { image: 'busybox', cpu: 1, memory: Size.gigabytes(4) });
 */
export class Size {
  /** A text or number is no size. */
  declare private readonly brand: 'size';

  private constructor(
    private readonly amount: number,
    private readonly unit: string,
  ) {}

  /**
   * 1000 bytes each.
   *
   * @example Size.kilobytes(500)
   */
  static kilobytes(amount: number): Size {
    return new Size(amount, 'K');
  }

  /**
   * 1000 kilobytes each.
   *
   * @example Size.megabytes(400)
   */
  static megabytes(amount: number): Size {
    return new Size(amount, 'M');
  }

  /**
   * 1000 megabytes each.
   *
   * @example Size.gigabytes(4)
   */
  static gigabytes(amount: number): Size {
    return new Size(amount, 'G');
  }

  /**
   * 1024 bytes each.
   *
   * @example Size.kibibytes(512)
   */
  static kibibytes(amount: number): Size {
    return new Size(amount, 'Ki');
  }

  /**
   * 1024 kibibytes each.
   *
   * @example Size.mebibytes(512)
   */
  static mebibytes(amount: number): Size {
    return new Size(amount, 'Mi');
  }

  /**
   * 1024 mebibytes each.
   *
   * @example Size.gibibytes(4)
   */
  static gibibytes(amount: number): Size {
    return new Size(amount, 'Gi');
  }

  /** As Kubernetes writes it: `4G`. */
  toString(): string {
    return `${this.amount}${this.unit}`;
  }
}

/**
 * An amount of processor time, wherever a number of vCPU can be given too.
 *
 * @example
 * new JobTemplate(billing, 'small', { image: 'busybox', cpu: Cpu.millis(250), memory: '1G' });
 */
export class Cpu {
  /** A text or number is no amount. */
  declare private readonly brand: 'cpu';

  private constructor(private readonly amount: number) {}

  /**
   * Thousandths of a vCPU.
   *
   * @example Cpu.millis(125)
   */
  static millis(amount: number): Cpu {
    return new Cpu(amount / 1000);
  }

  /**
   * Whole vCPU, or fractions of one.
   *
   * @example Cpu.units(2)
   */
  static units(amount: number): Cpu {
    return new Cpu(amount);
  }

  /** In vCPU. */
  toUnits(): number {
    return this.amount;
  }
}

/** What the checks and Terraform read in place of a unit; everything else stays as it is. */
export function plain<T>(value: T | Duration | Size): T | string;
export function plain(value: unknown): unknown {
  return value instanceof Duration || value instanceof Size ? value.toString() : value;
}

/** The same for amounts that are counted. */
export function plainNumber<T>(value: T | Cpu | Duration): T | number;
export function plainNumber(value: unknown): unknown {
  if (value instanceof Cpu) return value.toUnits();
  return value instanceof Duration ? value.toSeconds() : value;
}
