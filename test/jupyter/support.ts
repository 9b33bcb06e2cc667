import { resolve } from 'node:path';
import { KernelClient } from '#lab/jupyter/notebooks/client';
import type { Content, Message } from '#lab/jupyter/protocol/wire';

/** Where cells of these tests run; `recurrent-lab` is found from here. */
export const folder = resolve(__dirname, 'fixtures');

export const startKernel = (env?: Record<string, string>) => KernelClient.start({ cwd: folder, env });

export interface Outcome {
  reply: Content;
  published: Message[];
  stdout: string;
  stderr: string;
  /** The MIME bundle of the result. */
  result: Content | undefined;
  displays: Content[];
  errors: Content[];
}

/** Runs a cell and sorts what came of it. */
export async function run(kernel: KernelClient, code: string, options: Content = {}): Promise<Outcome> {
  const { reply, published } = await kernel.execute(code, options, 60_000);
  const of = (type: string) => published.filter((m) => m.header.msg_type === type).map((m) => m.content);
  const text = (name: string) =>
    of('stream')
      .filter((c) => c.name === name)
      .map((c) => c.text)
      .join('');
  return {
    reply,
    published,
    stdout: text('stdout'),
    stderr: text('stderr'),
    result: of('execute_result')[0]?.data,
    displays: of('display_data'),
    errors: of('error'),
  };
}

export const sleep = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
