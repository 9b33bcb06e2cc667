import type { Compiled } from './compiler';

/** How the kernel and the process that runs the cells talk: JSON both ways, by file descriptor as numbered here. */
export const OUTPUT_FD = 4;
/** The watchdog's own line, read by a thread, so that it gets through while a cell keeps the process busy. */
export const WATCHDOG_FD = 5;

export interface CellError {
  ename: string;
  evalue: string;
  traceback: string[];
}

/** To the process, by Node's IPC. */
export type ToCell =
  | { type: 'execute'; cell: number; source: string; label: string; compiled: Compiled; options: RunOptions }
  | { type: 'interrupt'; cell: number }
  | { type: 'input'; text: string };

export interface RunOptions {
  allowInput: boolean;
  userExpressions: Record<string, string>;
}

export interface DoneFrame {
  type: 'done';
  cell: number;
  error?: CellError;
  /** After an error: names the cell declares that have no value. */
  lost: string[];
  userExpressions: Record<string, unknown>;
}

/** From the process, written synchronously: output shows while a cell never yields, and a flood waits for its reader. */
export type FromCell =
  | { type: 'ready' }
  | { type: 'stream'; cell: number; name: 'stdout' | 'stderr'; text: string }
  /** Without an `id` it can't be updated. */
  | { type: 'display'; cell: number; data: Record<string, unknown>; id: string | undefined; update: boolean }
  | { type: 'result'; cell: number; data: Record<string, unknown> }
  | { type: 'clear'; cell: number; wait: boolean }
  | { type: 'input'; cell: number; prompt: string; password: boolean }
  /** An error nobody handled, while no cell ran. */
  | { type: 'late'; cell: number; error: CellError }
  | DoneFrame;
