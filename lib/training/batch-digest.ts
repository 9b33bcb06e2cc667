import { createHash } from 'node:crypto';
import { tf } from '../tensor';

const isTensor = (value: unknown): value is tf.Tensor => value instanceof tf.Tensor;

/** The digest of a batch and all those before it. */
export async function digestOf(before: string, value: unknown): Promise<string> {
  const hash = createHash('sha256').update(before);
  const add = async (part: unknown): Promise<void> => {
    if (isTensor(part)) {
      hash.update(`${part.dtype}[${part.shape}]`);
      const data = await part.data();
      hash.update(ArrayBuffer.isView(data) ? data : JSON.stringify(data));
    } else if (typeof part === 'object' && part !== null) {
      for (const [name, inner] of Object.entries(part)) {
        hash.update(name);
        await add(inner);
      }
    } else {
      hash.update(String(part));
    }
  };
  await add(value);
  return hash.digest('hex').slice(0, 32);
}
