/** The part of a tfjs tensor that is shown; matched by shape, since the notebook may use another copy of tfjs. */
export interface TensorLike {
  readonly shape: number[];
  readonly dtype: string;
  readonly size: number;
  readonly isDisposed: boolean;
  dataSync(): ArrayLike<unknown>;
}

/** A row, matrix or deeper block shows at most this many entries an axis, half from each end. */
const EDGE = 3;
const FULL = 1000;

export function isTensor(value: object): value is TensorLike {
  const t = value as Partial<TensorLike>;
  return (
    Array.isArray(t.shape) &&
    typeof t.dtype === 'string' &&
    typeof t.dataSync === 'function' &&
    typeof t.isDisposed === 'boolean'
  );
}

/** `Tensor (2, 3) float32` and its values to four decimals; above 1000 values only the edges of each axis. */
export function tensorText(tensor: TensorLike): string {
  const head = `Tensor (${tensor.shape.join(', ')}) ${tensor.dtype}`;
  if (tensor.isDisposed) return `${head} disposed`;
  const entry = entryReader(tensor.dtype, tensor.dataSync());
  const { size } = tensor;
  const elide = size > FULL;
  const width = cellWidth(entry, Math.min(size, FULL));
  const block = (axis: number, offset: number, stride: number): string => {
    if (axis === tensor.shape.length) return entry(offset).padStart(width);
    const n = tensor.shape[axis]!;
    const step = stride / Math.max(n, 1);
    const at = (i: number) => block(axis + 1, offset + i * step, step);
    const parts: string[] = [];
    for (let i = 0; i < n; i++) {
      if (elide && n > 2 * EDGE && i === EDGE) {
        parts.push('...');
        i = n - EDGE;
      }
      parts.push(at(i));
    }
    const last = axis === tensor.shape.length - 1;
    return `[${parts.join(last ? ', ' : `,\n${' '.repeat(axis + 1)}`)}]`;
  };
  return `${head}\n${block(0, 0, size)}`;
}

/** The text of an entry by its place; tfjs gives booleans as 0 and 1, and a complex number as two. */
function entryReader(dtype: string, data: ArrayLike<unknown>): (i: number) => string {
  if (dtype === 'bool') return (i) => String(Boolean(data[i]));
  if (dtype !== 'complex64') return (i) => formatValue(data[i]);
  return (i) => {
    const imaginary = formatValue(data[2 * i + 1]);
    return `${formatValue(data[2 * i])}${/^-/.test(imaginary) ? '' : '+'}${imaginary}i`;
  };
}

function cellWidth(entry: (i: number) => string, count: number): number {
  if (count === 1) return 0;
  let width = 0;
  for (let i = 0; i < count; i++) width = Math.max(width, entry(i).length);
  return width;
}

function formatValue(value: unknown): string {
  if (typeof value !== 'number') return typeof value === 'string' ? JSON.stringify(value) : String(value);
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size >= 1e5 || size < 1e-3 ? value.toExponential(3) : String(Number(value.toFixed(4)));
}
