import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { ConnectionInfo } from './wire';

/** How the folders begin that hold one connection file each. */
const FOLDER = 'recurrent-kernel-';

/** Writes a connection file, which this user alone may open, into a new folder, which this user alone may open. */
export function writeConnection(connection: ConnectionInfo): string {
  const path = join(mkdtempSync(join(tmpdir(), FOLDER)), 'connection.json');
  writeFileSync(path, JSON.stringify(connection), { mode: 0o600 });
  return path;
}

/** @throws if there is no such file, or it is no JSON object; the message keeps the file's keys to itself */
export function readConnection(path: string): ConnectionInfo {
  const text = readFileSync(path, 'utf8');
  let connection: unknown;
  try {
    connection = JSON.parse(text);
  } catch {
    throw new Error(`the connection file ${path} is no JSON`);
  }
  if (typeof connection !== 'object' || connection === null) {
    throw new Error(`the connection file ${path} is no JSON object`);
  }
  return connection as ConnectionInfo;
}

/** Deletes a connection file, and its folder where {@link writeConnection} made it. */
export function deleteConnection(path: string): void {
  const folder = dirname(path);
  rmSync(basename(folder).startsWith(FOLDER) ? folder : path, { recursive: true, force: true });
}
