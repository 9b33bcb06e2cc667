import { existsSync, readFileSync } from 'node:fs';

const alive = (pid: number) => existsSync(`/proc/${pid}`);

/** Every process that descends from `pid`, from /proc; none where there is no such folder. */
export function descendants(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(path)) return [];
  const children = readFileSync(path, 'utf8').split(' ').filter(Boolean).map(Number);
  return [...children, ...children.flatMap(descendants)];
}

/** Which of `pids` are there three seconds from now; at once, if none is. */
export async function stillAlive(pids: number[]): Promise<number[]> {
  for (let i = 0; i < 60 && pids.some(alive); i++) await new Promise((done) => setTimeout(done, 50));
  return pids.filter(alive);
}
