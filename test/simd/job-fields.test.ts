import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  ADAM_FIELDS,
  MATMUL_FIELDS,
  ROW_DOTS_FIELDS,
  SEQUENCE_FIELDS,
  WORD2VEC_FIELDS,
} from '#lab/simd/jobs/fields';

const assembly = join(__dirname, '..', '..', 'lib', 'simd', 'assembly');

/** The fields of a class of the assembly, by name, in order: f32, or i32 for whole numbers and addresses. */
function fieldsOf(file: string, className: string): [string, string][] {
  const source = readFileSync(join(assembly, file), 'utf8');
  const body = new RegExp(`@unmanaged\\s+export class ${className} \\{([^}]*)\\}`).exec(source)?.[1] ?? '';
  const fields = [...body.matchAll(/^ {2}(\w+): (i32|u32|usize|f32);$/gm)];
  return fields.map(([, name, type]) => [name, type === 'f32' ? 'f32' : 'i32']);
}

describe("a kernel's job", () => {
  for (const [file, className, fields, count] of [
    ['job.ts', 'Job', SEQUENCE_FIELDS, 39],
    ['matmul.ts', 'MatMulJob', MATMUL_FIELDS, 19],
    ['adam.ts', 'AdamJob', ADAM_FIELDS, 13],
    ['row-dots.ts', 'RowDotsJob', ROW_DOTS_FIELDS, 6],
    ['word2vec.ts', 'Word2vecJob', WORD2VEC_FIELDS, 29],
  ] as const) {
    it(`has the fields of the assembly's ${className}, in its order`, () => {
      const declared = fieldsOf(file, className);
      expect(declared).to.have.length(count);
      expect(Object.entries(fields)).to.deep.equal(declared);
    });
  }
});
