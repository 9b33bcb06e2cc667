import { fail } from '../../errors';
import type { tf } from '../../tensor';

/** A layer or a model as Keras writes it into a `.keras`. */
export interface KerasConfig {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly build_config?: { readonly input_shape?: readonly unknown[] };
}

/**
 * The options that decide what a layer computes from its weights, by the name that they have here, with what holds
 * where a layer here has no such option.
 */
const COMPUTING: Readonly<Record<string, unknown>> = {
  ...{ activation: 'linear', recurrentActivation: null, useBias: null, resetAfter: null, maskZero: false },
  ...{ epsilon: null, axis: null, scale: null, center: null, sharedAxes: null, rmsScaling: false },
  ...{ strides: null, padding: null, outputPadding: null, dataFormat: null, dilationRate: 1, groups: 1 },
  ...{ depthMultiplier: 1, goBackwards: false, returnSequences: false, mergeMode: null },
};

/** Keras 3's name of an activation that has another one here. */
const ALIASES: Readonly<Record<string, string>> = { silu: 'swish' };

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** An option's value in one form: as Keras writes words, one number for several of the same, axes counted from the first. */
function plain(option: string, value: unknown, rank: number): unknown {
  if (typeof value === 'string') return ALIASES[value] ?? snakeCase(value);
  const many = Array.isArray(value) ? value : [value];
  const counted = option === 'axis' ? many.map((axis) => (axis < 0 ? axis + rank : axis)) : many;
  return counted.every((one) => one === counted[0]) ? (counted[0] ?? null) : counted;
}

/** Refuses a layer with an option that Keras' of the same weights was saved without. */
export function requireSameOptions(
  where: string,
  name: string,
  layer: tf.serialization.Serializable,
  saved: KerasConfig,
): void {
  // tfjs leaves some options out of what it saves of a layer.
  const own = { ...(layer as unknown as Record<string, unknown>), ...layer.getConfig() };
  const rank = saved.build_config?.input_shape?.length ?? 0;
  for (const [option, otherwise] of Object.entries(COMPUTING)) {
    const word = snakeCase(option);
    if (!(word in saved.config)) continue;
    const [ours, theirs] = [own[option] ?? otherwise, saved.config[word]].map((value) =>
      JSON.stringify(plain(option, value, rank)),
    );
    if (ours === theirs) continue;
    const kind = `layer ${name} (${layer.getClassName()})`;
    fail(where, `${kind} has ${option} ${ours}, the file's was saved with ${word} ${theirs}`);
  }
}

/**
 * Refuses what Keras 3 has no layer for: its `hard_sigmoid` is relu6(x + 3)/6, this one clips 0.2x + 0.5.
 *
 * @param where the public function that was called
 */
export function requireKeras(where: string, name: string, layer: tf.serialization.Serializable): void {
  const config = layer.getConfig();
  for (const option of ['activation', 'recurrentActivation']) {
    if (plain(option, config[option], 0) !== 'hard_sigmoid') continue;
    fail(
      where,
      `layer ${name} has ${option} hardSigmoid, which Keras 3 computes otherwise; give it 'sigmoid'`,
    );
  }
}
