/** The exit codes of every command, and of an app's synthesis. */
export const EXIT = {
  /** Nothing to stop for. */
  ok: 0,
  /** Findings, or something was refused. */
  findings: 1,
  /** Wrong usage or unreadable input. */
  usage: 2,
  /** Terraform, OpenTofu, the cluster or a webhook failed. */
  engine: 3,
  /** Ended by Ctrl-C, as shells count it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
