import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readWeightFile } from '#lab/recurrent/weights/weight-file';
import { zipArchive } from '../../files/zip-archive';

describe('a .keras file', () => {
  it('that is no archive, is cut off, or has no weights is refused with its name', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'recurrent-keras-'));
    const path = join(folder, 'model.keras');
    const refusal = (bytes: Buffer) => {
      writeFileSync(path, bytes);
      return readWeightFile(path).then(
        () => 'read',
        (error: Error) => `${error.name}: ${error.message}`,
      );
    };
    try {
      const start = `RecurrentError: loadWeights: ${path}: the zip archive `;
      const archive = zipArchive({ 'config.json': Buffer.from('{}') });
      expect(await refusal(Buffer.from('text'))).to.contain(`${start}is damaged or cut off`);
      expect(await refusal(archive.subarray(0, 30))).to.contain(`${start}is damaged or cut off`);
      expect(await refusal(archive)).to.equal(`${start}has no model.weights.h5`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
