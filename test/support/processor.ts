/** Milliseconds that this process has computed: unlike the time of day, no other program adds to it. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
