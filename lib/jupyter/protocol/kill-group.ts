/**
 * Ends a process that leads a group, and whatever it has started and not let go of; Windows has no groups, there the
 * process alone is ended.
 */
export function killGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
